// The tails of the normal distribution.

/**
 * Probability that a standard normal number is further from 0 than `z`, to 1e-13 of its value down to the smallest normal double.
 * Infinity gives 0, NaN gives NaN.
 */
export function normalTwoSidedTail(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2;
  if (x < SERIES_UNTIL) return 1 - erfBySeries(x);
  return x > NOTHING_LEFT ? 0 : erfcByFraction(x);
}

const SERIES_UNTIL = 1.5;
/** erfc of more is below the smallest double. */
const NOTHING_LEFT = 27.3;

/** erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!! (DLMF 7.6.2): all terms have one sign. */
function erfBySeries(x: number): number {
  let term = x;
  let sum = 0;
  for (let n = 0; sum + term !== sum; n += 1) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 3);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc x = e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))) (DLMF 7.9.1), from its far end. */
function erfcByFraction(x: number): number {
  let below = x;
  for (let step = 150; step > 0; step -= 1) below = x + step / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}
