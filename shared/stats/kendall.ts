// Kendall's tau-b, in O(n log n).

import { completePairs, isOrdered, type Values } from "./complete-pairs.ts";
import { normalTwoSidedTail } from "./normal-tail.ts";
import type { RankCorrelation } from "./rank-correlation.ts";
import { denseRanks, type DenseRanks } from "./ranks.ts";

/**
 * Tau-b of two lists of equal length, corrected for ties (Kendall 1945), pairs counted by Knight's method (1966).
 * `pValue` is the one that scipy.stats.kendalltau gives by default: exact without ties for up to 33 pairs or at most one pair out of order,
 * else by the normal approximation with its correction for ties. Throws RangeError when the lengths differ.
 */
export function kendallTauB(x: Values, y: Values): RankCorrelation {
  const pairs = completePairs(x, y, isOrdered);
  const count = pairs.x.length;
  const [ofX, ofY] = [denseRanks(pairs.x), denseRanks(pairs.y)];
  const [tiesX, tiesY] = [tieSums(ofX.counts), tieSums(ofY.counts)];
  const total = (count * (count - 1)) / 2;
  const [looseX, looseY] = [total - tiesX.pairs, total - tiesY.pairs];
  if (looseX === 0 || looseY === 0) return { value: null, pValue: null, pairs: count, dropped: pairs.dropped };

  const { discordant, tiedInBoth } = countDiscordant(ofX, ofY);
  const surplus = total - tiesX.pairs - tiesY.pairs + tiedInBoth - 2 * discordant;
  const tau = looseX === looseY ? surplus / looseX : surplus / (Math.sqrt(looseX) * Math.sqrt(looseY));
  const isUntied = tiesX.pairs === 0 && tiesY.pairs === 0;
  const fewer = Math.min(discordant, total - discordant);
  const isExact = isUntied && (count <= EXACT_UNTIL || fewer <= 1);
  const pValue = isExact ? exactTail(count, fewer) : normalTwoSidedTail(surplus / Math.sqrt(surplusVariance(count, tiesX, tiesY)));
  return { value: Math.max(-1, Math.min(1, tau)), pValue, pairs: count, dropped: pairs.dropped };
}

const EXACT_UNTIL = 33;

interface TieSums {
  /** Pairs of equal values. */
  readonly pairs: number;
  readonly triples: number;
  readonly weighted: number;
}

function tieSums(counts: Int32Array): TieSums {
  let [pairs, triples, weighted] = [0, 0, 0];
  for (const count of counts) {
    pairs += (count * (count - 1)) / 2;
    triples += count * (count - 1) * (count - 2);
    weighted += count * (count - 1) * (2 * count + 5);
  }
  return { pairs, triples, weighted };
}

/** Variance of (concordant − discordant) without association (Kendall, Rank Correlation Methods, 4th ed., 4.7). */
function surplusVariance(count: number, x: TieSums, y: TieSums): number {
  const ordered = count * (count - 1);
  const untied = (ordered * (2 * count + 5) - x.weighted - y.weighted) / 18;
  return untied + (2 * x.pairs * y.pairs) / ordered + (x.triples * y.triples) / (9 * ordered * (count - 2));
}

/** Pairs that the two sides order differently, and pairs equal on both sides. */
function countDiscordant(x: DenseRanks, y: DenseRanks): { readonly discordant: number; readonly tiedInBoth: number } {
  const kindsOfY = y.counts.length;
  // Both ranks in one whole number, so that a plain sort of numbers orders by x, then by y.
  const keys = Float64Array.from(x.ranks, (rank, at) => rank * kindsOfY + (y.ranks[at] ?? 0)).sort();
  // A Fenwick tree: entry i holds how many ranks of y among a block that ends with i − 1 were seen.
  const tree = new Int32Array(kindsOfY + 1);
  let [discordant, tiedInBoth, run] = [0, 0, 0];
  for (let seen = 0; seen < keys.length; seen += 1) {
    const key = keys[seen] ?? 0;
    const rank = key % kindsOfY;
    let notAbove = 0;
    for (let at = rank + 1; at > 0; at -= at & -at) notAbove += tree[at] ?? 0;
    for (let at = rank + 1; at <= kindsOfY; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
    discordant += seen - notAbove;
    run = seen > 0 && key === keys[seen - 1] ? run + 1 : 0;
    tiedInBoth += run;
  }
  return { discordant, tiedInBoth };
}

/** Two-sided p-value from the number of orders of `count` things with at most `fewer` inversions (Kendall, the same, 5.2 to 5.4). */
function exactTail(count: number, fewer: number): number {
  let orders = new Float64Array(fewer + 1);
  orders[0] = 1;
  for (let things = 2; things <= count; things += 1) {
    const next = new Float64Array(fewer + 1);
    let window = 0;
    for (let inversions = 0; inversions <= fewer; inversions += 1) {
      window += (orders[inversions] ?? 0) - (inversions >= things ? (orders[inversions - things] ?? 0) : 0);
      // A share of all orders of so many things, so that nothing overflows.
      next[inversions] = window / things;
    }
    orders = next;
  }
  return Math.min(1, 2 * orders.reduce((sum, share) => sum + share, 0));
}
