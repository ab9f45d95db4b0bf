// Checks one tree of a model document: array lengths, index bounds, and that every node is reached once.
// Format: XGBoost's src/tree/tree_model.cc (JSON of RegTree), versions 1.0 to 3.4.

import { memberOf, type JsonValue } from "../json/json-value.ts";
import { intFromText } from "../lenient.ts";
import { modelFault, shown } from "./model-fault.ts";

/** Lists with one entry a node that not every version writes: vector-leaf trees lack the middle two, 1.0 to 1.2 the first. */
const OPTIONAL = ["split_type", "loss_changes", "sum_hessian", "leaf_child_counts"] as const;

const NO_NODES: ReadonlySet<JsonValue> = new Set();
const ROOT_PARENTS: ReadonlySet<JsonValue | undefined> = new Set([2147483647, -1]);

interface TreeArrays {
  readonly where: string;
  readonly nodes: number;
  /** Length of a leaf's vector; 1 for scalar leaves. */
  readonly leafSize: number;
  readonly left: readonly JsonValue[];
  readonly right: readonly JsonValue[];
  readonly parents: readonly JsonValue[];
  readonly features: readonly JsonValue[];
  readonly conditions: readonly JsonValue[];
  readonly defaults: readonly JsonValue[];
  readonly types: readonly JsonValue[] | undefined;
  /** Nodes that have a list of categories. */
  readonly categorical: ReadonlySet<JsonValue>;
  /** Entries of `leaf_weights` (3.2 and later), where a leaf's right child is its row. */
  readonly leafWeights: number;
}

function count(value: JsonValue | undefined, name: string, where: string): number {
  const number = typeof value === "string" ? intFromText(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0
    ? number
    : modelFault(`${where}: ${name} is no whole number`);
}

function array(tree: JsonValue, name: string, where: string): readonly JsonValue[] {
  const value = memberOf(tree, name);
  return Array.isArray(value) ? value : modelFault(`${where}: ${name} is ${value === undefined ? "missing" : "no list"}`);
}

/** A list with one entry a node. */
function perNode(tree: JsonValue, name: string, where: string, nodes: number): readonly JsonValue[] {
  const value = array(tree, name, where);
  return value.length === nodes ? value : modelFault(`${where}: ${name} has ${value.length} entries for ${nodes} nodes`);
}

/** Reads the arrays of a tree and checks their lengths. */
function readArrays(tree: JsonValue, where: string): TreeArrays {
  const param = memberOf(tree, "tree_param");
  const nodes = count(memberOf(param, "num_nodes"), "num_nodes", where);
  if (nodes === 0) modelFault(`${where} has no nodes`);
  const leafSize = Math.max(1, count(memberOf(param, "size_leaf_vector") ?? 1, "size_leaf_vector", where));
  const left = perNode(tree, "left_children", where, nodes);
  const weights = array(tree, "base_weights", where);
  if (leafSize === 1 || weights.length !== nodes * leafSize) perNode(tree, "base_weights", where, nodes);
  for (const name of OPTIONAL) {
    if (memberOf(tree, name) !== undefined) perNode(tree, name, where, nodes);
  }
  const types = memberOf(tree, "split_type");
  const leafWeights = memberOf(tree, "leaf_weights");
  return {
    where,
    nodes,
    leafSize,
    left,
    right: perNode(tree, "right_children", where, nodes),
    parents: perNode(tree, "parents", where, nodes),
    features: perNode(tree, "split_indices", where, nodes),
    conditions: perNode(tree, "split_conditions", where, nodes),
    defaults: perNode(tree, "default_left", where, nodes),
    types: Array.isArray(types) ? types : undefined,
    categorical: categoricalNodes(tree, where, nodes),
    leafWeights: Array.isArray(leafWeights) ? leafWeights.length : 0,
  };
}

/** Checks the category lists and returns the nodes that have one. */
function categoricalNodes(tree: JsonValue, where: string, nodes: number): ReadonlySet<JsonValue> {
  if (memberOf(tree, "categories_nodes") === undefined) return NO_NODES;
  const owners = array(tree, "categories_nodes", where);
  const segments = array(tree, "categories_segments", where);
  const sizes = array(tree, "categories_sizes", where);
  const categories = array(tree, "categories", where);
  if (segments.length !== owners.length || sizes.length !== owners.length)
    modelFault(`${where}: the category arrays have different lengths`);
  if (owners.length === 0) return NO_NODES;
  owners.forEach((node, i) => {
    if (!isIndex(node, nodes)) modelFault(`${where}: categories_nodes names node ${shown(node)} of ${nodes}`);
    const start = segments[i];
    const size = sizes[i];
    if (!isIndex(start, categories.length + 1) || !isIndex(size, categories.length + 1 - start)) {
      modelFault(`${where} node ${node}: its categories lie outside the list of ${categories.length}`);
    }
  });
  categories.forEach((category, i) => {
    if (!isIndex(category, 2 ** 31)) modelFault(`${where}: category ${i} is ${shown(category)}`);
  });
  return new Set(owners);
}

function isIndex(value: JsonValue | undefined, below: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < below;
}

/**
 * Checks a tree against the model's number of features. Throws ModelFault naming tree and node.
 * Every node is visited at most once, so the time is linear in the nodes whatever the indexes say.
 */
export function checkTree(tree: JsonValue, number: number, features: number): void {
  const where = `tree ${number}`;
  const own = memberOf(memberOf(tree, "tree_param"), "num_feature");
  if (own !== undefined && shown(own) !== String(features))
    modelFault(`${where}: its num_feature is ${shown(own)}, the model's is ${features}`);
  const arrays = readArrays(tree, where);
  if (!ROOT_PARENTS.has(arrays.parents[0])) modelFault(`${where} node 0: its parent is ${shown(arrays.parents[0])}, but it is the root`);
  const seen = new Uint8Array(arrays.nodes);
  const waiting = [0];
  seen[0] = 1;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof arrays.conditions[node] !== "number") modelFault(`${where} node ${node}: its split_conditions entry is no number`);
    const left = arrays.left[node];
    const right = arrays.right[node];
    if (left === -1) {
      checkLeaf(arrays, node, right);
      continue;
    }
    checkSplit(arrays, node, features);
    visit(arrays, seen, waiting, node, left);
    visit(arrays, seen, waiting, node, right);
  }
}

function checkLeaf(arrays: TreeArrays, node: number, right: JsonValue | undefined): void {
  if (right === -1) return;
  const row = arrays.leafWeights > 0 && isIndex(right, Math.floor(arrays.leafWeights / arrays.leafSize));
  if (!row) modelFault(`${arrays.where} node ${node}: it has no left child, but right child ${shown(right)}`);
}

function checkSplit(arrays: TreeArrays, node: number, features: number): void {
  if (!isIndex(arrays.features[node], features)) {
    modelFault(`${arrays.where} node ${node}: split index ${shown(arrays.features[node])} is outside the ${features} features`);
  }
  const side = arrays.defaults[node];
  if (side !== 0 && side !== 1 && side !== true && side !== false)
    modelFault(`${arrays.where} node ${node}: default_left is ${shown(side)}`);
  const type = arrays.types?.[node] ?? 0;
  if (type !== 0 && type !== 1) modelFault(`${arrays.where} node ${node}: split_type is ${shown(type)}`);
  if (type === 1 && !arrays.categorical.has(node)) modelFault(`${arrays.where} node ${node}: it splits by category but has no categories`);
}

function visit(arrays: TreeArrays, seen: Uint8Array, waiting: number[], node: number, child: JsonValue | undefined): void {
  const where = `${arrays.where} node ${node}`;
  if (!isIndex(child, arrays.nodes)) modelFault(`${where}: child index ${shown(child)} is outside the ${arrays.nodes} nodes`);
  if (seen[child] === 1)
    modelFault(`${where}: child ${child} ${child === 0 ? "is the root" : "was reached before"}, so the tree has a cycle or a shared node`);
  if (arrays.parents[child] !== node) modelFault(`${where}: its child ${child} names node ${shown(arrays.parents[child])} as parent`);
  seen[child] = 1;
  waiting.push(child);
}
