// Intercepts moved into the trees, for a release whose documents cannot hold them.

import type { LinearBooster, Tree, TreeBooster, XgboostModel } from "../model.ts";
import { roundBounds } from "../write/rounds.ts";

const NO_NODE = -1;
const ROOT_PARENT = 0x7fff_ffff;

/** What is made for a model that has none: so many weights or trees at most. A few bytes can claim any number of features and of parallel trees. */
const MOST_MADE = 1_000_000;

/**
 * The booster with `margins` (one an output) added to every leaf of each output's first tree, or to the biases of gblinear.
 *
 * A release that begins with the base margin m computes ((m + l1) + l2) + …, each sum rounded to float32. With m + l1, rounded, in the leaf and a base
 * margin of 0 it computes ((0 + (m + l1)) + l2) + …, the same numbers bit for bit; so does one that adds its 0 last.
 *
 * Undefined when some outputs have a tree and others have none, and when far too many weights or trees would have to be made.
 */
export function foldIntercepts(model: XgboostModel, margins: Float32Array): TreeBooster | LinearBooster | undefined {
  const { booster } = model;
  if (booster.kind === "linear")
    return booster.weights.length === 0 && (model.numFeature + 1) * model.outputs > MOST_MADE
      ? undefined
      : withBiases(booster, model, margins);
  if (booster.trees.length === 0)
    return booster.numParallelTree * model.outputs > MOST_MADE ? undefined : oneRound(booster, model, margins);
  const isVector = booster.trees.every((tree) => tree.leafSize > 1);
  const firsts = isVector ? [0] : Array.from(margins, (_margin, output) => booster.treeGroups.indexOf(output));
  if (firsts.includes(-1)) return undefined;
  const trees = [...booster.trees];
  const treeWeights = booster.treeWeights?.slice();
  firsts.forEach((number, output) => {
    const tree = booster.trees[number];
    if (tree === undefined) return;
    const weight = treeWeights?.[number];
    const change = (leaf: number, place: number): number =>
      Math.fround((margins[isVector ? place : output] ?? 0) + (weight === undefined ? leaf : Math.fround(weight * leaf)));
    trees[number] = isVector ? withVectorLeaves(tree, change) : withLeaves(tree, change);
    // The weight is in the leaves now.
    if (treeWeights !== undefined) treeWeights[number] = 1;
  });
  return { ...booster, trees, treeWeights };
}

/** A leaf's number, and its place in a vector, to what it becomes. */
type Change = (leaf: number, place: number) => number;

function withLeaves(tree: Tree, change: Change): Tree {
  return {
    ...tree,
    splitConditions: tree.splitConditions.map((value, node) => (tree.leftChildren[node] === NO_NODE ? change(value, 0) : value)),
  };
}

function withVectorLeaves(tree: Tree, change: Change): Tree {
  const { leafSize, leafRows } = tree;
  const leafVectors = (tree.leafVectors ?? tree.baseWeights).slice();
  for (const row of new Set(leafRows)) {
    if (row < 0) continue;
    for (let place = 0; place < leafSize; place++)
      leafVectors[row * leafSize + place] = change(leafVectors[row * leafSize + place] ?? 0, place);
  }
  // Up to 3.1 the leaves are rows of the base weights.
  return { ...tree, leafVectors, baseWeights: tree.leafVectors === tree.baseWeights ? leafVectors : tree.baseWeights };
}

/** The biases are the last row; a model of no rounds has no weights yet. */
function withBiases(booster: LinearBooster, model: XgboostModel, margins: Float32Array): LinearBooster {
  const weights = booster.weights.length === 0 ? new Float32Array((model.numFeature + 1) * model.outputs) : booster.weights.slice();
  const biases = model.numFeature * model.outputs;
  margins.forEach((margin, output) => (weights[biases + output] = margin + (weights[biases + output] ?? 0)));
  return { ...booster, weights };
}

/** A round of trees of one leaf each: the margin in an output's first, 0 in the others of a forest. */
function oneRound(booster: TreeBooster, model: XgboostModel, margins: Float32Array): TreeBooster {
  const trees: Tree[] = [];
  const groups: number[] = [];
  margins.forEach((margin, output) => {
    for (let number = 0; number < booster.numParallelTree; number++) {
      trees.push(oneLeaf(number === 0 ? margin : 0, model.numFeature));
      groups.push(output);
    }
  });
  const filled = { ...booster, trees, treeGroups: Int32Array.from(groups), roundBounds: undefined };
  return {
    ...filled,
    roundBounds: roundBounds(filled, model.outputs),
    treeWeights: booster.treeWeights === undefined ? undefined : new Float32Array(trees.length).fill(1),
  };
}

function oneLeaf(value: number, numFeature: number): Tree {
  return {
    numFeature,
    leftChildren: Int32Array.of(NO_NODE),
    rightChildren: Int32Array.of(NO_NODE),
    parents: Int32Array.of(ROOT_PARENT),
    splitIndices: Uint32Array.of(0),
    splitConditions: Float32Array.of(value),
    defaultLeft: Uint8Array.of(0),
    splitTypes: Uint8Array.of(0),
    categoryNodes: new Int32Array(),
    categorySegments: new Float64Array(),
    categorySizes: new Float64Array(),
    categories: new Int32Array(),
    lossChanges: Float32Array.of(0),
    sumHessian: Float32Array.of(0),
    baseWeights: Float32Array.of(value),
    leafSize: 1,
    leafVectors: undefined,
    leafRows: undefined,
    numDeleted: 0,
  };
}
