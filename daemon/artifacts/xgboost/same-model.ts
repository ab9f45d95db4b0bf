// Whether two documents hold the same model number by number, so that they cannot but give the same margins.

import type { LinearBooster, Tree, TreeBooster, XgboostModel } from "./model.ts";

type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | undefined;

/** What decides where a row ends and what it gets there; statistics do not. */
const TREE_LISTS = [
  "leftChildren",
  "rightChildren",
  "splitIndices",
  "splitConditions",
  "defaultLeft",
  "splitTypes",
  "categoryNodes",
  "categorySegments",
  "categorySizes",
  "categories",
  "leafVectors",
  "leafRows",
] as const satisfies readonly (keyof Tree)[];

/** True when all that an answer depends on is equal, bit for bit. False says nothing: models that differ may still give equal margins. */
export function isSameModel(a: XgboostModel, b: XgboostModel): boolean {
  return (
    a.version.every((part, i) => part === b.version[i]) &&
    a.objective.name === b.objective.name &&
    a.numFeature === b.numFeature &&
    a.numClass === b.numClass &&
    a.outputs === b.outputs &&
    a.isBaseMargin === b.isBaseMargin &&
    isSameList(a.baseScore, b.baseScore) &&
    JSON.stringify(a.objective.parameters) === JSON.stringify(b.objective.parameters) &&
    isSameBooster(a.booster, b.booster)
  );
}

function isSameBooster(a: TreeBooster | LinearBooster, b: TreeBooster | LinearBooster): boolean {
  if (a.kind === "linear" || b.kind === "linear") return a.kind === "linear" && b.kind === "linear" && isSameList(a.weights, b.weights);
  return (
    a.trees.length === b.trees.length &&
    a.numParallelTree === b.numParallelTree &&
    isSameList(a.treeGroups, b.treeGroups) &&
    isSameList(a.treeWeights, b.treeWeights) &&
    isSameList(a.roundBounds, b.roundBounds) &&
    a.trees.every((tree, i) => isSameTree(tree, b.trees[i]))
  );
}

function isSameTree(a: Tree, b: Tree | undefined): boolean {
  return b !== undefined && a.leafSize === b.leafSize && TREE_LISTS.every((name) => isSameList(a[name], b[name]));
}

/** Bit for bit, but for the payload of a NaN. A loop: lists are short, and a view of each would cost more than the comparison. */
function isSameList(a: Numbers, b: Numbers): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!Object.is(a[i], b[i])) return false;
  }
  return true;
}
