// Category sets for and from the one release that does not look where a set ends.
//
// XGBoost keeps a split's set in words of 32 bits, as many as its largest code needs. 1.6 sends a code beyond the last word in the default direction,
// every other release sends it left, as a code that is not in the set. The two differ where the default direction is right.

import { memberOf } from "../../json/json-value.ts";
import type { Tree, TreeBooster } from "../model.ts";

const WORD_BITS = 32;

/** Codes that are added to all sets together, at most. */
const MOST_ADDED = 4_000_000;

/** Sets for 1.6 reach over all codes up to this one, and over those that the model knows. */
export const PADDED_TO = 1022;
/** The same for sets of 1.6: each code is spelled out. */
export const SPELLED_TO = 255;

/** A booster with extended sets; undefined when nothing is to be done, `too many` when that would take too much room. */
export type Extended = TreeBooster | "too many" | undefined;

/** How sets are extended. */
interface Extension {
  /** Sets reach over all codes up to this one, or up to the largest that the model knows of the feature. Categories in no set are not known. */
  readonly least: number;
  /** The codes to add to a set whose words end with `last`, so that it reaches over `largest`. */
  readonly codes: (last: number, largest: number) => readonly number[];
}

/** For 1.6: one code that the model does not know, behind all that it may. */
const PADDING: Extension = {
  least: PADDED_TO,
  codes: (_last, largest) => [lastOfWord(largest) > largest ? lastOfWord(largest) : lastOfWord(largest) + WORD_BITS],
};

/** From 1.6: all the codes that it sends right although they are not in the set. */
const OVERFLOW: Extension = {
  least: SPELLED_TO,
  codes: (last, largest) => Array.from({ length: largest - last }, (_, place) => last + 1 + place),
};

/** Sets that 1.6 searches as other releases do, for codes up to PADDED_TO and every one that the model knows. */
export function padCategorySets(booster: TreeBooster): Extended {
  return extended(booster, PADDING);
}

/** Sets by which other releases decide as 1.6 does, for codes up to SPELLED_TO and every one that the model knows. */
export function spellOutOverflow(booster: TreeBooster): Extended {
  return extended(booster, OVERFLOW);
}

function extended(booster: TreeBooster, { least, codes }: Extension): Extended {
  const largest = largestCodes(booster);
  let count = 0;
  const trees = booster.trees.map((tree) => {
    const added = Array.from(tree.categoryNodes, (node, place) => {
      const most = Math.max(least, largest.get(tree.splitIndices[node] ?? 0) ?? -1);
      const last = lastOfWord(largestOf(tree, place));
      if (tree.defaultLeft[node] === 1 || last >= most || count > MOST_ADDED) return [];
      const extra = codes(last, most);
      count += extra.length;
      return extra;
    });
    return added.some((list) => list.length > 0) ? withCodes(tree, added) : tree;
  });
  if (count > MOST_ADDED) return "too many";
  return count > 0 ? { ...booster, trees } : undefined;
}

/** The largest code of each feature that any set or the training frame names. */
function largestCodes(booster: TreeBooster): ReadonlyMap<number, number> {
  const largest = new Map<number, number>();
  const note = (feature: number, code: number): unknown => largest.set(feature, Math.max(largest.get(feature) ?? -1, code));
  for (const tree of booster.trees) tree.categoryNodes.forEach((node, place) => note(tree.splitIndices[node] ?? 0, largestOf(tree, place)));
  const segments = memberOf(booster.categories, "feature_segments");
  if (Array.isArray(segments))
    for (let feature = 0; feature + 1 < segments.length; feature++)
      note(feature, Number(segments[feature + 1]) - Number(segments[feature]) - 1);
  return largest;
}

function setOf(tree: Tree, place: number): Int32Array {
  const begin = tree.categorySegments[place] ?? 0;
  return tree.categories.subarray(begin, begin + (tree.categorySizes[place] ?? 0));
}

function largestOf(tree: Tree, place: number): number {
  return setOf(tree, place).reduce((most, code) => Math.max(most, code), -1);
}

/** The last code of the word that holds a code; −1 for none. */
function lastOfWord(code: number): number {
  return (Math.floor(code / WORD_BITS) + 1) * WORD_BITS - 1;
}

function withCodes(tree: Tree, added: readonly (readonly number[])[]): Tree {
  const sizes = Float64Array.from(added, (list, place) => (tree.categorySizes[place] ?? 0) + list.length);
  const segments = new Float64Array(sizes.length);
  for (let place = 1; place < sizes.length; place++) segments[place] = (segments[place - 1] ?? 0) + (sizes[place - 1] ?? 0);
  const categories = new Int32Array(sizes.reduce((sum, size) => sum + size, 0));
  added.forEach((list, place) => {
    const own = setOf(tree, place);
    categories.set(own, segments[place]);
    categories.set(list, (segments[place] ?? 0) + own.length);
  });
  return { ...tree, categories, categorySegments: segments, categorySizes: sizes };
}
