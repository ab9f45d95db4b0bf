// Typed models for tests: grown at random, or fixtures with one thing changed.

import { NO_CATEGORIES } from "../../../../daemon/artifacts/xgboost/read-tree.ts";
import type { Tree, TreeBooster, XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";

/** A random number from 0 up to, not including, 1. */
export type Random = () => number;

/** The trees of a model. Throws for a linear one. */
export function treesOf(model: XgboostModel): TreeBooster {
  if (model.booster.kind !== "trees") throw new Error("a model with trees was expected");
  return model.booster;
}

/** The model with one tree replaced. */
export function withTree(model: XgboostModel, number: number, change: (tree: Tree) => Tree): XgboostModel {
  const booster = treesOf(model);
  return { ...model, booster: { ...booster, trees: booster.trees.map((tree, place) => (place === number ? change(tree) : tree)) } };
}

/** The model with another number in one leaf: its twelfth bit is turned, so that no rounding of the sum hides it. */
export function withLeaf(model: XgboostModel, number: number, node: number): XgboostModel {
  return withTree(model, number, (tree) => {
    const splitConditions = tree.splitConditions.slice();
    const bits = new Int32Array(splitConditions.buffer);
    bits[node] = (bits[node] ?? 0) ^ (1 << 12);
    return { ...tree, splitConditions };
  });
}

/** How a random tree is grown. */
export interface TreeShape {
  readonly features: number;
  readonly splits: number;
  /** Share of categorical splits. */
  readonly categorical: number;
  /** 1, or the numbers of a vector leaf. */
  readonly leafSize: number;
}

const float = (random: Random): number => Math.fround((random() - 0.5) * 4);

/** Thresholds come from few values, so that rows meet them. */
function threshold(random: Random): number {
  const special = [0, -0, 1, -1, 2 ** -149, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  return random() < 0.1 ? (special[Math.floor(random() * special.length)] ?? 0) : Math.round(float(random) * 4) / 4;
}

/** Grows a tree by splitting leaves at random; its nodes are numbered in the order of their making, some stay behind deleted. */
export function randomTree(random: Random, { features, splits, categorical, leafSize }: TreeShape): Tree {
  const left = [-1];
  const right = [-1];
  const parents = [2_147_483_647];
  const leaves = [0];
  for (let split = 0; split < splits; split++) {
    const [node = 0] = leaves.splice(Math.floor(random() * leaves.length), 1);
    left[node] = left.length;
    right[node] = left.length + 1;
    left.push(-1, -1);
    right.push(-1, -1);
    parents.push(node, node);
    leaves.push(left.length - 2, left.length - 1);
  }
  const nodes = left.length;
  const splitTypes = Uint8Array.from(left, (child) => (child !== -1 && random() < categorical ? 1 : 0));
  const filled = (make: () => number): Float32Array => Float32Array.from({ length: nodes }, make);
  return {
    numFeature: features,
    leftChildren: Int32Array.from(left),
    rightChildren: Int32Array.from(right),
    parents: Int32Array.from(parents),
    splitIndices: Uint32Array.from(left, () => Math.floor(random() * features)),
    splitConditions: Float32Array.from(left, (child) => (child === -1 ? float(random) : threshold(random))),
    defaultLeft: Uint8Array.from(left, () => (random() < 0.5 ? 1 : 0)),
    splitTypes,
    ...(categorical > 0 ? randomCategories(random, splitTypes) : NO_CATEGORIES),
    lossChanges: filled(() => random()),
    sumHessian: filled(() => 1 + Math.floor(random() * 50)),
    baseWeights: filled(() => float(random)),
    leafSize,
    leafVectors: leafSize === 1 ? undefined : Float32Array.from({ length: nodes * leafSize }, () => float(random)),
    leafRows: leafSize === 1 ? undefined : Int32Array.from(left, (child, node) => (child === -1 ? node : -1)),
    numDeleted: 0,
  };
}

function randomCategories(random: Random, splitTypes: Uint8Array): typeof NO_CATEGORIES {
  const nodes = Array.from(splitTypes).flatMap((type, node) => (type === 1 ? [node] : []));
  const sets = nodes.map(() => Array.from({ length: 70 }, (_, code) => code).filter(() => random() < 0.3));
  return {
    categoryNodes: Int32Array.from(nodes),
    categorySegments: Float64Array.from(sets, (_set, place) => sets.slice(0, place).flat().length),
    categorySizes: Float64Array.from(sets, (set) => set.length),
    categories: Int32Array.from(sets.flat()),
  };
}

/** A model around some trees: `reg:squarederror` of the newest release, unless it is said otherwise. */
export function modelOf(
  trees: readonly Tree[],
  outputs: number,
  more: Partial<XgboostModel> & { readonly weights?: Float32Array } = {},
): XgboostModel {
  const { weights, ...rest } = more;
  return {
    encoding: "json",
    version: [3, 4, 1],
    objective: { name: "reg:squarederror", parameters: {} },
    numFeature: trees[0]?.numFeature ?? 1,
    numClass: 0,
    numTarget: outputs,
    outputs,
    baseScore: Float32Array.from({ length: outputs }, (_, output) => 0.5 + output),
    isBaseMargin: false,
    boostFromAverage: false,
    featureNames: [],
    featureTypes: [],
    attributes: new Map(),
    booster: {
      kind: "trees",
      trees,
      treeGroups: Int32Array.from(trees, (_tree, number) => number % outputs),
      numParallelTree: 1,
      roundBounds: undefined,
      treeWeights: weights,
      categories: undefined,
    },
    ...rest,
  };
}
