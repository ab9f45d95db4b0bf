// What a series of ICs says as a whole.

import { isFiniteNumber, type Values } from "./complete-pairs.ts";
import { testMean } from "./mean-test.ts";

export interface IcSummary {
  /** Dates whose IC is a finite number; only these count. */
  readonly count: number;
  /** Dates without one: null, NaN or infinite. */
  readonly dropped: number;
  readonly mean: number | null;
  /** Sample standard deviation (n − 1); null below two dates. */
  readonly std: number | null;
  /** Information ratio (ICIR): mean / std, not annualised; null where std is null or 0. */
  readonly ir: number | null;
  /** mean / (std/√n) = IR·√n. Supposes dates that don't overlap: labels of h steps inflate it by about √h. */
  readonly t: number | null;
  /** Two-sided p of t with n − 1 degrees of freedom. */
  readonly pValue: number | null;
  /** Share of the dates with an IC above 0 (0 itself is no hit); null without dates. */
  readonly hitRate: number | null;
}

/** Sums up one IC a date. */
export function icSummary(values: Values): IcSummary {
  const finite = Float64Array.from(Array.from(values).filter(isFiniteNumber));
  const { count, mean, std, ratio, t, pValue } = testMean(finite);
  const hits = finite.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
  return { count, dropped: values.length - count, mean, std, ir: ratio, t, pValue, hitRate: count === 0 ? null : hits / count };
}
