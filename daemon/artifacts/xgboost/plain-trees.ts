// Checks the trees of the usual model document straight from its bytes; anything unusual is left to check-tree.ts.
// Format: XGBoost's src/tree/tree_model.cc (JSON of RegTree), versions 1.0 to 3.4.

import { NOT_PLAIN, numberEnd, PlainLists, skipBlanks } from "./plain-lists.ts";

/** What is known of trees that are all in order for a model of the right number of features. */
export interface PlainTrees {
  /** Place behind the list of trees. */
  readonly end: number;
  readonly count: number;
  /** What every tree says for num_feature; undefined without trees. */
  readonly features: number | undefined;
  /** Highest feature that a split asks for; -1 without splits. */
  readonly highestSplit: number;
}

/** Lists of whole numbers that are looked into, in the order of `#lists`. */
const WHOLE = ["left_children", "right_children", "parents", "split_indices", "default_left", "split_type"] as const;
const [LEFT, RIGHT, PARENTS, FEATURES, DEFAULTS, TYPES] = [0, 1, 2, 3, 4, 5] as const;
/** Lists of which only the length counts; with `split_conditions` also that its entries are numbers. */
const COUNTED = ["base_weights", "split_conditions", "loss_changes", "sum_hessian", "leaf_child_counts"] as const;
/** Lists that are empty in a tree without categories. */
const EMPTY = ["categories", "categories_nodes", "categories_segments", "categories_sizes"] as const;

const FIRST_COUNTED = WHOLE.length;
const FIRST_EMPTY = FIRST_COUNTED + COUNTED.length;
const ID = FIRST_EMPTY + EMPTY.length;
const PARAM = ID + 1;

/** The members by number, as they stand in a document: with quotes. */
const NAMES: readonly Uint8Array[] = [...WHOLE, ...COUNTED, ...EMPTY, "id", "tree_param"].map((name) => quoted(name));
const PARAM_NAMES: readonly Uint8Array[] = ["num_nodes", "num_feature", "size_leaf_vector", "num_deleted"].map((name) => quoted(name));
const [NODES, FEATURE_COUNT, LEAF_SIZE] = [0, 1, 2] as const;

/** Bits of the members that every tree has, and of the category lists, of which there are all or none. */
const NEEDED = bits(LEFT, RIGHT, PARENTS, FEATURES, DEFAULTS, FIRST_COUNTED, FIRST_COUNTED + 1, PARAM);
const CATEGORY_LISTS = bits(FIRST_EMPTY, FIRST_EMPTY + 1, FIRST_EMPTY + 2, FIRST_EMPTY + 3);

const NONE: readonly number[] = [];
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;

function quoted(name: string): Uint8Array {
  return new TextEncoder().encode(`"${name}"`);
}

function bits(...members: readonly number[]): number {
  return members.reduce((sum, member) => sum | (1 << member), 0);
}

/**
 * Reads the list of trees that begins at `at`. Undefined: the list is damaged, or not of the usual kind; check-tree.ts knows.
 * Otherwise check-tree.ts accepts each of the trees, provided that the model has `features` features, more than `highestSplit`.
 */
export function readPlainTrees(bytes: Uint8Array, at: number): PlainTrees | undefined {
  return new TreeReader(bytes).read(at);
}

class TreeReader {
  readonly #bytes: Uint8Array;
  readonly #list: PlainLists;
  readonly #lists: readonly number[][] = WHOLE.map(() => []);
  /** Of each member of the tree at hand, by number. */
  readonly #lengths: number[] = NAMES.map(() => 0);
  /** Numbers in the tree_param at hand; -1 = absent. */
  readonly #params = [-1, -1, -1];
  #features: number | undefined;
  #highestSplit = -1;
  /** The member that comes next, when this tree has the order of the last one. */
  readonly #order: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#list = new PlainLists(bytes);
  }

  read(from: number): PlainTrees | undefined {
    const bytes = this.#bytes;
    if (bytes[from] !== 0x5b) return undefined;
    let at = skipBlanks(bytes, from + 1);
    let count = 0;
    while (bytes[at] === 0x7b) {
      at = this.#tree(at);
      if (at === NOT_PLAIN) return undefined;
      count++;
      at = skipBlanks(bytes, at);
      if (bytes[at] !== COMMA) break;
      at = skipBlanks(bytes, at + 1);
      if (bytes[at] !== 0x7b) return undefined;
    }
    if (bytes[at] !== 0x5d) return undefined;
    return { end: at + 1, count, features: this.#features, highestSplit: this.#highestSplit };
  }

  /** One tree; the place behind it. Of equal names the last wins, as ever. */
  #tree(from: number): number {
    const bytes = this.#bytes;
    let seen = 0;
    let at = from;
    for (let place = 0; ; place++) {
      at = skipBlanks(bytes, at + 1);
      const member = this.#memberAt(at, place);
      if (member === NOT_PLAIN) return NOT_PLAIN;
      seen |= 1 << member;
      at = skipBlanks(bytes, at + (NAMES[member]?.length ?? 0));
      if (bytes[at] !== COLON) return NOT_PLAIN;
      at = this.#value(member, skipBlanks(bytes, at + 1));
      if (at === NOT_PLAIN) return NOT_PLAIN;
      this.#lengths[member] = this.#list.count;
      at = skipBlanks(bytes, at);
      if (bytes[at] === COMMA) continue;
      return bytes[at] === 0x7d && this.#isSound(seen) ? at + 1 : NOT_PLAIN;
    }
  }

  /** Number of the member whose name begins here. Trees of one document name them in one order. */
  #memberAt(at: number, place: number): number {
    const usual = this.#order[place] ?? 0;
    if (standsAt(this.#bytes, at, NAMES[usual])) return usual;
    const member = NAMES.findIndex((name) => standsAt(this.#bytes, at, name));
    if (member >= 0) this.#order[place] = member;
    return member;
  }

  #value(member: number, at: number): number {
    const into = this.#lists[member];
    if (into !== undefined) return this.#list.whole(at, into, member === DEFAULTS);
    if (member === PARAM) return this.#param(at);
    if (member === ID) return numberEnd(this.#bytes, at);
    const end = this.#list.numbers(at);
    return member >= FIRST_EMPTY && this.#list.count > 0 ? NOT_PLAIN : end;
  }

  /** `tree_param`: texts of digits. */
  #param(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    if (bytes[at] !== 0x7b) return NOT_PLAIN;
    this.#params.fill(-1);
    do {
      at = skipBlanks(bytes, at + 1);
      const member = PARAM_NAMES.findIndex((name) => standsAt(bytes, at, name));
      if (member < 0) return NOT_PLAIN;
      at = skipBlanks(bytes, at + (PARAM_NAMES[member]?.length ?? 0));
      if (bytes[at] !== COLON) return NOT_PLAIN;
      at = skipBlanks(bytes, at + 1);
      if (bytes[at] !== QUOTE) return NOT_PLAIN;
      const first = ++at;
      let value = 0;
      for (let digit = (bytes[at] ?? 0) - 0x30; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - 0x30) value = value * 10 + digit;
      const digits = at - first;
      if (bytes[at] !== QUOTE || digits < 1 || digits > 9 || (digits > 1 && bytes[first] === 0x30)) return NOT_PLAIN;
      if (member < this.#params.length) this.#params[member] = value;
      at = skipBlanks(bytes, at + 1);
    } while (bytes[at] === COMMA);
    return bytes[at] === 0x7d ? at + 1 : NOT_PLAIN;
  }

  /** True when check-tree.ts finds nothing in the tree that was just read. */
  #isSound(seen: number): boolean {
    const categories = seen & CATEGORY_LISTS;
    if ((seen & NEEDED) !== NEEDED || (categories !== 0 && categories !== CATEGORY_LISTS)) return false;
    const nodes = this.#params[NODES] ?? -1;
    const features = this.#params[FEATURE_COUNT] ?? -1;
    if (nodes < 1 || features < 0 || (this.#params[LEAF_SIZE] ?? -1) > 1) return false;
    this.#features ??= features;
    if (features !== this.#features) return false;
    for (let member = 0; member < FIRST_EMPTY; member++) {
      if ((seen & (1 << member)) !== 0 && this.#lengths[member] !== nodes) return false;
    }
    return this.#areNodesSound(nodes, (seen & (1 << TYPES)) !== 0);
  }

  /**
   * Looks at each node on its own, also at those that nothing leads to. With two different children to a split that both name it as their
   * parent, and a root that names none, no node can be reached twice.
   */
  #areNodesSound(nodes: number, hasTypes: boolean): boolean {
    const lists = this.#lists;
    const left = lists[LEFT] ?? NONE;
    const right = lists[RIGHT] ?? NONE;
    const parents = lists[PARENTS] ?? NONE;
    const features = lists[FEATURES] ?? NONE;
    const defaults = lists[DEFAULTS] ?? NONE;
    const types = lists[TYPES] ?? NONE;
    const rootParent = parents[0];
    if (rootParent !== -1 && rootParent !== 0x7fff_ffff) return false;
    let highest = this.#highestSplit;
    for (let node = 0; node < nodes; node++) {
      const one = left[node] ?? -1;
      const other = right[node] ?? -1;
      if (one === -1) {
        if (other !== -1) return false;
        continue;
      }
      if (one < 0 || one >= nodes || other < 0 || other >= nodes || one === other) return false;
      if (parents[one] !== node || parents[other] !== node) return false;
      const feature = features[node] ?? -1;
      const side = defaults[node] ?? -1;
      if (feature < 0 || (side !== 0 && side !== 1) || (hasTypes && types[node] !== 0)) return false;
      if (feature > highest) highest = feature;
    }
    this.#highestSplit = highest;
    return true;
  }
}

function standsAt(bytes: Uint8Array, at: number, name: Uint8Array | undefined): boolean {
  if (name === undefined) return false;
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}
