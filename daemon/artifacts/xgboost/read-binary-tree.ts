// One tree of the legacy binary model as typed arrays.

import type { BinaryCursor } from "./binary-cursor.ts";
import { checkTree } from "./check-tree.ts";
import { ModelFault, modelFault } from "./model-fault.ts";
import type { Tree } from "./model.ts";
import { countDeleted, NO_CATEGORIES } from "./read-tree.ts";

const PARAM_BYTES = 148;
const NODE_BYTES = 20;
const STAT_BYTES = 16;

/** The top bit of a parent says which child the node is, that of a feature where missing values go. */
const LOW_BITS = 0x7fff_ffff;

/** Reads and checks the tree at the cursor. Throws ModelFault naming tree and node, with the tree's offset. */
export function readBinaryTree(cursor: BinaryCursor, number: number, features: number): Tree {
  const where = `tree ${number}`;
  const start = cursor.take(PARAM_BYTES, `${where}'s parameters`);
  const { view } = cursor;
  const nodes = view.getInt32(start + 4, true);
  const own = view.getInt32(start + 16, true);
  const deleted = view.getInt32(start + 8, true);
  const leafSize = view.getInt32(start + 20, true);
  if (nodes <= 0) modelFault(nodes === 0 ? `${where} has no nodes` : `${where}: num_nodes is ${nodes}`, start + 4);
  if (nodes > cursor.left / (NODE_BYTES + STAT_BYTES))
    modelFault(`${where} has ${nodes} nodes, but ${cursor.left} bytes are left`, start + 4);
  if (own !== features) modelFault(`${where}: its num_feature is ${own}, the model's is ${features}`, start + 16);
  // 2.0 and later write 1. Nobody wrote more: vector leaves need JSON or UBJSON.
  if (leafSize < 0 || leafSize > 1) modelFault(`${where}: its leaves have ${leafSize} numbers, which this format cannot hold`, start + 20);
  const tree = readNodes(view, cursor.take(nodes * NODE_BYTES, where), cursor.take(nodes * STAT_BYTES, where), nodes, features);
  if (deleted !== tree.numDeleted) modelFault(`${where}: num_deleted is ${deleted}, but ${tree.numDeleted} nodes are deleted`, start + 8);
  try {
    checkTree(tree, where);
  } catch (error) {
    if (error instanceof ModelFault) throw new ModelFault(error.message, start);
    throw error;
  }
  return tree;
}

function readNodes(view: DataView, nodesAt: number, statsAt: number, nodes: number, features: number): Tree {
  const leftChildren = new Int32Array(nodes);
  const rightChildren = new Int32Array(nodes);
  const parents = new Int32Array(nodes);
  const splitIndices = new Uint32Array(nodes);
  const splitConditions = new Float32Array(nodes);
  const defaultLeft = new Uint8Array(nodes);
  const lossChanges = new Float32Array(nodes);
  const sumHessian = new Float32Array(nodes);
  const baseWeights = new Float32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    const at = nodesAt + node * NODE_BYTES;
    parents[node] = view.getInt32(at, true) & LOW_BITS;
    leftChildren[node] = view.getInt32(at + 4, true);
    rightChildren[node] = view.getInt32(at + 8, true);
    const split = view.getUint32(at + 12, true);
    splitIndices[node] = split & LOW_BITS;
    defaultLeft[node] = split >>> 31;
    splitConditions[node] = view.getFloat32(at + 16, true);
    const stat = statsAt + node * STAT_BYTES;
    lossChanges[node] = view.getFloat32(stat, true);
    sumHessian[node] = view.getFloat32(stat + 4, true);
    baseWeights[node] = view.getFloat32(stat + 8, true);
  }
  return {
    numFeature: features,
    leftChildren,
    rightChildren,
    parents,
    splitIndices,
    splitConditions,
    defaultLeft,
    splitTypes: new Uint8Array(nodes),
    ...NO_CATEGORIES,
    lossChanges,
    sumHessian,
    baseWeights,
    leafSize: 1,
    leafVectors: undefined,
    leafRows: undefined,
    numDeleted: countDeleted(splitIndices, defaultLeft),
  };
}
