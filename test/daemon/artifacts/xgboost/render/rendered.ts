// Renderings as parsed documents, for tests that look at what stands in them.

import { z } from "zod";
import type { TreeBooster, XgboostModel } from "../../../../../daemon/artifacts/xgboost/model.ts";
import { renderFor } from "../../../../../daemon/artifacts/xgboost/render/render-for.ts";
import { fixtureCase, fixtureModel } from "../../predict/fixture-models.ts";

const numbers = z.array(z.number());
const tree = z.object({
  left_children: numbers,
  right_children: numbers,
  parents: numbers,
  split_conditions: numbers,
  base_weights: numbers,
  default_left: z.array(z.union([z.number(), z.boolean()])),
  categories: numbers.optional(),
  leaf_weights: numbers.optional(),
  leaf_child_counts: numbers.optional(),
  tree_param: z.record(z.string(), z.string()),
});
const trees = z.object({
  gbtree_model_param: z.record(z.string(), z.string()),
  tree_info: numbers,
  iteration_indptr: numbers.optional(),
  trees: z.array(tree),
  weight_drop: numbers.optional(),
  cats: z.object({ enc: z.array(z.unknown()) }).optional(),
});
const documentShape = z.object({
  version: numbers,
  learner: z.object({
    attributes: z.record(z.string(), z.string()),
    feature_names: z.array(z.string()).optional(),
    learner_model_param: z.record(z.string(), z.string()),
    objective: z.looseObject({ name: z.string() }),
    gradient_booster: z.object({
      name: z.string(),
      model: z.union([trees, z.object({ weights: numbers })]).optional(),
      gbtree: z.object({ model: trees }).optional(),
      weight_drop: numbers.optional(),
    }),
  }),
});

export type RenderedTree = z.infer<typeof tree>;

/** A rendering, taken apart. */
export interface RenderedDocument {
  readonly text: string;
  readonly notes: readonly string[];
  readonly learner: z.infer<typeof documentShape>["learner"];
  readonly version: readonly number[];
  /** The trees, wherever the layout has them. Throws for gblinear. */
  readonly model: z.infer<typeof trees>;
}

/** A model of an archive, by release and kind. */
export function modelOf(archive: string, kind: string): XgboostModel {
  return fixtureModel(fixtureCase(archive, kind));
}

/** The trees of a model. Throws for gblinear. */
export function treesOf(model: XgboostModel): TreeBooster {
  if (model.booster.kind !== "trees") throw new Error("a linear model");
  return model.booster;
}

/** Renders as JSON and parses strictly. Throws when it is refused. */
export function rendered(model: XgboostModel, release: string): RenderedDocument {
  const rendering = renderFor(model, release);
  if (!rendering.ok) throw new Error(rendering.reason);
  const text = Buffer.from(rendering.document).toString("utf8");
  const { learner, version } = documentShape.parse(JSON.parse(text));
  const found = learner.gradient_booster.gbtree?.model ?? learner.gradient_booster.model;
  return {
    text,
    notes: rendering.notes,
    learner,
    version,
    get model() {
      if (found === undefined || !("trees" in found)) throw new Error("the model has no trees");
      return found;
    },
  };
}

/** What a refusal says; throws when there is a rendering. */
export function refusalOf(model: XgboostModel, release: string, format?: "json" | "ubj"): string {
  const rendering = renderFor(model, release, format);
  if (rendering.ok) throw new Error(`${release} is given a document`);
  return `${rendering.reason} → ${rendering.remedy}`;
}
