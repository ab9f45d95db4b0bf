// Trees without their deleted nodes, for a reader that refuses these.

import type { Tree } from "../model.ts";

/** All bits of a feature; a node with all of them set is deleted, with or without the bit of the default direction. */
const FEATURE_BITS = 0x7fff_ffff;
const NO_NODE = -1;
/** Parent of a root. */
const ROOT_PARENT = 0x7fff_ffff;

/** True for a node that pruning left over: nothing points to it. */
function isDeleted(tree: Tree, node: number): boolean {
  return node > 0 && ((tree.splitIndices[node] ?? 0) & FEATURE_BITS) === FEATURE_BITS;
}

/** The same tree with its nodes numbered anew; itself when no node is deleted. For trees of plain leaves: others are never pruned. */
export function compactTree(tree: Tree): Tree {
  const kept: number[] = [];
  const numbers = new Int32Array(tree.leftChildren.length).fill(NO_NODE);
  for (let node = 0; node < numbers.length; node++) if (!isDeleted(tree, node)) numbers[node] = kept.push(node) - 1;
  if (kept.length === numbers.length) return tree;
  const link = (node: number | undefined): number =>
    node === undefined || node < 0 || node >= numbers.length ? (node ?? NO_NODE) : (numbers[node] ?? NO_NODE);
  const categorical = Array.from(tree.categoryNodes, (node, place) => ({ node, place })).filter(({ node }) => !isDeleted(tree, node));
  return {
    ...tree,
    leftChildren: Int32Array.from(kept, (node) => link(tree.leftChildren[node])),
    rightChildren: Int32Array.from(kept, (node) => link(tree.rightChildren[node])),
    parents: Int32Array.from(kept, (node) => (node === 0 ? ROOT_PARENT : link(tree.parents[node]))),
    splitIndices: Uint32Array.from(kept, (node) => tree.splitIndices[node] ?? 0),
    splitConditions: floats(tree.splitConditions, kept),
    defaultLeft: Uint8Array.from(kept, (node) => tree.defaultLeft[node] ?? 0),
    splitTypes: Uint8Array.from(kept, (node) => tree.splitTypes[node] ?? 0),
    categoryNodes: Int32Array.from(categorical, ({ node }) => numbers[node] ?? 0),
    categorySegments: Float64Array.from(categorical, ({ place }) => tree.categorySegments[place] ?? 0),
    categorySizes: Float64Array.from(categorical, ({ place }) => tree.categorySizes[place] ?? 0),
    lossChanges: floats(tree.lossChanges, kept),
    sumHessian: floats(tree.sumHessian, kept),
    baseWeights: floats(tree.baseWeights, kept),
    numDeleted: 0,
  };
}

function floats(values: Float32Array, kept: readonly number[]): Float32Array {
  return Float32Array.from(kept, (node) => values[node] ?? 0);
}
