// Student's t distribution: tails for p-values, quantiles for intervals.

import { betaFraction } from "./beta-fraction.ts";

/**
 * Probability that |T| > |t| with `dof` > 0 degrees of freedom (whole or not), to 1e-12 of its value (0 beyond |t| = 1e154).
 * Infinity gives 0, NaN gives NaN.
 */
export function studentTwoSidedTail(t: number, dof: number): number {
  const squared = (t * t) / dof;
  return squared === Infinity ? 0 : studentTailAt(1 / (1 + squared), squared / (1 + squared), dof);
}

/**
 * The same from `x` = dof/(dof + t²) and `y` = t²/(dof + t²), which some callers know without rounding: the regularized incomplete beta
 * function I_x(dof/2, 1/2) (DLMF 8.17.1; Abramowitz & Stegun 26.7.1).
 */
export function studentTailAt(x: number, y: number, dof: number): number {
  const { tail, centre } = sidesAt(x, y, dof);
  return tail ?? 1 - centre;
}

/**
 * The t with P(|T| ≤ t) = `level`, 0 < level < 1, to 1e-12 of its value: half the width of a two-sided interval, in standard errors.
 * Throws RangeError on another level or on dof ≤ 0.
 */
export function studentHalfWidth(level: number, dof: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`a level of confidence lies between 0 and 1, not at ${level}`);
  if (!(dof > 0)) throw new RangeError(`degrees of freedom are above 0, not ${dof}`);
  const isBeyond = (t: number): boolean => isAtLeast(level, t, dof);
  let [low, high] = [0, 1];
  for (; !isBeyond(high); high *= 2) low = high;
  if (low === 0) for (low = 0.5; isBeyond(low); low /= 2) high = low;
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (isBeyond(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** True when P(|T| ≤ t) ≥ level, compared on the side of the distribution that is known with all its digits. */
function isAtLeast(level: number, t: number, dof: number): boolean {
  const squared = (t * t) / dof;
  const { tail, centre } = sidesAt(1 / (1 + squared), squared / (1 + squared), dof);
  return tail === undefined ? centre >= level : tail <= 1 - level;
}

type Sides = { readonly tail: number; readonly centre?: undefined } | { readonly tail?: undefined; readonly centre: number };

/** P(|T| > t) where it is small, else P(|T| ≤ t): the fraction converges on one side only. */
function sidesAt(x: number, y: number, dof: number): Sides {
  const a = dof / 2;
  const front = (Math.exp(a * (x < 0.5 ? Math.log(x) : Math.log1p(-y))) * Math.sqrt(y) * gammaRatio(a)) / Math.sqrt(Math.PI);
  if (x < (a + 1) / (a + 2.5)) return { tail: front * betaFraction(x, y, a, 0.5) };
  return { centre: front * betaFraction(y, x, 0.5, a) };
}

/** Coefficients of Γ(z + ½)/(Γ(z)·√z) in powers of 1/z (DLMF 5.11.13 with a = ½, b = 0). */
const RATIO_COEFFICIENTS = [1, -1 / 8, 1 / 128, 5 / 1024, -21 / 32_768, -399 / 262_144, 869 / 4_194_304, 39_325 / 33_554_432] as const;
const LARGE_ENOUGH = 40;

/** Γ(z + ½)/Γ(z), z > 0: the series where z is large, reached by Γ(z + 1) = z·Γ(z). */
function gammaRatio(z: number): number {
  let factor = 1;
  let large = z;
  for (; large < LARGE_ENOUGH; large += 1) factor *= large / (large + 0.5);
  return factor * Math.sqrt(large) * RATIO_COEFFICIENTS.reduceRight((sum, coefficient) => sum / large + coefficient, 0);
}
