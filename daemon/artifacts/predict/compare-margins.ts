// Margins against margins, bit for bit.

import { rejected, type Rejected } from "../rejected.ts";

/** The first place where two sets of margins differ. */
export interface MarginDifference {
  /** From 0. */
  readonly row: number;
  readonly output: number;
  readonly expected: number;
  readonly got: number;
}

/** Finds the first difference of margins, `outputs` for each row: every bit counts, 0 and −0 differ, but one NaN is as good as another. */
export function compareMargins(expected: Float32Array, got: Float32Array, outputs: number): MarginDifference | undefined {
  const length = Math.max(expected.length, got.length);
  for (let place = 0; place < length; place++) {
    const [a, b] = [expected[place], got[place]];
    if (!Object.is(a, b))
      return { row: Math.floor(place / outputs), output: place % outputs, expected: a ?? Number.NaN, got: b ?? Number.NaN };
  }
  return undefined;
}

/** A refusal that names the row, the output where there are several, and both numbers. */
export function marginRefusal({ row, output, expected, got }: MarginDifference, outputs: number, what: string): Rejected {
  const where = outputs === 1 ? `row ${row}` : `row ${row}, output ${output}`;
  return rejected(`${where}: ${what} ${numberShown(expected)}, but the model gives ${numberShown(got)}`);
}

/** All digits that tell a float32 from its neighbours. */
function numberShown(value: number): string {
  return Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(9)));
}
