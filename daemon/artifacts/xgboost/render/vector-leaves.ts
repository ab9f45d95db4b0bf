// Trees whose leaves hold a number for each output, in the form that a release has for them, or as one tree an output where it has none.

import type { Tree, TreeBooster, XgboostModel } from "../model.ts";
import { layoutOf, type VectorLeaves } from "../write/layouts.ts";
import { roundBounds } from "../write/rounds.ts";
import { fitted, minorText, type Step } from "./target.ts";

const ROOT_PARENT = 0x7fff_ffff;
const NO_NODE = -1;

/** Vector leaves where the release looks for them. */
export const fitVectorLeaves: Step = (model, { layout, release }) => {
  const { booster } = model;
  if (booster.kind === "linear" || booster.trees.every((tree) => tree.leafSize === 1)) return fitted(model);
  const lacks = booster.treeWeights !== undefined && !layout.hasVectorDart ? "no vector leaves in dart" : "no vector leaves";
  if (layout.vectorLeaves === "none" || lacks.endsWith("dart"))
    return fitted(
      { ...model, booster: splitTrees(booster, model) },
      `each tree is written as ${model.outputs} trees with one output each, since XGBoost ${minorText(release)} has ${lacks}`,
    );
  const isInPlace = layoutOf(model.version)?.vectorLeaves === layout.vectorLeaves;
  return fitted(isInPlace ? model : { ...model, booster: movedLeaves(booster, layout.vectorLeaves) });
};

function movedLeaves(booster: TreeBooster, form: Exclude<VectorLeaves, "none">): TreeBooster {
  const move = form === "base_weights" ? withLeavesInBaseWeights : withLeavesInRows;
  return { ...booster, trees: booster.trees.map((tree) => (tree.leafSize === 1 ? tree : move(tree))) };
}

/** The numbers of a leaf. */
function leafVector(tree: Tree, node: number): Float32Array {
  const row = tree.leafRows?.[node] ?? 0;
  return (tree.leafVectors ?? tree.baseWeights).subarray(row * tree.leafSize, (row + 1) * tree.leafSize);
}

function withLeavesInBaseWeights(tree: Tree): Tree {
  const baseWeights = tree.baseWeights.slice();
  for (let node = 0; node < tree.leftChildren.length; node++)
    if (tree.leftChildren[node] === NO_NODE) baseWeights.set(leafVector(tree, node), node * tree.leafSize);
  return {
    ...tree,
    rightChildren: tree.rightChildren.map((right, node) => (tree.leftChildren[node] === NO_NODE ? NO_NODE : right)),
    baseWeights,
    leafVectors: baseWeights,
    leafRows: tree.leftChildren.map((left, node) => (left === NO_NODE ? node : NO_NODE)),
  };
}

function withLeavesInRows(tree: Tree): Tree {
  const leaves = Array.from(tree.leftChildren.keys()).filter((node) => tree.leftChildren[node] === NO_NODE);
  const leafVectors = new Float32Array(leaves.length * tree.leafSize);
  const leafRows = new Int32Array(tree.leftChildren.length).fill(NO_NODE);
  leaves.forEach((node, row) => {
    leafVectors.set(leafVector(tree, node), row * tree.leafSize);
    leafRows[node] = row;
  });
  return { ...tree, leafVectors, leafRows };
}

/** The trees of each round, output by output, as XGBoost orders the trees of several outputs. */
function splitTrees(booster: TreeBooster, { outputs }: XgboostModel): TreeBooster {
  const bounds = roundBounds(booster, outputs);
  const trees: Tree[] = [];
  const groups: number[] = [];
  const weights: number[] = [];
  for (let round = 0; round + 1 < bounds.length; round++) {
    for (let output = 0; output < outputs; output++) {
      for (let number = bounds[round] ?? 0; number < (bounds[round + 1] ?? 0); number++) {
        const tree = booster.trees[number];
        if (tree === undefined) continue;
        trees.push(tree.leafSize === 1 ? tree : oneOutput(tree, output));
        groups.push(output);
        weights.push(booster.treeWeights?.[number] ?? 1);
      }
    }
  }
  return {
    ...booster,
    trees,
    treeGroups: Int32Array.from(groups),
    roundBounds: bounds.map((bound) => bound * outputs),
    treeWeights: booster.treeWeights === undefined ? undefined : Float32Array.from(weights),
  };
}

function oneOutput(tree: Tree, output: number): Tree {
  const { leafSize, leftChildren } = tree;
  const value = (node: number): number => leafVector(tree, node)[output] ?? 0;
  const isLeaf = (node: number): boolean => leftChildren[node] === NO_NODE;
  return {
    ...tree,
    rightChildren: tree.rightChildren.map((right, node) => (isLeaf(node) ? NO_NODE : right)),
    parents: tree.parents.map((parent, node) => (node === 0 ? ROOT_PARENT : parent)),
    splitConditions: tree.splitConditions.map((threshold, node) => (isLeaf(node) ? value(node) : threshold)),
    baseWeights: Float32Array.from(leftChildren, (_left, node) =>
      isLeaf(node) ? value(node) : (tree.baseWeights[node * leafSize + output] ?? 0),
    ),
    leafSize: 1,
    leafVectors: undefined,
    leafRows: undefined,
  };
}
