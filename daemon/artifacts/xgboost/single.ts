// Decimal text to the nearest float32, rounded once.
//
// Number(text) rounds to a double first. Rounding that again is wrong only where the double lies exactly half way between two floats and the text
// does not: then the text decides. XGBoost parses to float32 at once (src/common/charconv.cc, else strtof).

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Digits and exponents beyond these are no float's text: whatever is cut off cannot bring a number back to the middle of two floats. */
const MAX_DIGITS = 4000;
const MAX_EXPONENT = 5000;

/** The float32 that a decimal text spells, ties to even; NaN when it spells none. Takes what XGBoost writes for NaN and the infinities, too. */
export function nearestSingle(text: string): number {
  const double = Number(text);
  if (!isHalfway(double)) return Math.fround(double);
  const side = compareToDouble(text, double);
  if (side === 0) return Math.fround(double);
  const magnitude = floatBits(Math.fround(Math.abs(double)));
  // Of the two floats beside the double, the lower one has the bits below; fround may have taken either.
  const low = fromBits(magnitude) > Math.abs(double) ? magnitude - 1 : magnitude;
  const up = double > 0 ? side > 0 : side < 0;
  const nearest = fromBits(up ? low + 1 : low);
  return double < 0 ? -nearest : nearest;
}

/** The smallest float that has all its digits; above it a float keeps 24 of a double's 53 bits. */
const SMALLEST_NORMAL = 2 ** -126;

/** True when a double lies exactly between two neighbouring floats, so that the text that it came from must decide. */
export function isHalfway(double: number): boolean {
  const size = Math.abs(double);
  if (size >= SMALLEST_NORMAL) {
    // Of the 29 bits that a float lacks only the highest is set.
    scratch.setFloat64(0, double);
    return (scratch.getUint32(4) & 0x1fff_ffff) === 0x1000_0000 && size < 2 ** 128;
  }
  // Below, floats are whole numbers of 2^-149.
  const steps = size * 2 ** 149;
  return steps - Math.floor(steps) === 0.5;
}

const scratch = new DataView(new ArrayBuffer(8));

function floatBits(float: number): number {
  scratch.setFloat32(0, float);
  return scratch.getUint32(0);
}

function fromBits(bits: number): number {
  scratch.setUint32(0, bits);
  return scratch.getFloat32(0);
}

/** Sign of (number that the text spells − double). */
function compareToDouble(text: string, double: number): number {
  const parts = DECIMAL.exec(text.trim());
  if (parts === null) return 0;
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = parts;
  const exponent = Number(exponentText) - fraction.length;
  const digits = whole + fraction;
  if (digits.length > MAX_DIGITS || Math.abs(exponent) > MAX_EXPONENT) return 0;
  let left = BigInt(`${digits === "" ? "0" : digits}`) * (sign === "-" ? -1n : 1n);
  // A double is a whole number of 2^-1074.
  let right = exactSteps(double);
  left <<= 1074n;
  if (exponent >= 0) left *= 10n ** BigInt(exponent);
  else right *= 10n ** BigInt(-exponent);
  return left === right ? 0 : left > right ? 1 : -1;
}

/** A finite double as a count of 2^-1074. */
function exactSteps(double: number): bigint {
  scratch.setFloat64(0, double);
  const bits = scratch.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const steps = exponent === 0n ? fraction : (fraction | 0x10_0000_0000_0000n) << (exponent - 1n);
  return bits >> 63n === 1n ? -steps : steps;
}
