// A float32 as XGBoost writes it: the shortest digits that read back as the same float, always with an exponent ("2E0", "6.306584E-1").

import { nearestSingle } from "../single.ts";
import { ByteWriter } from "./byte-writer.ts";

/** Exact powers of ten. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const FEWEST_DIGITS = 6;
const MOST_DIGITS = 9;

/** Sizes from here up to there are scaled by powers of ten that are exact, and to whole numbers that are exact. */
const LEAST_USUAL = 1e-12;
const MOST_USUAL = 1e15;

/** How much farther off than it is a number must be able to stand and still be rounded to the float: it lies not half way between two floats. */
const CLEARANCE = 1e-6;

/** Sign, nine digits, point and E. */
const MOST_BYTES = 12;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const EXPONENT = 0x45;

/** Digits without trailing zeros, and the power of ten of the first of them. */
interface Decimal {
  readonly digits: number;
  readonly exponent: number;
}

/**
 * Appends the text of a float32. NaN and infinities come out bare, as XGBoost writes and reads them.
 *
 * Format: XGBoost's src/common/charconv.cc (its readers take "2" for an integer and refuse it where they want a float).
 */
export function writeFloat(writer: ByteWriter, value: number): void {
  if (!Number.isFinite(value)) {
    writer.text(String(value));
    return;
  }
  const at = writer.reserve(MOST_BYTES);
  const { bytes } = writer;
  let end = at;
  if (value < 0 || Object.is(value, -0)) bytes[end++] = MINUS;
  const { digits, exponent } = value === 0 ? NOTHING : shortest(Math.abs(value));
  let count = 1;
  while (digits >= (POWERS[count] ?? 0)) count++;
  // The first digit, the point, then the others from the last to the first.
  const point = count > 1 ? 1 : 0;
  let rest = digits;
  for (let place = count - 1; place > 0; place--) {
    const next = Math.trunc(rest / 10);
    bytes[end + point + place] = ZERO + rest - next * 10;
    rest = next;
  }
  bytes[end] = ZERO + rest;
  if (point > 0) bytes[end + 1] = POINT;
  end += count + point;
  bytes[end++] = EXPONENT;
  writer.advance(end - at);
  writer.integer(exponent);
}

/** The text of a float32 by itself. */
export function floatText(value: number): string {
  const writer = new ByteWriter(MOST_BYTES);
  writeFloat(writer, value);
  return writer.ascii();
}

const NOTHING: Decimal = { digits: 0, exponent: 0 };

function shortest(size: number): Decimal {
  return (size >= LEAST_USUAL && size < MOST_USUAL ? shortestUsual(size) : undefined) ?? shortestOfAny(size);
}

/**
 * A float of usual size, scaled to a whole number of six, seven, eight and nine digits.
 *
 * Six come first: floats lie so close that when fewer digits are enough, rounding to six gives them and zeros.
 */
function shortestUsual(size: number): Decimal | undefined {
  const exponent = exponentOf(size);
  for (let digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits++) {
    const shift = digits - 1 - exponent;
    const exact = scaled(size, shift);
    const whole = roundedToEven(exact);
    if (standsFor(whole, shift, size)) return decimal(whole, digits, exponent);
    // Below a power of two the floats lie twice as close as above, so that the farther neighbour may be the right one.
    if (whole < exact && standsFor(whole + 1, shift, size)) return decimal(whole + 1, digits, exponent);
  }
  return undefined;
}

/** The power of ten of a usual float's first digit. */
function exponentOf(size: number): number {
  asFloat[0] = size;
  const guess = EXPONENTS[(asBits[0] ?? 0) >> 23] ?? 0;
  return scaled(size, -guess) >= 10 ? guess + 1 : guess;
}

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);
/** By the binary exponent of a float: the decimal one of the least float that has it. */
const EXPONENTS = Int8Array.from({ length: 256 }, (_, biased) => Math.floor(Math.log10(2) * (biased - 127) + 1e-9));

/** size × 10^shift. */
function scaled(size: number, shift: number): number {
  return shift >= 0 ? size * (POWERS[shift] ?? Number.NaN) : size / (POWERS[-shift] ?? Number.NaN);
}

function roundedToEven(exact: number): number {
  const whole = Math.round(exact);
  return whole - exact === 0.5 && whole % 2 === 1 ? whole - 1 : whole;
}

/** True when whole × 10^−shift is read back as the float `size`. */
function standsFor(whole: number, shift: number, size: number): boolean {
  const double = scaled(whole, -shift);
  return Math.fround(shift <= 0 ? double : double + (double - size) * CLEARANCE) === size;
}

/** The same for any float, with decimal texts compared exactly; slow. Denormal floats may need one digit only. */
function shortestOfAny(size: number): Decimal {
  for (let digits = 1; digits < MOST_DIGITS; digits++) {
    const { whole, exponent } = scientific(size, digits);
    for (const candidate of [whole, whole + 1])
      if (nearestSingle(`${candidate}e${exponent - digits + 1}`) === size) return decimal(candidate, digits, exponent);
  }
  const { whole, exponent } = scientific(size, MOST_DIGITS);
  return decimal(whole, MOST_DIGITS, exponent);
}

function scientific(size: number, digits: number): { readonly whole: number; readonly exponent: number } {
  const [mantissa = "", exponent = "0"] = size.toExponential(digits - 1).split("e");
  return { whole: Number(mantissa.replace(".", "")), exponent: Number(exponent) };
}

/** `whole` of so many digits, the first of which stands for 10^exponent; one more after rounding up, one less where the exponent was one too high. */
function decimal(whole: number, digits: number, exponent: number): Decimal {
  const carried = exponent + (whole >= (POWERS[digits] ?? 0) ? 1 : whole < (POWERS[digits - 1] ?? 0) ? -1 : 0);
  let left = whole;
  while (left % 10 === 0) left /= 10;
  return { digits: left, exponent: carried };
}
