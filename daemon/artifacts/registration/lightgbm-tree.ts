// One tree of a LightGBM text model: are its lists complete, its numbers numbers, and does the root lead to every node once.
// Format: Tree::ToString and the reading constructor of Tree in LightGBM's src/io/tree.cpp.

/** What a tree's `name=value` lines say. */
export type TreeLines = ReadonlyMap<string, string>;

const INTEGER = /^-?\d{1,10}$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;

/** Reads one number of a list; undefined for anything else. */
type NumberReader = (text: string) => number | undefined;

const integer: NumberReader = (text) => (INTEGER.test(text) ? Number(text) : undefined);
const finite: NumberReader = (text) => (FLOAT.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined);
/** A split may be by an infinite threshold; a leaf cannot be infinite. */
const threshold: NumberReader = (text) => (INFINITE.test(text) ? Number.POSITIVE_INFINITY : finite(text));

/** Thrown while one tree is checked. */
class TreeFault extends Error {}

function fail(reason: string): never {
  throw new TreeFault(reason);
}

/** Why a tree is broken, or undefined when it is sound. `features` is how many the model has. */
export function treeFault(lines: TreeLines, features: number): string | undefined {
  try {
    checkTree(lines, features);
    return undefined;
  } catch (error) {
    if (error instanceof TreeFault) return error.message;
    throw error;
  }
}

function checkTree(lines: TreeLines, features: number): void {
  const leaves = single(lines, "num_leaves");
  if (leaves < 1) fail(`num_leaves is ${leaves}`);
  const splits = leaves - 1;
  list(lines, "leaf_value", leaves, finite);
  const thresholds = list(lines, "threshold", splits, threshold);
  for (const feature of list(lines, "split_feature", splits, integer))
    if (feature < 0 || feature >= features) fail(`it splits by feature ${feature}, but the model has ${features}`);
  const kinds = list(lines, "decision_type", splits, integer);
  const left = list(lines, "left_child", splits, integer);
  checkShape(left, list(lines, "right_child", splits, integer), leaves);
  checkCategories(lines, kinds, thresholds);
}

function single(lines: TreeLines, name: string): number {
  const [value] = list(lines, name, 1, integer);
  return value ?? fail(`${name} is missing`);
}

function list(lines: TreeLines, name: string, length: number, reader: NumberReader): readonly number[] {
  const text = lines.get(name);
  if (text === undefined) {
    // A tree of one leaf has no lists of splits.
    return length === 0 ? [] : fail(`${name} is missing`);
  }
  const words = text.trim() === "" ? [] : text.trim().split(/ +/);
  if (words.length !== length) fail(`${name} has ${words.length} numbers instead of ${length}`);
  return words.map((word) => reader(word) ?? fail(`${name} holds ${JSON.stringify(word.slice(0, 40))}`));
}

/** Children of at least 0 are splits, negative ones leaves (-1 is leaf 0). */
function checkShape(left: readonly number[], right: readonly number[], leaves: number): void {
  if (leaves === 1) return;
  const seen = new Set<number>();
  const waiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node >= leaves - 1 || node < -leaves) fail(`a child is ${node}, but there are ${leaves} leaves`);
    if (seen.has(node)) fail(`${node < 0 ? `leaf ${-node - 1}` : `split ${node}`} has two parents`);
    seen.add(node);
    if (node >= 0) waiting.push(left[node] ?? 0, right[node] ?? 0);
  }
  const reached = seen.size;
  if (reached !== 2 * leaves - 1) fail(`the root leads to ${reached} nodes of ${2 * leaves - 1}`);
}

/** A split whose kind is odd is by category: its threshold is the number of a set, given as 32-bit words. */
function checkCategories(lines: TreeLines, kinds: readonly number[], thresholds: readonly number[]): void {
  const sets = lines.has("num_cat") ? single(lines, "num_cat") : 0;
  const bounds = sets > 0 ? list(lines, "cat_boundaries", sets + 1, integer) : [];
  if (bounds.some((bound, i) => bound < (bounds[i - 1] ?? 0))) fail("cat_boundaries go backwards");
  list(lines, "cat_threshold", bounds.at(-1) ?? 0, integer);
  for (const [split, kind] of kinds.entries()) {
    const set = thresholds[split] ?? 0;
    if (kind % 2 !== 0 && !(Number.isInteger(set) && set >= 0 && set < sets))
      fail(`split ${split} is by a set of categories that is not there`);
  }
}
