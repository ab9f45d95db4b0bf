// The continued fraction of the incomplete beta function.

/** A fraction that needs more steps than this was asked for on the wrong side; 1e9 degrees of freedom need fewer. */
const MOST_STEPS = 200_000;
const SMALLEST = 1e-300;

/**
 * I_x(a, b)·B(a, b) / (x^a·y^b), y = 1 − x: the even part of the fraction of DLMF 8.17.22 (DiDonato & Morris 1992), by the algorithm of
 * Lentz as modified by Thompson and Barnett (1986). For 0 ≤ x < (a+1)/(a+b+2), where it converges fast. `y` comes by itself, for near x = 1 all
 * digits that matter are in it.
 */
export function betaFraction(x: number, y: number, a: number, b: number): number {
  let value = partialDenominator(0, x, y, a, b);
  let c = value;
  let d = 0;
  for (let m = 1; m <= MOST_STEPS; m += 1) {
    const numerator = ((a + m - 1) / (a + 2 * m - 1)) * ((a + b + m - 1) / (a + 2 * m - 1)) * m * (b - m) * x * x;
    const denominator = partialDenominator(m, x, y, a, b);
    d = 1 / awayFromZero(denominator + numerator * d);
    c = awayFromZero(denominator + numerator / c);
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) <= Number.EPSILON || Number.isNaN(change)) return 1 / value;
  }
  throw new RangeError(`the incomplete beta function was asked for x = ${x}, a = ${a}, b = ${b}, where its fraction does not converge`);
}

function partialDenominator(m: number, x: number, y: number, a: number, b: number): number {
  const first = m === 0 ? 0 : m + (m * (b - m) * x) / (a + 2 * m - 1);
  return first + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < SMALLEST ? SMALLEST : value;
}
