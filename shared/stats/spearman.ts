// Spearman's rank correlation ("Rank IC" when taken across assets at one date).

import { completePairs, isOrdered, type Values } from "./complete-pairs.ts";
import type { RankCorrelation } from "./rank-correlation.ts";
import { centredDoubleRanks, denseRanks } from "./ranks.ts";
import { studentTailAt } from "./student-t.ts";

/**
 * Pearson's correlation of average ranks, O(n log n). The sums are whole numbers, without rounding up to 300,000 pairs.
 * `pValue` as scipy.stats.spearmanr: t = r·√(dof/(1 − r²)) with n − 2 degrees of freedom; null for two pairs.
 * Throws RangeError when the lengths differ.
 */
export function spearman(x: Values, y: Values): RankCorrelation {
  const pairs = completePairs(x, y, isOrdered);
  const count = pairs.x.length;
  const [ofX, ofY] = [centredDoubleRanks(denseRanks(pairs.x)), centredDoubleRanks(denseRanks(pairs.y))];
  const [xx, yy, xy] = [productSum(ofX, ofX), productSum(ofY, ofY), productSum(ofX, ofY)];
  if (xx === 0 || yy === 0) return { value: null, pValue: null, pairs: count, dropped: pairs.dropped };
  const value = Math.max(-1, Math.min(1, xx === yy ? xy / xx : xy / (Math.sqrt(xx) * Math.sqrt(yy))));
  return { value, pValue: count < 3 ? null : tail(count, xx, yy, xy), pairs: count, dropped: pairs.dropped };
}

/** 1 − r² is taken from whole numbers: from a rounded r near 1 it would have no digits left. */
function tail(count: number, xx: number, yy: number, xy: number): number {
  const all = BigInt(xx) * BigInt(yy);
  const explained = BigInt(xy) * BigInt(xy);
  const left = explained < all ? all - explained : 0n;
  return left === 0n ? 0 : studentTailAt(Number(left) / Number(all), Number(explained) / Number(all), count - 2);
}

function productSum(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < x.length; at += 1) sum += (x[at] ?? 0) * (y[at] ?? 0);
  return sum;
}
