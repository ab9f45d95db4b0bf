// The categories that go right at each categorical split of a tree.

import type { Tree } from "../xgboost/model.ts";

/** Categories from here on are too large for XGBoost: they belong to no set. */
const CATEGORY_LIMIT = 2 ** 24;

/** Sets of category codes: of set `s` the codes `values[starts[s]] … values[starts[s + 1] − 1]`, ascending. The last set is empty. */
export interface CategorySets {
  readonly starts: Int32Array;
  readonly values: Int32Array;
  /** Of each node of the tree its set; the last, empty one where the tree names none. */
  readonly ofNode: Int32Array;
}

/** Copies and sorts the sets of a tree. Undefined when they reach beyond the tree's list or overlap: a small file could claim any amount. */
export function categorySets(tree: Tree): CategorySets | undefined {
  const { categoryNodes, categorySegments, categorySizes, categories } = tree;
  const starts = new Int32Array(categoryNodes.length + 2);
  const values = new Int32Array(categories.length);
  const ofNode = new Int32Array(tree.leftChildren.length).fill(categoryNodes.length);
  let filled = 0;
  for (const [set, node] of categoryNodes.entries()) {
    const begin = categorySegments[set] ?? 0;
    const size = categorySizes[set] ?? 0;
    if (begin + size > categories.length || filled + size > values.length) return undefined;
    values.set(categories.subarray(begin, begin + size), filled);
    values.subarray(filled, filled + size).sort();
    filled += size;
    starts[set + 1] = filled;
    if (node >= 0 && node < ofNode.length) ofNode[node] = set;
  }
  starts[categoryNodes.length + 1] = filled;
  return { starts, values, ofNode };
}

/**
 * Whether a value that is not missing goes right: only a category of the set does. Negative, too large and unknown ones go left; a fraction counts as
 * the whole number below it. Source: Decision of src/common/categorical.h.
 */
export function isInSet({ starts, values }: CategorySets, set: number, value: number): boolean {
  if (value < 0 || value >= CATEGORY_LIMIT) return false;
  const code = Math.trunc(value);
  let low = starts[set] ?? 0;
  let high = starts[set + 1] ?? low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < code) low = middle + 1;
    else high = middle;
  }
  return low < (starts[set + 1] ?? 0) && values[low] === code;
}
