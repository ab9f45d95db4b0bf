// The link of expectiles and its inverse, in the float32 steps of XGBoost and of the C library below it.
//
// log1pf and expm1f of glibc up to 2.40 work in float32 throughout and are often a unit off in the last place; later ones round correctly. The
// answers here are those of the former, with which XGBoost's own answers in the fixtures were made.

import { expFloat, logFloat } from "./float-math.ts";

/** XGBoost's kRtEps, the least distance of two expectiles. */
export const SMALL = Math.fround(1e-6);

/** ln(1 + e^x) of a float32. */
export function softplusFloat(x: number): number {
  return Math.fround(Math.max(x, 0) + log1pOfPart(expFloat(-Math.abs(x))));
}

/** ln(e^d − 1) of a float32, where softplus is d; `d` below 1e-6 counts as 1e-6. */
export function softplusInverseFloat(d: number): number {
  const kept = Math.max(d, SMALL);
  return Math.fround(kept + logFloat(-expm1OfNegative(-kept)));
}

/** ln 2 in two parts, so that multiples of the first are exact. */
const [LN2_HIGH, LN2_LOW] = [Math.fround(6.9313812256e-1), Math.fround(9.0580006145e-6)] as const;

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

function bitsOf(float: number): number {
  asFloat[0] = float;
  return asBits[0] ?? 0;
}

function floatOf(bits: number): number {
  asBits[0] = bits;
  return asFloat[0] ?? 0;
}

/** Coefficients of a polynomial, the highest power first, evaluated in float32. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => Math.fround(Math.fround(coefficient) + Math.fround(x * sum)), 0);
}

const LOG1P_POWERS = [
  1.479819864e-1, 1.5313838422e-1, 1.818357259e-1, 2.2222198546e-1, 2.8571429849e-1, 4.0000000596e-1, 6.6666668653e-1,
] as const;
/** Above √2 − 1 the argument is halved. */
const HALVED_FROM = floatOf(0x3ed413d7);
const LEAST_LOG1P = 2 ** -29;

/** ln(1 + x) for 0 ≤ x ≤ 1: with 1 + x = 2^k × (1 + f), k × ln 2 and a series of f ÷ (2 + f). */
function log1pOfPart(x: number): number {
  if (x < LEAST_LOG1P || Number.isNaN(x)) return x;
  if (x < HALVED_FROM) return logOfFraction(x, 0, 0);
  const sum = Math.fround(1 + x);
  // What rounding the sum cut off.
  const cut = Math.fround((sum >= 2 ? Math.fround(1 - Math.fround(sum - x)) : Math.fround(x - Math.fround(sum - 1))) / sum);
  const exponent = (bitsOf(sum) >> 23) - 127;
  const mantissa = bitsOf(sum) & 0x7fffff;
  const isHigh = mantissa >= 0x3504f7;
  const scaled = floatOf(mantissa | (isHigh ? 0x3f000000 : 0x3f800000));
  return logOfFraction(Math.fround(scaled - 1), isHigh ? exponent + 1 : exponent, cut);
}

/** ln(1 + f) + k × ln 2 + cut. */
function logOfFraction(f: number, k: number, cut: number): number {
  const [high, low] = [Math.fround(k * LN2_HIGH), Math.fround(Math.fround(k * LN2_LOW) + cut)];
  if (f === 0) return Math.fround(high + low);
  const half = Math.fround(Math.fround(0.5 * f) * f);
  const s = Math.fround(f / Math.fround(2 + f));
  const z = Math.fround(s * s);
  const tail = Math.fround(s * Math.fround(half + Math.fround(z * polynomial(LOG1P_POWERS, z))));
  if (k === 0) return Math.fround(f - Math.fround(half - tail));
  return Math.fround(high - Math.fround(Math.fround(half - Math.fround(tail + low)) - f));
}

const EXPM1_POWERS = [-2.0109921195e-7, 4.0082177293e-6, -7.936507609e-5, 1.5873016091e-3, -3.3333335072e-2, 1] as const;
const PER_LN2 = Math.fround(1.4426950216);
const [HALF_LN2, MOST_LN2] = [floatOf(0x3eb17218), floatOf(0x4195b844)] as const;

/** e^x − 1 for x < −1e-7: with x = k × ln 2 + r, a quotient of polynomials of r, times 2^k. */
function expm1OfNegative(x: number): number {
  if (-x >= MOST_LN2) return -1;
  if (-x <= HALF_LN2) return expm1OfRest(x, 0, 0);
  const k = Math.trunc(Math.fround(Math.fround(PER_LN2 * x) - 0.5));
  const high = Math.fround(x - Math.fround(k * LN2_HIGH));
  const low = Math.fround(k * LN2_LOW);
  const rest = Math.fround(high - low);
  return expm1OfRest(rest, k, Math.fround(Math.fround(high - rest) - low));
}

function expm1OfRest(r: number, k: number, cut: number): number {
  const half = Math.fround(0.5 * r);
  const square = Math.fround(r * half);
  const series = polynomial(EXPM1_POWERS, square);
  const t = Math.fround(3 - Math.fround(series * half));
  const error = Math.fround(square * Math.fround(Math.fround(series - t) / Math.fround(6 - Math.fround(r * t))));
  if (k === 0) return Math.fround(r - Math.fround(Math.fround(r * error) - square));
  const off = Math.fround(Math.fround(Math.fround(r * Math.fround(error - cut)) - cut) - square);
  if (k === -1) return Math.fround(Math.fround(0.5 * Math.fround(r - off)) - 0.5);
  return Math.fround(Math.fround(Math.fround(1 - Math.fround(off - r)) * 2 ** k) - 1);
}
