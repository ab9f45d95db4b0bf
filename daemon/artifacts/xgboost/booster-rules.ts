// What the parts of a booster must be to one another, whatever format they came from. Each rule throws ModelFault.

import { isList, listEntries, type DocumentValue } from "./document-value.ts";
import { modelFault, shown } from "./model-fault.ts";

/** XGBoost counts features in 32 bits, and split indices in 31 (src/tree: the top bit holds the default direction). */
const MAX_FEATURES = 2 ** 31 - 1;

/** Whoever predicts makes room for this many numbers a row, whatever the size of the file. */
const MAX_OUTPUTS = 1_000_000;

/** Classes or targets. */
export function checkOutputCount(outputs: number): void {
  if (outputs > MAX_OUTPUTS) modelFault(`the model has ${outputs} outputs (num_class, num_target); at most ${MAX_OUTPUTS} are read`);
}

/** `stored`: what the document has in this place. */
export function checkFeatureCount(features: number, stored: DocumentValue): void {
  if (features <= 0) modelFault(`num_feature is ${JSON.stringify(stored)}, not a positive whole number`);
  if (features > MAX_FEATURES) modelFault(`num_feature is ${features}, more than XGBoost's own limit of ${MAX_FEATURES}`);
}

/** gblinear: a row of weights per feature and the bias row last. A model of no rounds has no weights yet. */
export function checkLinear(weights: DocumentValue | undefined, features: number, outputs: number): void {
  if (!isList(weights)) modelFault("gblinear: weights is missing");
  const expected = (features + 1) * outputs;
  if (weights.length !== expected && weights.length !== 0)
    modelFault(`gblinear: ${weights.length} weights for ${features} features and ${outputs} outputs (${expected} are needed)`);
  const bad = listEntries(weights).findIndex((weight) => typeof weight !== "number");
  if (bad >= 0) modelFault(`gblinear: weight ${bad} is no number`);
}

/** `tree_info`: the output of each tree. */
export function checkTreeGroups(groups: DocumentValue | undefined, trees: number, outputs: number): void {
  if (!isList(groups)) modelFault("tree_info is missing");
  if (groups.length !== trees) modelFault(`tree_info has ${groups.length} entries for ${trees} trees`);
  listEntries(groups).forEach((group, tree) => {
    if (typeof group !== "number" || !Number.isInteger(group) || group < 0 || group >= outputs)
      modelFault(`tree ${tree}: tree_info names output ${shown(group)} of ${outputs}`);
  });
}

/** `iteration_indptr` (2.0 and later): where each round's trees begin. */
export function checkRounds(bounds: DocumentValue | undefined, trees: number): void {
  if (bounds === undefined) return;
  if (!isList(bounds)) modelFault("iteration_indptr is no list");
  let last = 0;
  listEntries(bounds).forEach((bound, i) => {
    if (typeof bound !== "number" || !Number.isInteger(bound) || bound < last || (i === 0 && bound !== 0))
      modelFault(`iteration_indptr entry ${i} is ${shown(bound)}`);
    last = bound;
  });
  if (bounds.length > 0 && last !== trees) modelFault(`iteration_indptr ends at ${last}, but there are ${trees} trees`);
}

/** `weight_drop`: a weight for each tree of dart; a gbtree of 3.4 may carry an empty list. */
export function checkTreeWeights(weights: DocumentValue | undefined, trees: number, isDart: boolean): void {
  if (weights === undefined && isDart) modelFault("dart: weight_drop is missing");
  if (weights === undefined) return;
  if (
    !isList(weights) ||
    (weights.length !== trees && weights.length !== 0) ||
    listEntries(weights).some((weight) => typeof weight !== "number")
  )
    modelFault(`weight_drop is no list of ${trees} numbers`);
}
