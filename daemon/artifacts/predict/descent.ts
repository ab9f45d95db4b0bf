// The way of rows down the trees of a forest: which leaf each row ends in.

import { isInSet, type CategorySets } from "./category-sets.ts";
import { NODE_INTS, type Forest } from "./forest.ts";
import { bitsOf, fillKeys } from "./row-keys.ts";

/** Called for one tree and some rows: row `first + i` of `count` ended in node `leaves[from + i]`. */
export type LeafVisitor = (tree: number, first: number, count: number, leaves: Int32Array, from: number) => void;

/** Leads rows down the trees of a forest. It works in buffers of its own, so one descent at a time. */
export interface Descent {
  /**
   * Leads `count` rows, of as many values as the model has features, down the trees `begin` to `end`, and calls `visit` so that each row meets the
   * trees in their order.
   */
  run(rows: Float32Array, count: number, begin: number, end: number, visit: LeafVisitor): void;
}

/** Rows that go down a tree together, while their keys and the tree are in the cache. */
const BLOCK_ROWS = 64;
/** Keys of a block, for models with very many features. */
const BLOCK_KEYS = 2 ** 16;
/** Ways that the descent follows at once, so that one waits for memory while another goes on. */
const LANES = 4;
/** After so many steps it looks whether all have arrived: most trees are hardly deeper, lopsided ones much. */
const STEPS_BETWEEN_LOOKS = 8;

/** What a descent works in. */
interface Workspace {
  readonly forest: Forest;
  /** Values of a row. */
  readonly width: number;
  /** Keys of a row: two for each feature that a split looks at. */
  readonly rowKeys: number;
  readonly blockRows: number;
  /** Of the rows of the block. */
  readonly keys: Int32Array;
  /** Where each row of the block ended in one tree. */
  readonly rowLeaves: Int32Array;
  /** Where one row ended in each tree. */
  readonly treeLeaves: Int32Array;
}

/** Rows that the descent is asked about, and for which trees. */
interface Question {
  readonly rows: Float32Array;
  readonly begin: number;
  readonly end: number;
  readonly visit: LeafVisitor;
}

/** Makes a descent for rows of `width` values. */
export function createDescent(forest: Forest, width: number): Descent {
  const rowKeys = 2 * forest.features.length;
  const roomy = Math.floor(BLOCK_KEYS / Math.max(1, rowKeys * LANES)) * LANES;
  const blockRows = Math.max(LANES, Math.min(BLOCK_ROWS, roomy));
  const keys = new Int32Array(blockRows * rowKeys);
  const rowLeaves = new Int32Array(blockRows);
  const treeLeaves = new Int32Array(forest.roots.length + LANES);
  const space: Workspace = { forest, width, rowKeys, blockRows, keys, rowLeaves, treeLeaves };
  return {
    run(rows, count, begin, end, visit) {
      const bits = bitsOf(rows);
      const question = { rows, begin, end, visit };
      for (let first = 0; first < count; first += blockRows) {
        const held = Math.min(blockRows, count - first);
        if (held >= LANES) {
          fillKeys(keys, bits, width, forest.features, first, held);
          runBlock(space, question, first, held);
          continue;
        }
        for (let row = first; row < first + held; row++) {
          fillKeys(keys, bits, width, forest.features, row, 1);
          runRow(space, question, row);
        }
      }
    },
  };
}

/** A block of rows: one tree after the other, several rows at once. Rows behind the last one are old ones, whose leaves nobody reads. */
function runBlock(space: Workspace, { rows, begin, end, visit }: Question, first: number, count: number): void {
  const { forest, keys, rowKeys, rowLeaves } = space;
  for (let tree = begin; tree < end; tree++) {
    const root = forest.roots[tree] ?? 0;
    const depth = forest.depths[tree] ?? 0;
    const sets = forest.sets[tree];
    if (sets !== undefined) descendMixed(space, tree, sets, rows, first, count);
    else
      for (let row = 0, at = 0; row < count; row += LANES, at += LANES * rowKeys)
        follow(forest.nodes, keys, depth, at, at + rowKeys, at + 2 * rowKeys, at + 3 * rowKeys, root, root, root, root, rowLeaves, row);
    visit(tree, first, count, rowLeaves, 0);
  }
}

/** One row: several trees at once. */
function runRow(space: Workspace, { rows, begin, end, visit }: Question, row: number): void {
  const { forest, keys, rowLeaves, treeLeaves } = space;
  const { roots, depths, nodes } = forest;
  for (let tree = begin; tree < end; tree += LANES) {
    // Behind the last tree it once more.
    const b = Math.min(tree + 1, end - 1);
    const c = Math.min(tree + 2, end - 1);
    const d = Math.min(tree + 3, end - 1);
    const depth = Math.max(depths[tree] ?? 0, depths[b] ?? 0, depths[c] ?? 0, depths[d] ?? 0);
    follow(nodes, keys, depth, 0, 0, 0, 0, roots[tree] ?? 0, roots[b] ?? 0, roots[c] ?? 0, roots[d] ?? 0, treeLeaves, tree - begin);
  }
  for (let tree = begin; tree < end; tree++) {
    const sets = forest.sets[tree];
    if (sets === undefined) visit(tree, row, 1, treeLeaves, tree - begin);
    else {
      descendMixed(space, tree, sets, rows, row, 1);
      visit(tree, row, 1, rowLeaves, 0);
    }
  }
}

/** Rows down a tree that has categorical splits, one after the other. */
function descendMixed(space: Workspace, tree: number, sets: CategorySets, rows: Float32Array, first: number, count: number): void {
  const { forest, keys, rowKeys, width } = space;
  const { nodes, nodeSets, features } = forest;
  for (let row = 0; row < count; row++) {
    let at = forest.roots[tree] ?? 0;
    for (let left = nodes[at + 2] ?? at; left !== at; left = nodes[at + 2] ?? at) {
      const slot = nodes[at] ?? 0;
      const set = nodeSets[at / NODE_INTS] ?? -1;
      let goesRight = (keys[row * rowKeys + slot] ?? 0) >= (nodes[at + 1] ?? 0);
      if (set >= 0) {
        const defaultsRight = slot >= features.length;
        const value = rows[(first + row) * width + (features[defaultsRight ? slot - features.length : slot] ?? 0)] ?? 0;
        goesRight = Number.isNaN(value) ? defaultsRight : isInSet(sets, set, value);
      }
      at = goesRight ? (nodes[at + 3] ?? at) : left;
    }
    space.rowLeaves[row] = at / NODE_INTS;
  }
}

/**
 * Follows four ways at once for up to `depth` steps: way i begins at the node at `root…` and reads its row's keys from `at…` on. The numbers of the
 * nodes where they end come into `leaves`, from `to` on. Leaves lead to themselves, so a way that has arrived stays there.
 *
 * The inner loop has no branch that depends on the data, and no check for undefined, which would cost a fifth: createForest made every place in it.
 */
function follow(
  nodes: Int32Array,
  keys: Int32Array,
  depth: number,
  atA: number,
  atB: number,
  atC: number,
  atD: number,
  rootA: number,
  rootB: number,
  rootC: number,
  rootD: number,
  leaves: Int32Array,
  to: number,
): void {
  let a = rootA;
  let b = rootB;
  let c = rootC;
  let d = rootD;
  for (let done = 0; done < depth;) {
    const look = Math.min(depth, done + STEPS_BETWEEN_LOOKS);
    for (; done < look; done++) {
      a = nodes[a + 2 + Number((keys[atA + (nodes[a] as number)] as number) >= (nodes[a + 1] as number))] as number;
      b = nodes[b + 2 + Number((keys[atB + (nodes[b] as number)] as number) >= (nodes[b + 1] as number))] as number;
      c = nodes[c + 2 + Number((keys[atC + (nodes[c] as number)] as number) >= (nodes[c + 1] as number))] as number;
      d = nodes[d + 2 + Number((keys[atD + (nodes[d] as number)] as number) >= (nodes[d + 1] as number))] as number;
    }
    if (nodes[a + 2] === a && nodes[b + 2] === b && nodes[c + 2] === c && nodes[d + 2] === d) break;
  }
  leaves[to] = a / NODE_INTS;
  leaves[to + 1] = b / NODE_INTS;
  leaves[to + 2] = c / NODE_INTS;
  leaves[to + 3] = d / NODE_INTS;
}
