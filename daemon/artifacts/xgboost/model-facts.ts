// What a person wants to know of a typed model: size, kind, and how much each feature matters.

import type { ModelEncoding, Tree, TreeBooster, XgboostModel } from "./model.ts";

/** How much a feature matters, as `Booster.get_score` of XGBoost's Python package counts it. */
export interface FeatureImportance {
  readonly feature: number;
  /** `feature_names`, else `f<number>`. */
  readonly name: string;
  /** Splits by this feature. */
  readonly weight: number;
  /** Mean gain of its splits; this and the next three are null for vector leaves before 3.2, whose trees have no statistics. */
  readonly gain: number | null;
  /** Mean hessian sum of the nodes that it splits. */
  readonly cover: number | null;
  readonly total_gain: number | null;
  readonly total_cover: number | null;
}

/** The summary of a model, fit for JSON: numbers that are not finite are null. */
export interface ModelFacts {
  readonly encoding: ModelEncoding;
  readonly version: readonly [number, number, number];
  readonly booster: "gbtree" | "dart" | "gblinear";
  readonly objective: string;
  readonly num_feature: number;
  readonly num_class: number;
  readonly num_target: number;
  readonly outputs: number;
  readonly base_score: readonly (number | null)[];
  /** Null when the model does not tell (gblinear before 1.4). */
  readonly rounds: number | null;
  readonly num_trees: number;
  readonly num_parallel_tree: number;
  readonly splits: number;
  readonly leaves: number;
  readonly categorical_splits: number;
  /** Splits on the longest way from a root to a leaf. */
  readonly depth: number;
  readonly has_vector_leaves: boolean;
  /** Trees only: features that some tree splits by, in their order. */
  readonly importance: readonly FeatureImportance[];
  /** gblinear only: of each feature one number an output (what get_score calls its weight). */
  readonly coefficients: readonly (readonly (number | null)[])[];
}

/** Summarises a model. Time is linear in its nodes. */
export function modelFacts(model: XgboostModel): ModelFacts {
  const { booster } = model;
  const common = {
    encoding: model.encoding,
    version: model.version,
    objective: model.objective.name,
    num_feature: model.numFeature,
    num_class: model.numClass,
    num_target: model.numTarget,
    outputs: model.outputs,
    base_score: Array.from(model.baseScore, finiteOrNull),
  };
  if (booster.kind === "linear") {
    return {
      ...common,
      ...NO_TREES,
      booster: "gblinear",
      rounds: booster.rounds ?? null,
      coefficients: coefficientsOf(model, booster.weights),
    };
  }
  return {
    ...common,
    ...booster.trees.reduce(withTree, EMPTY_SIZE),
    booster: booster.treeWeights === undefined ? "gbtree" : "dart",
    rounds: roundsOf(model, booster),
    num_trees: booster.trees.length,
    num_parallel_tree: booster.numParallelTree,
    has_vector_leaves: hasVectorLeaves(booster),
    importance: importanceOf(booster.trees, model.featureNames, hasStatistics(model.version, booster)),
    coefficients: [],
  };
}

const EMPTY_SIZE = { splits: 0, leaves: 0, categorical_splits: 0, depth: 0 };
const NO_TREES = { ...EMPTY_SIZE, num_trees: 0, num_parallel_tree: 1, has_vector_leaves: false, importance: [] };

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function hasVectorLeaves(booster: TreeBooster): boolean {
  return booster.trees.some((tree) => tree.leafSize > 1);
}

function hasStatistics([major, minor]: XgboostModel["version"], booster: TreeBooster): boolean {
  return major * 1000 + minor >= 3002 || !hasVectorLeaves(booster);
}

/** A tree of vector leaves is for all outputs at once. */
function roundsOf(model: XgboostModel, booster: TreeBooster): number {
  if (booster.roundBounds !== undefined && booster.roundBounds.length > 0) return booster.roundBounds.length - 1;
  const outputs = hasVectorLeaves(booster) ? 1 : model.outputs;
  return Math.floor(booster.trees.length / (booster.numParallelTree * outputs));
}

function coefficientsOf(model: XgboostModel, weights: Float32Array): readonly (readonly (number | null)[])[] {
  const { outputs } = model;
  if (weights.length === 0) return [];
  return Array.from({ length: model.numFeature }, (_, feature) =>
    Array.from(weights.subarray(feature * outputs, (feature + 1) * outputs), finiteOrNull),
  );
}

/** What the splits by one feature add up to. */
interface SplitSums {
  weight: number;
  gain: number;
  cover: number;
}

/**
 * Importance of every feature that the trees split by, in the order of the features. The sums are float32, in the order in which XGBoost walks its
 * trees, so that their last digits are those of `get_score`. Source: GBTree::FeatureScore (src/gbm/gbtree.h), RegTree::WalkTree.
 */
function importanceOf(trees: readonly Tree[], names: readonly string[], isMeasured: boolean): readonly FeatureImportance[] {
  const sums = new Map<number, SplitSums>();
  for (const tree of trees) {
    walk(tree, (node) => {
      const feature = tree.splitIndices[node] ?? 0;
      const sum = sums.get(feature) ?? { weight: 0, gain: 0, cover: 0 };
      sum.weight++;
      sum.gain = Math.fround(sum.gain + (tree.lossChanges[node] ?? 0));
      sum.cover = Math.fround(sum.cover + (tree.sumHessian[node] ?? 0));
      sums.set(feature, sum);
    });
  }
  const measured = (value: number): number | null => (isMeasured ? finiteOrNull(value) : null);
  return Array.from(sums)
    .toSorted(([a], [b]) => a - b)
    .map(([feature, { weight, gain, cover }]) => ({
      feature,
      name: names[feature] ?? `f${feature}`,
      weight,
      gain: measured(Math.fround(gain / Math.fround(weight))),
      cover: measured(Math.fround(cover / Math.fround(weight))),
      total_gain: measured(gain),
      total_cover: measured(cover),
    }));
}

/** Visits the splits that the root leads to: a node, then everything below its right child, then its left one. */
function walk(tree: Tree, visit: (node: number) => void): void {
  const waiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const left = tree.leftChildren[node] ?? -1;
    if (left === -1) continue;
    visit(node);
    waiting.push(left, tree.rightChildren[node] ?? -1);
  }
}

/** Adds what a tree has to the sizes. */
function withTree(size: typeof EMPTY_SIZE, tree: Tree): typeof EMPTY_SIZE {
  const level = new Int32Array(tree.leftChildren.length);
  let { splits, categorical_splits, depth } = size;
  walk(tree, (node) => {
    const below = (level[node] ?? 0) + 1;
    splits++;
    categorical_splits += tree.splitTypes[node] ?? 0;
    depth = Math.max(depth, below);
    level[tree.leftChildren[node] ?? 0] = below;
    level[tree.rightChildren[node] ?? 0] = below;
  });
  // A tree has one leaf more than splits.
  return { splits, categorical_splits, depth, leaves: size.leaves + splits - size.splits + 1 };
}
