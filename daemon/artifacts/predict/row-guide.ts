// Makes rows that end in leaves where no row has been, at the thresholds on the way.

import { isInSet, type CategorySets } from "./category-sets.ts";
import type { Draws } from "./draws.ts";
import { NODE_INTS, type Forest } from "./forest.ts";
import { floatAbove, floatBelow, thresholdOfKey } from "./row-keys.ts";

/** Makes rows for the trees of a forest. */
export interface RowGuide {
  /** Fills one row, a value for each feature. */
  fill(row: Float32Array): void;
}

/** Trees that a row is led down at their thresholds, once it is certain to reach the leaf that it was made for. */
const GUIDED_TREES = 12;
/** Values that are tried for a feature on the way to a leaf. */
const MOST_TRIES = 12;

const LARGEST = 3.4028234663852886e38;
const DENORMAL = 2 ** -149;

/** Values for features that no split looks at. */
const ANYTHING = [Number.NaN, 0, -0, 1, -1, 0.1, -2.5, DENORMAL, LARGEST, -LARGEST, 16_777_217, 1e-30] as const;
/** Values far from most thresholds. */
const EXTREMES = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, DENORMAL, -DENORMAL, LARGEST, -LARGEST] as const;
/** Categories that are in no set: negative, too large. */
const NO_CATEGORY = [-1, -0.5, 16_777_216, 16_777_215, LARGEST, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

/** Makes a guide. Each row goes to a leaf that no row before has reached, as long as there is one and its way is free of contradictions. */
export function createGuide(forest: Forest, draws: Draws): RowGuide {
  const nodes = treeNodes(forest);
  const isReached = new Uint8Array(forest.leafValues.length);
  const isSet = new Uint8Array(forest.features.length);
  const trees = forest.roots.length - 1;

  /** Gives a value to the features on the way to a leaf that has none yet. */
  function aim(row: Float32Array): void {
    const target = nextUnreached(forest, isReached, draws);
    const onWay = new Map<number, Turn[]>();
    for (let at = target; (nodes.parents[at] ?? -1) >= 0; at = nodes.parents[at] ?? -1) {
      const parent = nodes.parents[at] ?? 0;
      const turn = { node: parent, right: forest.nodes[parent * NODE_INTS + 3] === at * NODE_INTS };
      const slot = slotOf(forest, parent);
      const turns = onWay.get(slot);
      if (turns === undefined) onWay.set(slot, [turn]);
      else turns.push(turn);
    }
    for (const [slot, turns] of onWay) {
      row[forest.features[slot] ?? 0] = valueFor(forest, nodes, turns, draws);
      isSet[slot] = 1;
    }
  }

  /** Leads the row down a tree; a feature without a value gets one at the split where it is first asked for. Notes where the row ends. */
  function lead(row: Float32Array, tree: number): void {
    let node = (forest.roots[tree] ?? 0) / NODE_INTS;
    while (forest.nodes[node * NODE_INTS + 2] !== node * NODE_INTS) {
      const slot = slotOf(forest, node);
      const feature = forest.features[slot] ?? 0;
      if (isSet[slot] === 0) row[feature] = valueAt(forest, nodes, node, draws);
      isSet[slot] = 1;
      const right = goesRight(forest, nodes, node, row[feature] ?? 0);
      node = (forest.nodes[node * NODE_INTS + (right ? 3 : 2)] ?? 0) / NODE_INTS;
    }
    isReached[node] = 1;
  }

  return {
    fill(row) {
      isSet.fill(0);
      for (let place = 0; place < row.length; place++) row[place] = draws.of(ANYTHING);
      if (trees === 0) return;
      aim(row);
      for (let step = 0; step < GUIDED_TREES; step++) lead(row, draws.below(trees));
      for (let tree = 0; tree < trees; tree++) lead(row, tree);
    },
  };
}

/** A split on the way to a leaf, and the side that the way takes there. */
interface Turn {
  readonly node: number;
  readonly right: boolean;
}

/** Of each node the one above it (−1 for a root) and its tree. */
interface TreeNodes {
  readonly parents: Int32Array;
  readonly trees: Int32Array;
}

function treeNodes({ nodes, roots, leafValues }: Forest): TreeNodes {
  const parents = new Int32Array(leafValues.length).fill(-1);
  const trees = new Int32Array(leafValues.length);
  for (let tree = 0; tree + 1 < roots.length; tree++) {
    for (let at = roots[tree] ?? 0; at < (roots[tree + 1] ?? 0); at += NODE_INTS) {
      trees[at / NODE_INTS] = tree;
      if (nodes[at + 2] === at) continue;
      parents[(nodes[at + 2] ?? 0) / NODE_INTS] = at / NODE_INTS;
      parents[(nodes[at + 3] ?? 0) / NODE_INTS] = at / NODE_INTS;
    }
  }
  return { parents, trees };
}

/** A leaf that no row has reached, else any leaf. */
function nextUnreached({ nodes, roots }: Forest, isReached: Uint8Array, draws: Draws): number {
  const end = (roots.at(-1) ?? 0) / NODE_INTS;
  const start = draws.below(end);
  let leaf = 0;
  for (let step = 0; step < end; step++) {
    const node = (start + step) % end;
    if (nodes[node * NODE_INTS + 2] !== node * NODE_INTS) continue;
    if (isReached[node] === 0) return node;
    leaf = node;
  }
  return leaf;
}

function slotOf(forest: Forest, node: number): number {
  const place = forest.nodes[node * NODE_INTS] ?? 0;
  return place < forest.features.length ? place : place - forest.features.length;
}

/** The categories that go right at a node; undefined for a numeric split. */
function setAt(forest: Forest, nodes: TreeNodes, node: number): { readonly sets: CategorySets; readonly set: number } | undefined {
  const set = forest.nodeSets[node] ?? -1;
  const sets = forest.sets[nodes.trees[node] ?? 0];
  return set < 0 || sets === undefined ? undefined : { sets, set };
}

function goesRight(forest: Forest, nodes: TreeNodes, node: number, value: number): boolean {
  if (Number.isNaN(value)) return (forest.nodes[node * NODE_INTS] ?? 0) >= forest.features.length;
  const found = setAt(forest, nodes, node);
  if (found !== undefined) return isInSet(found.sets, found.set, value);
  return !(value < thresholdOfKey(forest.nodes[node * NODE_INTS + 1] ?? 0));
}

/** A value of one feature that takes all turns of a way; the last one tried when none does. */
function valueFor(forest: Forest, nodes: TreeNodes, turns: readonly Turn[], draws: Draws): number {
  let value = Number.NaN;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const turn = turns[draws.below(turns.length)];
    value = Math.fround(valueAt(forest, nodes, turn?.node ?? 0, draws));
    const tried = value;
    if (turns.every(({ node, right }) => goesRight(forest, nodes, node, tried) === right)) break;
  }
  return value;
}

/** A value at a split: its threshold or one float beside it, a category in its set or beside one, sometimes missing or far away. */
function valueAt(forest: Forest, nodes: TreeNodes, node: number, draws: Draws): number {
  const choice = draws.below(10);
  if (choice === 0) return Number.NaN;
  const found = setAt(forest, nodes, node);
  if (found !== undefined) return categoryAt(found.sets, found.set, choice, draws);
  const threshold = thresholdOfKey(forest.nodes[node * NODE_INTS + 1] ?? 0);
  if (choice === 1) return draws.of(EXTREMES);
  if (choice <= 4) return threshold;
  return choice <= 7 ? floatBelow(threshold) : floatAbove(threshold);
}

function categoryAt({ starts, values }: CategorySets, set: number, choice: number, draws: Draws): number {
  const begin = starts[set] ?? 0;
  const size = (starts[set + 1] ?? begin) - begin;
  if (choice === 1 || size === 0) return draws.of(NO_CATEGORY);
  const code = values[begin + draws.below(size)] ?? 0;
  if (choice <= 5) return code;
  return choice === 6 ? code + 0.5 : code + (choice === 7 ? -1 : 1);
}
