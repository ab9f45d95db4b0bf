// Decay: how long a signal keeps telling something, as a curve by lag and as a half-life.

import { completePairs, isFiniteNumber, type Values } from "./complete-pairs.ts";
import { kendallTauB } from "./kendall.ts";
import { pearson } from "./pearson.ts";
import { centre, sumOfProducts } from "./sums.ts";

/** One point of a decay curve. */
export interface LagPoint {
  /** In observations (rows of the series), not in days: no calendar is guessed. */
  readonly lag: number;
  /** null: too few pairs, or one side all equal. */
  readonly value: number | null;
  readonly pairs: number;
}

/** Fewer pairs than this give a correlation of noise. */
export const LEAST_PAIRS = 10;

/**
 * The age curve: at lag k the Pearson correlation of signal[i] with outcome[i + k], for k = `from` … `to`, over the pairs of which both are
 * finite (others keep their place, so that lags stay true). With outcome = the one-step return: how well a score of age k still tells it.
 * Throws RangeError when the lengths differ or the lags are no whole numbers from 0.
 */
export function decayCurve(
  signal: Values,
  outcome: Values,
  lags: { readonly from: number; readonly to: number },
  leastPairs: number = LEAST_PAIRS,
): readonly LagPoint[] {
  if (signal.length !== outcome.length) throw new RangeError(`the series have ${signal.length} and ${outcome.length} values`);
  if (!Number.isSafeInteger(lags.from) || lags.from < 0 || !Number.isSafeInteger(lags.to)) {
    throw new RangeError(`lags are whole numbers from 0, not ${lags.from} to ${lags.to}`);
  }
  const [before, after] = [Array.from(signal), Array.from(outcome)];
  const count = Math.max(0, lags.to - lags.from + 1);
  return Array.from({ length: count }, (_, step) => {
    const lag = lags.from + step;
    const { x, y } = completePairs(before.slice(0, Math.max(0, before.length - lag)), after.slice(lag), isFiniteNumber);
    return { lag, value: x.length < leastPairs ? null : pearson(x, y), pairs: x.length };
  });
}

/**
 * The IC's own decay: correlation of a dated series with itself `lag` rows later, for lags 1 … `to` (pandas Series.autocorr). Lag 0 is 1 by
 * definition and is left out, or it would bend a half-life.
 */
export function autocorrelation(values: Values, to: number, leastPairs: number = LEAST_PAIRS): readonly LagPoint[] {
  return decayCurve(values, values, { from: 1, to }, leastPairs);
}

export interface HalfLife {
  /** Observations after which the curve is half as high; null where `reason` says why. */
  readonly halfLife: number | null;
  /** Slope b of ln value = a + b·lag, per observation; null below three points. */
  readonly slope: number | null;
  /** Points that the line rests on. */
  readonly points: number;
  /** Tau-b of value and lag over these points: −1 = falls all the way. */
  readonly tau: number | null;
  /** Empty when there is a half-life. */
  readonly reason: string;
}

const LEAST_POINTS = 3;
/** A curve with a tau above this wanders rather than falls. */
export const MONOTONE_ENOUGH = -0.5;

/**
 * ln 2 / −b of the least-squares line ln value = a + b·lag (scipy.stats.linregress) through the curve's positive values, up to the first point
 * that is undefined or not positive: behind it there is noise, of which only the positive half would be taken. Given only when there are three
 * points, b < 0 and the curve is monotone enough (tau-b ≤ −0.5).
 */
export function halfLife(curve: readonly LagPoint[]): HalfLife {
  const end = curve.findIndex(({ value }) => value === null || !(value > 0));
  const positive = end < 0 ? curve : curve.slice(0, end);
  const lags = Float64Array.from(positive, ({ lag }) => lag);
  const logs = Float64Array.from(positive, ({ value }) => Math.log(value ?? 1));
  const points = positive.length;
  const [ofLags, ofLogs] = [centre(lags), centre(logs)];
  if (points < LEAST_POINTS || ofLags === undefined || ofLogs === undefined) {
    return {
      halfLife: null,
      slope: null,
      points,
      tau: null,
      reason: `only ${points} positive values at the start, ${LEAST_POINTS} are needed`,
    };
  }
  const slope = sumOfProducts(ofLags, ofLogs) / ofLogs.unit / (sumOfProducts(ofLags, ofLags) / ofLags.unit);
  const tau = kendallTauB(lags, logs).value;
  const fit = { slope, points, tau };
  if (!(slope < 0)) return { ...fit, halfLife: null, reason: "the curve does not fall" };
  if (tau === null || tau > MONOTONE_ENOUGH) return { ...fit, halfLife: null, reason: "the curve goes up and down rather than falling" };
  return { ...fit, halfLife: Math.LN2 / -slope, reason: "" };
}
