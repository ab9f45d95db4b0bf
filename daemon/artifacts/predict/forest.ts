// The trees of a model in a few flat arrays, made for descending: children behind their parents, leaves that lead to themselves.

import { rejected, type Rejected } from "../rejected.ts";
import type { Tree, TreeBooster } from "../xgboost/model.ts";
import { categorySets, type CategorySets } from "./category-sets.ts";
import { thresholdKey } from "./row-keys.ts";

/** Ints of one node in `Forest.nodes`: place of its feature's key in a row, key of its threshold, left child, right child. */
export const NODE_INTS = 4;

/**
 * All trees of a booster. A node's number is its place in `leafValues`; roots and children are that number × 4, a place in `nodes`.
 * Of the two keys of a feature (row-keys.ts) a node names the one with which a missing value takes its default direction.
 */
export interface Forest {
  /** Features that some split looks at, ascending. */
  readonly features: Int32Array;
  readonly nodes: Int32Array;
  /** Of each tree, and behind the last one the end: a tree's nodes are those up to the next root. */
  readonly roots: Int32Array;
  /** Most steps from the root to a leaf of each tree. */
  readonly depths: Int32Array;
  /** The output that a tree adds to; −1 for one with vector leaves. */
  readonly groups: Int32Array;
  /** What a leaf of one number adds, the weight of its tree included. */
  readonly leafValues: Float32Array;
  /** The node's number in the model's tree. */
  readonly nodeIds: Int32Array;
  /** What the leaves of a tree are multiplied by; undefined = 1. */
  readonly weights: Float32Array | undefined;
  /** Trees with vector leaves: their numbers, and of each node its row in them. */
  readonly vectors: readonly (Float32Array | undefined)[];
  readonly vectorRows: Int32Array;
  /** Trees with categorical splits: their sets, and of each node the set that goes right (−1: a numeric split). */
  readonly sets: readonly (CategorySets | undefined)[];
  readonly nodeSets: Int32Array;
}

export type ForestResult = { readonly ok: true; readonly forest: Forest } | Rejected;

/** Places are 32-bit ints. */
const MOST_NODES = 2 ** 28;

/**
 * Flattens the booster of a model with `features` features and `outputs` outputs. Refused, naming the tree: what cannot be descended.
 * Time and memory are linear in the model.
 */
export function createForest(booster: TreeBooster, features: number, outputs: number): ForestResult {
  const { trees } = booster;
  const total = trees.reduce((sum, tree) => sum + tree.leftChildren.length, 0);
  if (total > MOST_NODES) return rejected(`the model has ${total} nodes; at most ${MOST_NODES} can be evaluated`);
  const forest = emptyForest(booster, total);
  const slots = new Map(Array.from(forest.features, (feature, slot) => [feature, slot]));
  let begin = 0;
  for (const [number, tree] of trees.entries()) {
    const added = checkTarget(tree, forest.groups[number] ?? 0, outputs) ?? addTree(forest, tree, { number, begin, slots, features });
    if (typeof added === "string") return rejected(`tree ${number}: ${added}`);
    begin += added;
    forest.roots[number + 1] = begin * NODE_INTS;
  }
  return { ok: true, forest };
}

function emptyForest(booster: TreeBooster, total: number): Forest {
  const { trees } = booster;
  return {
    features: splitFeatures(trees),
    nodes: new Int32Array(total * NODE_INTS),
    roots: new Int32Array(trees.length + 1),
    depths: new Int32Array(trees.length),
    groups: Int32Array.from(trees, (tree, number) => (tree.leafSize > 1 ? -1 : (booster.treeGroups[number] ?? 0))),
    leafValues: new Float32Array(total),
    nodeIds: new Int32Array(total),
    weights: booster.treeWeights,
    vectors: trees.map((tree) => tree.leafVectors),
    vectorRows: new Int32Array(trees.some((tree) => tree.leafSize > 1) ? total : 0),
    sets: trees.map((tree) => (tree.splitTypes.includes(1) ? categorySets(tree) : undefined)),
    nodeSets: new Int32Array(trees.some((tree) => tree.splitTypes.includes(1)) ? total : 0).fill(-1),
  };
}

function splitFeatures(trees: readonly Tree[]): Int32Array {
  const found = new Set<number>();
  for (const tree of trees)
    for (const [node, left] of tree.leftChildren.entries()) if (left !== -1) found.add(tree.splitIndices[node] ?? 0);
  return Int32Array.from(found).sort();
}

function checkTarget(tree: Tree, group: number, outputs: number): string | undefined {
  if (tree.leafSize > 1)
    return tree.leafSize === outputs ? undefined : `its leaves have ${tree.leafSize} numbers, but the model has ${outputs} outputs`;
  return group >= 0 && group < outputs ? undefined : `it adds to output ${group} of ${outputs}`;
}

/** Where a tree is put. */
interface Placement {
  readonly number: number;
  /** Number of its first node. */
  readonly begin: number;
  readonly slots: ReadonlyMap<number, number>;
  readonly features: number;
}

/** Walks level by level from the root, so that both children of a node stand beside each other. Returns how many nodes it leads to, or what is wrong. */
function addTree(forest: Forest, tree: Tree, placement: Placement): number | string {
  const { number, begin } = placement;
  const { nodes, nodeIds } = forest;
  const size = tree.leftChildren.length;
  let known = 1;
  for (let at = 0, levelEnd = 1, depth = 0; at < known; at++) {
    if (at === levelEnd) {
      forest.depths[number] = ++depth;
      levelEnd = known;
    }
    const node = nodeIds[begin + at] ?? 0;
    const left = tree.leftChildren[node] ?? -1;
    const right = tree.rightChildren[node] ?? -1;
    const fault = left === -1 ? addLeaf(forest, tree, node, begin + at, number) : addSplit(forest, tree, node, begin + at, placement);
    if (fault !== undefined) return `node ${node} ${fault}`;
    if (left === -1) continue;
    if (!(left > 0 && left < size && right > 0 && right < size)) return `node ${node} has a child that is none of the ${size} nodes`;
    if (known + 2 > size) return "its nodes lead in a circle";
    nodes[(begin + at) * NODE_INTS + 2] = (begin + known) * NODE_INTS;
    nodes[(begin + at) * NODE_INTS + 3] = (begin + known + 1) * NODE_INTS;
    nodeIds[begin + known] = left;
    nodeIds[begin + known + 1] = right;
    known += 2;
  }
  return known;
}

function addLeaf(forest: Forest, tree: Tree, node: number, place: number, number: number): string | undefined {
  forest.nodes[place * NODE_INTS + 2] = place * NODE_INTS;
  forest.nodes[place * NODE_INTS + 3] = place * NODE_INTS;
  const value = tree.splitConditions[node] ?? 0;
  forest.leafValues[place] = forest.weights === undefined ? value : (forest.weights[number] ?? 1) * value;
  if (tree.leafSize === 1) return undefined;
  const row = tree.leafRows?.[node] ?? -1;
  if (row < 0 || (row + 1) * tree.leafSize > (tree.leafVectors?.length ?? 0)) return "is a leaf without its vector";
  forest.vectorRows[place] = row;
  return undefined;
}

function addSplit(forest: Forest, tree: Tree, node: number, place: number, { number, slots, features }: Placement): string | undefined {
  const feature = tree.splitIndices[node] ?? 0;
  const slot = slots.get(feature);
  if (feature >= features || slot === undefined) return `splits by feature ${feature} of ${features}`;
  forest.nodes[place * NODE_INTS] = tree.defaultLeft[node] === 1 ? slot : slot + forest.features.length;
  forest.nodes[place * NODE_INTS + 1] = thresholdKey(tree.splitConditions[node] ?? 0);
  if (tree.splitTypes[node] !== 1) return undefined;
  const set = forest.sets[number]?.ofNode[node];
  if (set === undefined) return "splits by categories, and the lists of the tree's categories overlap";
  forest.nodeSets[place] = set;
  return undefined;
}
