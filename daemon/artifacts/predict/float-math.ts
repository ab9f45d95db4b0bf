// exp and log of a float32 as the C library rounds them, which XGBoost calls for its links and outputs.
//
// glibc's expf and logf (2.27 and later) are not correctly rounded: about 1 result of 2,500 is the neighbouring float. A probability that must
// be XGBoost's bit for bit needs the same polynomials, evaluated in double and rounded once. Constants: glibc's exp2f and logf tables.

/** Steps that 2^(0…1) is divided into. */
const EXP_STEPS = 32;
const STEPS_PER_E = 46.16624130844683;
/** Adding and taking away 1.5 × 2^52 rounds to a whole number. */
const ROUNDER = 6755399441055744;
const [EXP_CUBIC, EXP_SQUARE, EXP_LINEAR] = [0.05550361559341535 / 32768, 0.2402284522445722 / 1024, 0.6931471806916203 / 32] as const;
const EXP_TABLE = Float64Array.from({ length: EXP_STEPS }, (_, step) => 2 ** (step / EXP_STEPS));
const [MOST_EXP, LEAST_EXP] = [88.72283172607422, -103.972076416015625] as const;

/** e^x as a float32, for a float32 `x`. Infinity and 0 beyond the range of float32; NaN stays. */
export function expFloat(x: number): number {
  if (x > MOST_EXP) return Number.POSITIVE_INFINITY;
  if (x < LEAST_EXP) return 0;
  if (Number.isNaN(x)) return x;
  const scaled = STEPS_PER_E * x;
  const steps = scaled + ROUNDER - ROUNDER;
  const rest = scaled - steps;
  const near = (EXP_CUBIC * rest + EXP_SQUARE) * (rest * rest) + (EXP_LINEAR * rest + 1);
  return Math.fround(near * ((EXP_TABLE[steps & (EXP_STEPS - 1)] ?? 1) * 2 ** (steps >> 5)));
}

/** Of 16 parts of 0.7 to 1.4: one over a number near the middle. Their logarithms are short enough to be exact. */
const RECIPROCALS = Float64Array.of(
  1.398907162146528,
  1.3403141896637998,
  1.286432210124115,
  1.2367150214269895,
  1.1906977166711752,
  1.1479821020556429,
  1.1082251448272158,
  1.0711297413057381,
  1.036437278977283,
  1,
  0.9492859795739057,
  0.8951049428609004,
  0.8476821620351103,
  0.8050314851692001,
  0.7664671008843108,
  0.731428603316328,
);
const LOGARITHMS = RECIPROCALS.map((reciprocal) => 0 - Math.log(reciprocal));
const [LOG_FOURTH, LOG_CUBIC, LOG_SQUARE] = [-0.25089342214237154, 0.333456765744066, -0.4999997485802103] as const;
/** Bits of 0.7, where the 16 parts begin. */
const LOG_ORIGIN = 0x3f330000;
const LEAST_NORMAL = 2 ** -126;

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** ln x as a float32, for a float32 `x`. −Infinity for 0, NaN for what is below. */
export function logFloat(x: number): number {
  if (x === 1) return 0;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return x > 0 ? x : Number.NaN;
  const isDenormal = x < LEAST_NORMAL;
  asFloat[0] = isDenormal ? x * 2 ** 23 : x;
  const bits = asBits[0] ?? 0;
  const above = bits - LOG_ORIGIN;
  const part = (above >> 19) & 15;
  const exponent = (above >> 23) - (isDenormal ? 23 : 0);
  asBits[0] = bits - (above & 0xff800000);
  const rest = (asFloat[0] ?? 0) * (RECIPROCALS[part] ?? 1) - 1;
  const square = rest * rest;
  const near = LOG_FOURTH * square + (LOG_CUBIC * rest + LOG_SQUARE);
  return Math.fround(near * square + ((LOGARITHMS[part] ?? 0) + exponent * Math.LN2 + rest));
}

const SIGMOID_CAP = Math.fround(88.7);

/** 1 ÷ (1 + e^−x) in float32. `isCapped` (1.6 and later): −x beyond 88.7 counts as 88.7, so that the result is never 0. */
export function sigmoidFloat(x: number, isCapped: boolean): number {
  const power = isCapped && SIGMOID_CAP < -x ? SIGMOID_CAP : -x;
  return Math.fround(1 / Math.fround(expFloat(power) + 1));
}
