// Ranks of numbers, with their ties.

export interface DenseRanks {
  /** Rank of each value from 0; equal values (0 and −0 are equal) share one. */
  readonly ranks: Int32Array;
  /** How many values have each rank. */
  readonly counts: Int32Array;
}

/** Ranks values, none of them NaN; O(n log n). */
export function denseRanks(values: Float64Array): DenseRanks {
  const sorted = values.slice().sort();
  const counts = new Int32Array(sorted.length);
  let kinds = 0;
  for (let at = 0; at < sorted.length; at += 1) {
    const value = sorted[at] ?? 0;
    if (kinds === 0 || value !== sorted[kinds - 1]) {
      // The distinct values move to the front, which has been read.
      sorted[kinds] = value;
      kinds += 1;
    }
    counts[kinds - 1] = (counts[kinds - 1] ?? 0) + 1;
  }
  const distinct = sorted.subarray(0, kinds);
  return { ranks: Int32Array.from(values, (value) => positionOf(distinct, value)), counts: counts.subarray(0, kinds) };
}

/** Twice the average rank of each value, less n + 1: whole numbers around 0, ties included. */
export function centredDoubleRanks({ ranks, counts }: DenseRanks): Float64Array {
  let below = 0;
  const ofRank = Float64Array.from(counts, (count) => {
    const doubled = 2 * below + count - ranks.length;
    below += count;
    return doubled;
  });
  return Float64Array.from(ranks, (rank) => ofRank[rank] ?? 0);
}

/** Where a value stands among distinct ascending ones, of which it is one. */
function positionOf(distinct: Float64Array, value: number): number {
  let [low, high] = [0, distinct.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((distinct[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
