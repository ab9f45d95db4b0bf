// Float32 values as integers of the same order, so that a descent compares ints and needs no case for missing values.

/** A missing value below every other: it goes left at any threshold. */
const MISSING_LEFT = -(2 ** 31);
/** A missing value above every other: it goes right. */
const MISSING_RIGHT = 2 ** 31 - 1;
/** A threshold of NaN: no value is below it, as in a comparison of floats. */
const NAN_THRESHOLD = MISSING_LEFT + 1;

const SIGN_MASK = 0x7fffffff;
const INFINITY_BITS = 0x7f800000;

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** The key of a threshold: `x < threshold` holds exactly when the key of x is below it. 0 and −0 are equal. */
export function thresholdKey(threshold: number): number {
  if (Number.isNaN(threshold)) return NAN_THRESHOLD;
  asFloat[0] = threshold;
  const bits = asBits[0] ?? 0;
  return bits < 0 ? -(bits & SIGN_MASK) : bits;
}

/** The threshold of a key. */
export function thresholdOfKey(key: number): number {
  asBits[0] = key < 0 ? -key | (1 << 31) : key;
  return asFloat[0] ?? 0;
}

/** The next float32 above. Infinity and NaN stay; above 0 and −0 comes the least denormal. */
export function floatAbove(value: number): number {
  if (Number.isNaN(value) || value === Number.POSITIVE_INFINITY) return value;
  return thresholdOfKey(thresholdKey(value) + 1);
}

/** The next float32 below. */
export function floatBelow(value: number): number {
  return -floatAbove(-value);
}

/** The bits of float32 values, without copying them. */
export function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/**
 * Writes the keys of `count` rows, from row `first` on, into `keys`: of each row first one for each of `features`, in which a missing value goes
 * left, then the same again, in which it goes right. `bits` holds rows of `width` float32 values.
 */
export function fillKeys(keys: Int32Array, bits: Int32Array, width: number, features: Int32Array, first: number, count: number): void {
  const used = features.length;
  for (let row = 0, from = first * width, to = 0; row < count; row++, from += width, to += 2 * used) {
    for (let slot = 0; slot < used; slot++) {
      const value = bits[from + (features[slot] ?? 0)] ?? 0;
      const size = value & SIGN_MASK;
      const isMissing = size > INFINITY_BITS;
      const key = value < 0 ? -size : size;
      keys[to + slot] = isMissing ? MISSING_LEFT : key;
      keys[to + used + slot] = isMissing ? MISSING_RIGHT : key;
    }
  }
}
