// A mean with what it is worth: spread, t, p and interval of a list of numbers.

import { studentHalfWidth, studentTwoSidedTail } from "./student-t.ts";
import { centre, unitSpread } from "./sums.ts";

export interface MeanTest {
  readonly count: number;
  /** null without values. */
  readonly mean: number | null;
  /** Sample standard deviation, n − 1; null below two values. */
  readonly std: number | null;
  /** mean / std, not annualised; null where std is null or 0. */
  readonly ratio: number | null;
  /** mean / (std/√n), against a true mean of 0; null as `ratio`. */
  readonly t: number | null;
  /** Two-sided, n − 1 degrees of freedom; null as `ratio`. */
  readonly pValue: number | null;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** One-sample t test of finite values (scipy.stats.ttest_1samp, numpy.std with ddof = 1); equal values have std 0. */
export function testMean(values: Float64Array): MeanTest {
  const centred = centre(values);
  if (centred === undefined) return { count: 0, mean: null, std: null, ratio: null, t: null, pValue: null };
  const { count, mean, unit, unitMean } = centred;
  const spread = unitSpread(centred);
  if (spread === undefined || spread === 0) {
    return { count, mean, std: spread ?? null, ratio: null, t: null, pValue: null };
  }
  const ratio = unitMean / spread;
  const t = ratio * Math.sqrt(count);
  return { count, mean, std: spread / unit, ratio, t, pValue: studentTwoSidedTail(t, count - 1) };
}

/** mean ± t·std/√n, which holds the true mean with probability `level`, 0 < level < 1; undefined below two values. Equal values: the mean itself. */
export function meanInterval({ count, mean, std }: MeanTest, level: number): Interval | undefined {
  if (mean === null || std === null) return undefined;
  const half = std === 0 ? 0 : (studentHalfWidth(level, count - 1) * std) / Math.sqrt(count);
  return { low: mean - half, high: mean + half };
}
