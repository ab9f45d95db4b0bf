// One tree of a JSON or UBJSON model document as typed arrays, with the lengths of its lists checked.
// Format: XGBoost's src/tree/tree_model.cc and multi_target_tree_model.cc, versions 1.0 to 3.4.

import { intFromText } from "../lenient.ts";
import { checkTree } from "./check-tree.ts";
import { int32List, singleList, wholeNumbers, type Rounding } from "./document-lists.ts";
import { documentMember, isList, type DocumentList, type DocumentValue } from "./document-value.ts";
import { modelFault, shown } from "./model-fault.ts";
import type { Tree } from "./model.ts";

/** Lists with one entry a node that not every version writes: vector-leaf trees lack the middle two, 1.0 to 1.2 the first. */
const OPTIONAL = ["split_type", "loss_changes", "sum_hessian", "leaf_child_counts"] as const;

/** What a deleted node has for a feature; its missing values go left. Together that is a field with all bits set. */
const DELETED_FEATURE = 0x7fff_ffff;

type CategoryLists = Pick<Tree, "categoryNodes" | "categorySegments" | "categorySizes" | "categories">;

/** The category lists of a tree without categorical splits. */
export const NO_CATEGORIES: CategoryLists = {
  categoryNodes: new Int32Array(),
  categorySegments: new Float64Array(),
  categorySizes: new Float64Array(),
  categories: new Int32Array(),
};

/** A tree's members, by name. */
class TreeDocument {
  readonly where: string;
  readonly nodes: number;
  readonly leafSize: number;
  readonly #tree: DocumentValue;
  readonly #rounding: Rounding;

  constructor(tree: DocumentValue, where: string, rounding: Rounding) {
    this.#tree = tree;
    this.#rounding = rounding;
    this.where = where;
    const param = documentMember(tree, "tree_param");
    this.nodes = count(documentMember(param, "num_nodes"), "num_nodes", where);
    if (this.nodes === 0) modelFault(`${where} has no nodes`);
    this.leafSize = Math.max(1, count(documentMember(param, "size_leaf_vector") ?? 1, "size_leaf_vector", where));
  }

  has(name: string): boolean {
    return documentMember(this.#tree, name) !== undefined;
  }

  list(name: string): DocumentList {
    const value = documentMember(this.#tree, name);
    return isList(value) ? value : modelFault(`${this.where}: ${name} is ${value === undefined ? "missing" : "no list"}`);
  }

  /** A list with one entry a node. */
  perNode(name: string): DocumentList {
    const value = this.list(name);
    return value.length === this.nodes ? value : modelFault(`${this.where}: ${name} has ${value.length} entries for ${this.nodes} nodes`);
  }

  /** Node numbers of any kind; what they may be is up to checkTree. */
  links(name: string, fault: (text: string) => string): Int32Array {
    return int32List(this.perNode(name), (value, node) => `${this.where} node ${node}: ${fault(shown(value))}`);
  }

  /** One float for each node. */
  singles(name: string): Float32Array {
    this.perNode(name);
    return this.floats(name);
  }

  /** One float for each node; zeros when the document has none. */
  statistic(name: string): Float32Array {
    return this.has(name) ? this.singles(name) : new Float32Array(this.nodes);
  }

  /** A list of floats of any length. */
  floats(name: string): Float32Array {
    return singleList(this.list(name), this.#rounding, (_value, place) => `${this.where} node ${place}: its ${name} entry is no number`);
  }

  /** 0 or 1 for each node. */
  flags(name: string, isLeaf: (node: number) => boolean): Uint8Array {
    return wholeNumbers(this.perNode(name), new Uint8Array(this.nodes), {
      least: 0,
      most: 1,
      fault: (value, node) => `${this.where} node ${node}: ${name} is ${shown(value)}`,
      isIdle: isLeaf,
    });
  }
}

/**
 * Reads and checks a tree of a model with `features` features and `outputs` outputs. Throws ModelFault naming tree and node.
 * Time and memory are linear in the document.
 */
export function readTree(tree: DocumentValue, number: number, features: number, outputs: number, rounding: Rounding): Tree {
  const where = `tree ${number}`;
  const own = documentMember(documentMember(tree, "tree_param"), "num_feature");
  if (own !== undefined && shown(own) !== String(features))
    modelFault(`${where}: its num_feature is ${shown(own)}, the model's is ${features}`);
  const document = new TreeDocument(tree, where, rounding);
  const { nodes, leafSize } = document;
  if (leafSize > 1 && leafSize !== outputs)
    modelFault(`${where}: its leaves have ${leafSize} numbers, but the model has ${outputs} outputs`);
  const leftChildren = document.links("left_children", (text) => `child index ${text} is outside the ${nodes} nodes`);
  const isLeaf = (node: number): boolean => leftChildren[node] === -1;
  const baseWeights = document.floats("base_weights");
  if (leafSize === 1 || baseWeights.length !== nodes * leafSize) document.perNode("base_weights");
  for (const name of OPTIONAL) if (document.has(name)) document.perNode(name);
  const rightChildren = document.links("right_children", (text) => `child index ${text} is outside the ${nodes} nodes`);
  const parents = document.links("parents", (text) => `its parent is ${text}`);
  const splitIndices = splitFeatures(document, features, isLeaf);
  const defaultLeft = document.flags("default_left", isLeaf);
  const read: Tree = {
    numFeature: features,
    leftChildren,
    rightChildren,
    parents,
    splitIndices,
    splitConditions: document.singles("split_conditions"),
    defaultLeft,
    splitTypes: document.has("split_type") ? document.flags("split_type", isLeaf) : new Uint8Array(nodes),
    ...readCategories(document),
    lossChanges: document.statistic("loss_changes"),
    sumHessian: document.statistic("sum_hessian"),
    baseWeights,
    leafSize,
    ...leafVectors(document, leftChildren, rightChildren, baseWeights),
    numDeleted: countDeleted(splitIndices, defaultLeft),
  };
  checkTree(read, where);
  return read;
}

/** How many nodes are deleted. */
export function countDeleted(splitIndices: Uint32Array, defaultLeft: Uint8Array): number {
  let deleted = 0;
  for (let node = 1; node < splitIndices.length; node++) {
    if (splitIndices[node] === DELETED_FEATURE && defaultLeft[node] === 1) deleted++;
  }
  return deleted;
}

function count(value: DocumentValue | undefined, name: string, where: string): number {
  const number = typeof value === "string" ? intFromText(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0
    ? number
    : modelFault(`${where}: ${name} is no whole number`);
}

function splitFeatures(document: TreeDocument, features: number, isIdle: (node: number) => boolean): Uint32Array {
  const fault = (value: DocumentValue | undefined, node: number): string =>
    `${document.where} node ${node}: split index ${shown(value)} is outside the ${features} features`;
  return wholeNumbers(document.perNode("split_indices"), new Uint32Array(document.nodes), { least: 0, most: 0xffff_ffff, fault, isIdle });
}

/** Category lists: all of them or none (1.0 to 1.2 have none). */
function readCategories(document: TreeDocument): CategoryLists {
  if (!document.has("categories_nodes")) return NO_CATEGORIES;
  const { where, nodes } = document;
  const owners = document.list("categories_nodes");
  const segments = document.list("categories_segments");
  const sizes = document.list("categories_sizes");
  const categories = document.list("categories");
  if (segments.length !== owners.length || sizes.length !== owners.length)
    modelFault(`${where}: the category arrays have different lengths`);
  if (owners.length === 0 && categories.length === 0) return NO_CATEGORIES;
  const within = {
    least: 0,
    most: categories.length,
    fault: (_value: DocumentValue | undefined, place: number) =>
      `${where} node ${shown(owners[place])}: its categories lie outside the list of ${categories.length}`,
  };
  return {
    categoryNodes: wholeNumbers(owners, new Int32Array(owners.length), {
      least: 0,
      most: nodes - 1,
      fault: (node) => `${where}: categories_nodes names node ${shown(node)} of ${nodes}`,
    }),
    categorySegments: wholeNumbers(segments, new Float64Array(segments.length), within),
    categorySizes: wholeNumbers(sizes, new Float64Array(sizes.length), within),
    categories: wholeNumbers(categories, new Int32Array(categories.length), {
      least: 0,
      most: 2 ** 31 - 1,
      fault: (category, place) => `${where}: category ${place} is ${shown(category)}`,
    }),
  };
}

/** Vector leaves: 2.0 to 3.1 have them in base_weights, a row a node; from 3.2 on they are rows of leaf_weights, named in place of the right child. */
function leafVectors(
  document: TreeDocument,
  leftChildren: Int32Array,
  rightChildren: Int32Array,
  baseWeights: Float32Array,
): Pick<Tree, "leafVectors" | "leafRows"> {
  const { where, nodes, leafSize } = document;
  if (leafSize === 1) return { leafVectors: undefined, leafRows: undefined };
  if (document.has("leaf_weights")) {
    return {
      leafVectors: document.floats("leaf_weights"),
      leafRows: leftChildren.map((left, node) => (left === -1 ? (rightChildren[node] ?? -1) : -1)),
    };
  }
  if (baseWeights.length !== nodes * leafSize)
    modelFault(`${where}: base_weights has ${baseWeights.length} entries for ${nodes} nodes with leaves of ${leafSize} numbers`);
  return { leafVectors: baseWeights, leafRows: leftChildren.map((left, node) => (left === -1 ? node : -1)) };
}
