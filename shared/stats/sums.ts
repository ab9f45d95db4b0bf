// Sums that lose no digits: the ground under means, spreads and correlations.

/** Values about their mean, in a unit in which no square overflows or vanishes. */
export interface Centred {
  readonly count: number;
  /** In the unit of the values. */
  readonly mean: number;
  /** A power of two: `value · unit` is what the three below are made of. */
  readonly unit: number;
  readonly unitMean: number;
  /** `value · unit − unitMean`, in the order of the values. */
  readonly deviations: Float64Array;
  /** What is left of the deviations' mean: `unitMean` is a rounded number. */
  readonly rest: number;
}

/**
 * Sum of `at(0) … at(count − 1)` with the error of one rounding, whatever cancels (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur
 * Summation endlicher Summen"). The terms must be finite and so must be their sum.
 */
export function compensatedSum(count: number, at: (index: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let index = 0; index < count; index += 1) {
    const term = at(index);
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** Takes the mean away from finite values; equal values have exactly their value as mean. Undefined without values. */
export function centre(values: Float64Array): Centred | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const [low, high] = rangeOf(values);
  const unit = unitFor(Math.max(Math.abs(low), Math.abs(high)));
  const unitMean = low === high ? low * unit : compensatedSum(count, (index) => (values[index] ?? 0) * unit) / count;
  const deviations = values.map((value) => value * unit - unitMean);
  const rest = low === high ? 0 : compensatedSum(count, (index) => deviations[index] ?? 0) / count;
  return { count, mean: unitMean / unit, unit, unitMean, deviations, rest };
}

/** Σ (x − mean x)(y − mean y) in `x.unit · y.unit`; with `x` twice the sum of squares. Both have the same count. */
export function sumOfProducts(x: Centred, y: Centred): number {
  const sum = compensatedSum(x.count, (index) => (x.deviations[index] ?? 0) * (y.deviations[index] ?? 0));
  return sum - x.count * x.rest * y.rest;
}

/** Sample standard deviation (n − 1) in `unit`; undefined below two values. */
export function unitSpread(centred: Centred): number | undefined {
  return centred.count < 2 ? undefined : Math.sqrt(Math.max(0, sumOfProducts(centred, centred)) / (centred.count - 1));
}

function rangeOf(values: Float64Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Squares of ordinary numbers need no unit; those of very small and very large ones would leave the range of a double. */
function unitFor(largest: number): number {
  if (largest > 2 ** 400) return 2 ** -600;
  return largest > 0 && largest < 2 ** -400 ? 2 ** 600 : 1;
}
