// Checks that a JSON document is an XGBoost model which a client can load and predict with, and reads its facts.
// Format: XGBoost's doc/tutorials/saving_model and its writers from 1.0 to 3.4.

import type { ExactJson } from "../../../shared/lib/exact-json.ts";
import type { ModelMeta } from "../../../shared/domain/description.ts";
import { isJsonObject, memberOf, type JsonValue } from "../json/json-value.ts";
import { intFromText } from "../lenient.ts";
import { checkTree } from "./check-tree.ts";
import { ModelFault, modelFault, shown } from "./model-fault.ts";

/** What a model document says, and what is wrong with it. */
export interface ModelCheck {
  /** Null when the document is no object. */
  readonly meta: ModelMeta | null;
  /** Why no client can be given this document; undefined when it is fine. Names tree and node where there are some. */
  readonly fault: string | undefined;
  /** `learner.feature_names`; empty when the model has none. */
  readonly featureNames: readonly string[];
}

/** The lenient reading of the old services: `"12"` and 12 count, `"3.0"`, Infinity and the missing are undefined. */
function lenientInt(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  const number = typeof value === "string" ? intFromText(value.trim()) : undefined;
  return typeof number === "number" ? number : undefined;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** The versions list as it stands, when it is small and flat; else null. */
function versionOf(value: JsonValue | undefined): ExactJson {
  if (!Array.isArray(value) || value.length > 16) return null;
  const parts = value.filter((part) => part === null || typeof part !== "object");
  return parts.length === value.length ? parts.map((part) => (typeof part === "number" && !Number.isFinite(part) ? null : part)) : null;
}

/** Where the trees of `learner.gradient_booster` are: `model`, or up to 3.2 one level deeper for dart. */
export function treeModel(booster: JsonValue | undefined): JsonValue | undefined {
  return memberOf(booster, "model") ?? memberOf(memberOf(booster, "gbtree"), "model");
}

function metaOf(document: JsonValue): ModelMeta {
  const learner = memberOf(document, "learner");
  const booster = memberOf(learner, "gradient_booster");
  const counts = memberOf(treeModel(booster), "gbtree_model_param");
  const best = lenientInt(memberOf(memberOf(learner, "attributes"), "best_iteration"));
  return {
    feature_dim: lenientInt(memberOf(memberOf(learner, "learner_model_param"), "num_feature")) ?? 0,
    objective: textOf(memberOf(memberOf(learner, "objective"), "name")),
    num_trees: lenientInt(memberOf(counts, "num_trees")) ?? null,
    num_parallel_tree: lenientInt(memberOf(counts, "num_parallel_tree")) ?? null,
    version: versionOf(memberOf(document, "version")),
    booster: textOf(memberOf(booster, "name")),
    best_iteration: best !== undefined && best >= 0 ? best : null,
  };
}

/** How one tree is checked against the model's number of features; throws ModelFault. */
export type TreeCheck = (tree: JsonValue, number: number, features: number) => void;

/** Reads and checks a parsed document. Never throws. */
export function checkModel(document: JsonValue, check: TreeCheck = checkTree): ModelCheck {
  if (!isJsonObject(document))
    return {
      meta: null,
      fault: `the document is ${Array.isArray(document) ? "a list" : "no object"}, not an XGBoost model`,
      featureNames: [],
    };
  const meta = metaOf(document);
  const names = memberOf(memberOf(document, "learner"), "feature_names");
  const featureNames = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  try {
    checkDocument(document, meta.feature_dim, featureNames, check);
    return { meta, fault: undefined, featureNames };
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    return { meta, fault: error.message, featureNames };
  }
}

/** XGBoost counts features in 32 bits, and split indices in 31 (src/tree: the top bit holds the default direction). */
const MAX_FEATURES = 2 ** 31 - 1;

function checkDocument(document: JsonValue, features: number, names: readonly string[], check: TreeCheck): void {
  const learner = memberOf(document, "learner");
  if (!isJsonObject(learner)) modelFault("there is no learner, so this is not an XGBoost model");
  const param = memberOf(learner, "learner_model_param");
  if (!isJsonObject(param)) modelFault("learner.learner_model_param is missing");
  if (features <= 0) modelFault(`num_feature is ${JSON.stringify(memberOf(param, "num_feature") ?? null)}, not a positive whole number`);
  if (features > MAX_FEATURES) modelFault(`num_feature is ${features}, more than XGBoost's own limit of ${MAX_FEATURES}`);
  if (names.length > 0 && names.length !== features) modelFault(`feature_names has ${names.length} names for ${features} features`);
  if (textOf(memberOf(memberOf(learner, "objective"), "name")) === null) modelFault("learner.objective.name is missing");
  const booster = memberOf(learner, "gradient_booster");
  const groups = Math.max(1, lenientInt(memberOf(param, "num_class")) ?? 0, lenientInt(memberOf(param, "num_target")) ?? 0);
  const name = textOf(memberOf(booster, "name"));
  if (name === "gblinear") checkLinear(booster, features, groups);
  else if (name === "gbtree" || name === "dart") checkTrees(booster, features, groups, check);
  else
    modelFault(
      name === null
        ? "learner.gradient_booster.name is missing"
        : `booster ${JSON.stringify(name)} is unknown (gbtree, dart and gblinear exist)`,
    );
}

/** gblinear: a row of weights per feature and the bias row last. A model of no rounds has no weights yet. */
function checkLinear(booster: JsonValue | undefined, features: number, groups: number): void {
  const weights = memberOf(memberOf(booster, "model"), "weights");
  if (!Array.isArray(weights)) modelFault("gblinear: weights is missing");
  const expected = (features + 1) * groups;
  if (weights.length !== expected && weights.length !== 0)
    modelFault(`gblinear: ${weights.length} weights for ${features} features and ${groups} outputs (${expected} are needed)`);
  const bad = weights.findIndex((weight) => typeof weight !== "number");
  if (bad >= 0) modelFault(`gblinear: weight ${bad} is no number`);
}

function checkTrees(booster: JsonValue | undefined, features: number, groups: number, check: TreeCheck): void {
  const model = treeModel(booster);
  const trees = memberOf(model, "trees");
  if (!Array.isArray(trees)) modelFault("learner.gradient_booster has no trees");
  const declared = lenientInt(memberOf(memberOf(model, "gbtree_model_param"), "num_trees"));
  if (declared !== trees.length) modelFault(`num_trees is ${declared ?? "missing"}, but there are ${trees.length} trees`);
  checkTreeInfo(memberOf(model, "tree_info"), trees.length, groups);
  checkRounds(memberOf(model, "iteration_indptr"), trees.length);
  const drops = memberOf(booster, "weight_drop") ?? memberOf(model, "weight_drop");
  if (drops === undefined && textOf(memberOf(booster, "name")) === "dart") modelFault("dart: weight_drop is missing");
  // A gbtree of 3.4 may carry an empty list.
  if (
    drops !== undefined &&
    (!Array.isArray(drops) || (drops.length !== trees.length && drops.length !== 0) || drops.some((weight) => typeof weight !== "number"))
  ) {
    modelFault(`weight_drop is no list of ${trees.length} numbers`);
  }
  trees.forEach((tree, number) => check(tree, number, features));
}

function checkTreeInfo(info: JsonValue | undefined, trees: number, groups: number): void {
  if (!Array.isArray(info)) modelFault("tree_info is missing");
  if (info.length !== trees) modelFault(`tree_info has ${info.length} entries for ${trees} trees`);
  info.forEach((group, tree) => {
    if (typeof group !== "number" || !Number.isInteger(group) || group < 0 || group >= groups)
      modelFault(`tree ${tree}: tree_info names output ${shown(group)} of ${groups}`);
  });
}

/** `iteration_indptr` (2.0 and later): where each round's trees begin. */
function checkRounds(bounds: JsonValue | undefined, trees: number): void {
  if (bounds === undefined) return;
  if (!Array.isArray(bounds)) modelFault("iteration_indptr is no list");
  let last = 0;
  bounds.forEach((bound, i) => {
    if (typeof bound !== "number" || !Number.isInteger(bound) || bound < last || (i === 0 && bound !== 0))
      modelFault(`iteration_indptr entry ${i} is ${shown(bound)}`);
    last = bound;
  });
  if (bounds.length > 0 && last !== trees) modelFault(`iteration_indptr ends at ${last}, but there are ${trees} trees`);
}
