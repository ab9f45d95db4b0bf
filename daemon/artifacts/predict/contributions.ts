// How much each feature moved a row along its way down the trees: XGBoost's approximate contributions (Saabas).

import type { TreeBooster } from "../xgboost/model.ts";
import { NODE_INTS, type Forest } from "./forest.ts";

/** What contributions need to know of a forest beyond its leaves. */
export interface PathValues {
  /** Of each node the mean of the leaves below it, weighted by their hessians; of a leaf its own number, without the weight of its tree. */
  readonly means: Float32Array;
  /** Of each node the one above it; −1 for a root. */
  readonly parents: Int32Array;
}

/**
 * Means from the leaves up, rounded as XGBoost rounds them: left mean × left hessian, plus right mean × right hessian, divided by the node's own
 * hessian, each a float32. Source: FillNodeMeanValues of src/predictor/cpu_predictor.cc.
 */
export function pathValues(booster: TreeBooster, forest: Forest): PathValues {
  const { nodes, nodeIds, roots } = forest;
  const means = new Float32Array(nodeIds.length);
  const parents = new Int32Array(nodeIds.length).fill(-1);
  for (const [number, tree] of booster.trees.entries()) {
    const part = (node: number): number => Math.fround((means[node] ?? 0) * (tree.sumHessian[nodeIds[node] ?? 0] ?? 0));
    const begin = (roots[number] ?? 0) / NODE_INTS;
    for (let node = (roots[number + 1] ?? 0) / NODE_INTS - 1; node >= begin; node--) {
      const left = (nodes[node * NODE_INTS + 2] ?? 0) / NODE_INTS;
      const right = (nodes[node * NODE_INTS + 3] ?? 0) / NODE_INTS;
      if (left === node) means[node] = tree.splitConditions[nodeIds[node] ?? 0] ?? 0;
      else {
        means[node] = Math.fround(part(left) + part(right)) / (tree.sumHessian[nodeIds[node] ?? 0] ?? 0);
        parents[left] = node;
        parents[right] = node;
      }
    }
  }
  return { means, parents };
}

/** Adds the ways of rows to contributions: rows × outputs × (features + 1), the last column for what no feature explains. */
export interface ContributionSum {
  /** Adds the way down `tree` to its leaf `leaf`; `at` is where the numbers of the row and the tree's output begin. */
  add(tree: number, leaf: number, at: number): void;
}

/** How a release adds up: since 1.0 the numbers of a tree first, and those times its weight; before, everything at once and without weights. */
export type ContributionOrder = "tree-by-tree" | "at-once";

/** Makes a sum for a model with `features` features. Source: CalculateContributionsApprox of src/tree/tree_model.cc and src/predictor. */
export function createContributionSum(
  forest: Forest,
  values: PathValues,
  features: number,
  order: ContributionOrder,
  into: Float32Array,
): ContributionSum {
  const path = new Int32Array(forest.depths.reduce((most, depth) => Math.max(most, depth), 0));
  /** Numbers of the tree at hand, by place in `forest.features`. */
  const own = new Float32Array(forest.features.length);
  return {
    add(tree, leaf, at) {
      const steps = findPath(values.parents, leaf, path);
      const weight = order === "at-once" ? 1 : (forest.weights?.[tree] ?? 1);
      let value = values.means[(forest.roots[tree] ?? 0) / NODE_INTS] ?? 0;
      into[at + features] = (into[at + features] ?? 0) + Math.fround(value * weight);
      for (let step = 0; step < steps; step++) {
        const node = path[step] ?? 0;
        const slot = slotAbove(forest, values.parents, node);
        const place = at + (forest.features[slot] ?? 0);
        const next = values.means[node] ?? 0;
        if (order === "at-once") into[place] = (into[place] ?? 0) + Math.fround(next - value);
        else own[slot] = (own[slot] ?? 0) + Math.fround(next - value);
        value = next;
      }
      if (order === "at-once") return;
      for (let step = 0; step < steps; step++) {
        const slot = slotAbove(forest, values.parents, path[step] ?? 0);
        const place = at + (forest.features[slot] ?? 0);
        into[place] = (into[place] ?? 0) + Math.fround((own[slot] ?? 0) * weight);
        own[slot] = 0;
      }
    },
  };
}

/** Writes the nodes from below the root to the leaf into `path`. Returns how many there are. */
function findPath(parents: Int32Array, leaf: number, path: Int32Array): number {
  let steps = 0;
  for (let node = leaf; (parents[node] ?? -1) >= 0; node = parents[node] ?? -1) path[steps++] = node;
  path.subarray(0, steps).reverse();
  return steps;
}

/** The place in `forest.features` of what the node above splits by. */
function slotAbove(forest: Forest, parents: Int32Array, node: number): number {
  const place = forest.nodes[(parents[node] ?? 0) * NODE_INTS] ?? 0;
  return place < forest.features.length ? place : place - forest.features.length;
}
