// Checks a tree that was read from any format: index bounds, category sets, and that every node is reached once.

import { modelFault } from "./model-fault.ts";
import type { Tree } from "./model.ts";

/**
 * Checks a tree whose arrays have one entry a node. Throws ModelFault naming tree (`where`) and node.
 * Every node is visited at most once, so the time is linear in the nodes whatever the indexes say.
 */
export function checkTree(tree: Tree, where: string): void {
  const categorical = checkCategories(tree, where);
  const { leftChildren, rightChildren, parents } = tree;
  const nodes = leftChildren.length;
  if (parents[0] !== 0x7fff_ffff && parents[0] !== -1) modelFault(`${where} node 0: its parent is ${parents[0]}, but it is the root`);
  const seen = new Uint8Array(nodes);
  const waiting = new Int32Array(nodes);
  let open = 1;
  seen[0] = 1;
  while (open > 0) {
    const node = waiting[--open] ?? 0;
    const left = leftChildren[node] ?? -1;
    if (left === -1) {
      checkLeaf(tree, node, where);
      continue;
    }
    checkSplit(tree, node, categorical, where);
    checkChild(tree, seen, node, left, where);
    seen[left] = 1;
    waiting[open++] = left;
    const right = rightChildren[node] ?? -1;
    checkChild(tree, seen, node, right, where);
    seen[right] = 1;
    waiting[open++] = right;
  }
}

const NONE = new Uint8Array();

/** Checks that each set lies within the list; returns 1 for each node that has a set, nothing without sets. */
function checkCategories(tree: Tree, where: string): Uint8Array {
  const { categoryNodes, categorySegments, categorySizes, categories } = tree;
  if (categoryNodes.length === 0) return NONE;
  const categorical = new Uint8Array(tree.leftChildren.length);
  let last = -1;
  categoryNodes.forEach((node, i) => {
    if (node <= last) modelFault(`${where}: categories_nodes names node ${node} after node ${last}; they must ascend`);
    last = node;
    const start = categorySegments[i] ?? 0;
    const size = categorySizes[i] ?? 0;
    if (start + size > categories.length) modelFault(`${where} node ${node}: its categories lie outside the list of ${categories.length}`);
    if (size === 0) modelFault(`${where} node ${node}: its set of categories is empty`);
    categorical[node] = 1;
  });
  return categorical;
}

function checkLeaf(tree: Tree, node: number, where: string): void {
  const right = tree.rightChildren[node] ?? -1;
  const ownRows = tree.leafVectors !== undefined && tree.leafVectors !== tree.baseWeights;
  if (ownRows) {
    const rows = Math.floor((tree.leafVectors?.length ?? 0) / tree.leafSize);
    if (right < 0 || right >= rows) modelFault(`${where} node ${node}: its leaf vector is row ${right} of ${rows}`);
  } else if (right !== -1) modelFault(`${where} node ${node}: it has no left child, but right child ${right}`);
}

function checkSplit(tree: Tree, node: number, categorical: Uint8Array, where: string): void {
  const feature = tree.splitIndices[node] ?? 0;
  if (feature >= tree.numFeature) modelFault(`${where} node ${node}: split index ${feature} is outside the ${tree.numFeature} features`);
  if (tree.splitTypes[node] === 1 && categorical[node] !== 1)
    modelFault(`${where} node ${node}: it splits by category but has no categories`);
}

function checkChild(tree: Tree, seen: Uint8Array, node: number, child: number, where: string): void {
  const nodes = seen.length;
  if (child < 0 || child >= nodes) modelFault(`${where} node ${node}: child index ${child} is outside the ${nodes} nodes`);
  if (seen[child] === 1) {
    const what = child === 0 ? "is the root" : "was reached before";
    modelFault(`${where} node ${node}: child ${child} ${what}, so the tree has a cycle or a shared node`);
  }
  if (tree.parents[child] !== node) modelFault(`${where} node ${node}: its child ${child} names node ${tree.parents[child]} as parent`);
}
