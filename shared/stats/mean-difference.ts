// Two unpaired series by their means: live against training.

import { isFiniteNumber, type Values } from "./complete-pairs.ts";
import { testMean, type Interval, type MeanTest } from "./mean-test.ts";
import { studentHalfWidth, studentTwoSidedTail } from "./student-t.ts";

export interface MeanDifference {
  readonly live: MeanTest;
  readonly training: MeanTest;
  /** mean live − mean training: below 0 when the signal has decayed. Never a ratio, whose sign turns with a small denominator. */
  readonly difference: number | null;
  readonly t: number | null;
  /** By Welch and Satterthwaite, rarely a whole number. */
  readonly degreesOfFreedom: number | null;
  readonly pValue: number | null;
  readonly interval: Interval | null;
}

/**
 * D = mean_l − mean_t and t = D / √(s_l²/n_l + s_t²/n_t) (Welch 1947; scipy.stats.ttest_ind with equal_var=False), two-sided p, and the
 * interval at `level`. Values that are not finite don't count. All null below two values on a side; t, p and interval also when no side varies.
 */
export function liveAgainstTraining(live: Values, training: Values, level = 0.95): MeanDifference {
  const [ofLive, ofTraining] = [testOf(live), testOf(training)];
  const none = { live: ofLive, training: ofTraining, difference: null, t: null, degreesOfFreedom: null, pValue: null, interval: null };
  if (ofLive.mean === null || ofTraining.mean === null || ofLive.std === null || ofTraining.std === null) return none;
  const difference = ofLive.mean - ofTraining.mean;
  const [a, b] = [ofLive.std / Math.sqrt(ofLive.count), ofTraining.std / Math.sqrt(ofTraining.count)];
  const error = Math.hypot(a, b);
  if (error === 0) return { ...none, difference };
  const t = difference / error;
  const dof = 1 / ((a / error) ** 4 / (ofLive.count - 1) + (b / error) ** 4 / (ofTraining.count - 1));
  const half = studentHalfWidth(level, dof) * error;
  const interval = { low: difference - half, high: difference + half };
  return { ...none, difference, t, degreesOfFreedom: dof, pValue: studentTwoSidedTail(t, dof), interval };
}

function testOf(values: Values): MeanTest {
  return testMean(Float64Array.from(Array.from(values).filter(isFiniteNumber)));
}
