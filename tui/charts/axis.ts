// Axes: round tick values, and labels with as many digits as the step needs.

/** Values worth a tick, ascending, with the digits after the point that tell them apart. */
export interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
  readonly digits: number;
}

/** The range of an axis; `max` is greater than `min`. */
export interface AxisRange {
  readonly min: number;
  readonly max: number;
}

/** Digits after the point that a step of this size needs. */
export function stepDigits(step: number): number {
  if (!Number.isFinite(step) || step <= 0) return 0;
  // The small addend keeps 0.1 (whose logarithm is a hair off) at one digit.
  return Math.min(12, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}

/** Round ticks (1, 2 or 5 times a power of ten apart) inside a range, about `target` of them. */
export function niceTicks(range: AxisRange, target: number): Ticks {
  const raw = (range.max - range.min) / Math.max(1, target);
  if (!Number.isFinite(raw) || raw <= 0) return { values: [range.min], step: 1, digits: 0 };
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * 0.999) ?? 10;
  const step = factor * power;
  const values: number[] = [];
  const first = Math.ceil(range.min / step - 1e-9);
  const last = Math.floor(range.max / step + 1e-9);
  // Far from zero the step can drop below the digits of a double; then the ends say it all.
  if (last - first > 1000) return { values: [range.min, range.max], step, digits: stepDigits(step) };
  for (let at = first; at <= last; at++) values.push(at * step);
  return { values, step, digits: stepDigits(step) };
}

/** A tick's label: fixed digits, or an exponent where they would run long. */
export function tickLabel(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || digits > 6)) return value.toExponential(2);
  const text = value.toFixed(digits);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** Beyond this, differences and means of doubles overflow; a chart shows such values at its edge. */
const LARGEST = 1e300;

/** Below this, steps of an axis vanish among the denormal numbers; a narrower range counts as one value. */
const SMALLEST = 1e-300;

/** A finite value as charts reckon with it; everything else as it is. */
export function drawable(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return value;
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

/** The range of all finite values, widened when they are all equal; undefined when there is none. With `isLog` only positive values count. */
export function valueRange(series: readonly (readonly (number | null)[])[], isLog = false): AxisRange | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (const values of series) {
    for (const given of values) {
      const value = drawable(given);
      if (value === null || !Number.isFinite(value) || (isLog && value <= 0)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) return undefined;
  // Half and double, unless that leaves the numbers there are.
  if (isLog) return min === max ? { min: Math.max(min / 2, Number.MIN_VALUE), max: Math.min(max * 2, Number.MAX_VALUE) } : { min, max };
  if (max - min < SMALLEST) {
    const half = min === 0 && max === 0 ? 1 : Math.max(Math.abs(min) * 0.1, SMALLEST);
    return { min: min - half, max: max + half };
  }
  return { min, max };
}
