// How many trees of a round belong together, for releases up to 1.5 whose models do not say.

import { lenientInt } from "./check-model.ts";
import { documentMember, type DocumentValue } from "./document-value.ts";
import type { XgboostModel } from "./model.ts";

/** From a snapshot's configuration; undefined when it does not tell. */
export function forestOfConfig(config: DocumentValue | undefined): number | undefined {
  const booster = documentMember(documentMember(config, "learner"), "gradient_booster");
  const param = documentMember(booster, "gbtree_train_param") ?? documentMember(documentMember(booster, "gbtree"), "gbtree_train_param");
  return lenientInt(documentMember(param, "num_parallel_tree"));
}

/** From the best round and the number of trees up to it, which Python keeps: `best_ntree_limit` = (`best_iteration` + 1) × trees of a round. */
export function forestOfLimits(iteration: DocumentValue | undefined, trees: DocumentValue | undefined): number | undefined {
  const rounds = (lenientInt(iteration) ?? -1) + 1;
  const forest = rounds > 0 ? (lenientInt(trees) ?? 0) / rounds : 0;
  return Number.isInteger(forest) ? forest : undefined;
}

/** The model with this many trees a round, where that can be true. From 1.6 on the model itself says it. */
export function withForest(model: XgboostModel, forest: number | undefined): XgboostModel {
  const { booster, version, outputs } = model;
  if (booster.kind !== "trees" || version[0] * 1000 + version[1] > 1005 || forest === undefined || forest < 1) return model;
  return booster.trees.length % (forest * outputs) === 0 ? { ...model, booster: { ...booster, numParallelTree: forest } } : model;
}
