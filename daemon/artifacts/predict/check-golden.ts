// Whether a model gives the margins that its trainer wrote down.

import type { GoldenSet } from "../golden.ts";
import { rejected, type Rejected } from "../rejected.ts";
import type { XgboostModel } from "../xgboost/model.ts";
import { compareMargins, marginRefusal } from "./compare-margins.ts";
import { createEvaluator } from "./evaluator.ts";

/** How many rows were right, or the first that was not. */
export type MarginCheck = { readonly ok: true; readonly rows: number } | Rejected;

/**
 * Checks a golden set, bit for bit and without any allowance: all rounds, in the order of summation of the release that wrote the model. Refused: the
 * first row whose margins differ, rows that are not as wide as the model's, a model that cannot be evaluated. Numbers are rounded to float32.
 */
export function checkGolden(golden: GoldenSet, model: XgboostModel): MarginCheck {
  const { numFeature, outputs } = model;
  const count = golden.rows.length;
  const width = golden.rows[0]?.length ?? 0;
  if (width !== numFeature) return rejected(`the golden rows have ${width} values, but the model has ${numFeature} features`);
  const expected = new Float32Array(count * outputs);
  for (const [row, given] of golden.margins.entries()) {
    const margins = typeof given === "number" ? [given] : given;
    if (margins.length !== outputs)
      return rejected(`row ${row} has ${margins.length} golden margins, but the model has ${outputs} outputs`);
    expected.set(margins, row * outputs);
  }
  const rows = new Float32Array(count * width);
  for (const [row, values] of golden.rows.entries()) {
    for (const [feature, value] of values.entries()) rows[row * width + feature] = value ?? Number.NaN;
  }
  const evaluated = createEvaluator(model);
  if (!evaluated.ok) return evaluated;
  const difference = compareMargins(expected, evaluated.evaluator.margins(rows, count), outputs);
  return difference === undefined ? { ok: true, rows: count } : marginRefusal(difference, outputs, "golden margin");
}
