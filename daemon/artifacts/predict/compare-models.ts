// Whether two documents of one model, such as its pickle and its JSON, give the same margins.

import { rejected } from "../rejected.ts";
import type { XgboostModel } from "../xgboost/model.ts";
import type { MarginCheck } from "./check-golden.ts";
import { compareMargins, marginRefusal } from "./compare-margins.ts";
import { createEvaluator } from "./evaluator.ts";
import { isBefore, summationOrder, type SummationOrder } from "./release.ts";
import { seedRows, type SeedOptions } from "./seed-rows.ts";

/**
 * Compares two documents on rows made for the first and rows made for the second, bit for bit. Refused: the first row that differs.
 *
 * Releases themselves differ in two ways, which are allowed for two documents of different releases or formats, and nothing else is. Up to 1.2 (dart:
 * 1.3) the base margin is added last: both are then summed in the order of the first. And JSON of 1.0 and 1.1 keeps six decimals of the base
 * score: the other document's is then rounded alike. Link functions are each document's own.
 */
export function compareModels(first: XgboostModel, second: XgboostModel, options: SeedOptions): MarginCheck {
  if (first.numFeature !== second.numFeature || first.outputs !== second.outputs)
    return rejected(
      `one has ${first.numFeature} features and ${first.outputs} outputs, the other ${second.numFeature} and ${second.outputs}`,
    );
  const [a, b] = [withScoreAs(first, second), withScoreAs(second, first)];
  const summation = orderOf(a);
  let rows = 0;
  for (const model of [a, b]) {
    const seeded = seedRows(model, options);
    if (!seeded.ok) return seeded;
    const check = compareOn(seeded.rows, seeded.count, a, b, summation);
    if (!check.ok) return check;
    rows += check.rows;
  }
  return { ok: true, rows };
}

function compareOn(rows: Float32Array, count: number, a: XgboostModel, b: XgboostModel, summation: SummationOrder): MarginCheck {
  const [of, against] = [createEvaluator(a, { summation }), createEvaluator(b, { summation })];
  if (!of.ok) return of;
  if (!against.ok) return against;
  const difference = compareMargins(of.evaluator.margins(rows, count), against.evaluator.margins(rows, count), a.outputs);
  return difference === undefined ? { ok: true, rows: count } : marginRefusal(difference, a.outputs, "one document gives");
}

function orderOf(model: XgboostModel): SummationOrder {
  return summationOrder(model.version, model.booster.kind === "trees" && model.booster.treeWeights !== undefined);
}

/** The model with its base score as the other document could write it. */
function withScoreAs(model: XgboostModel, other: XgboostModel): XgboostModel {
  const isRounded = other.encoding === "json" && !isBefore(other.version, 1, 0) && isBefore(other.version, 1, 2);
  if (!isRounded || model.isBaseMargin) return model;
  return { ...model, baseScore: model.baseScore.map(sixDecimals) };
}

/** As C prints it with `%f`: halves to even. A float32 times a million is exact in a double. */
function sixDecimals(score: number): number {
  const scaled = score * 1e6;
  const whole = Math.round(scaled);
  return (whole - scaled === 0.5 && whole % 2 !== 0 ? whole - 1 : whole) / 1e6;
}
