// Rows that ask a model where it is most likely to answer wrong: at its own thresholds and one float beside them, with missing values, infinities,
// zeros of both signs, denormals, and categories in and out of its sets.

import { rejected } from "../rejected.ts";
import type { XgboostModel } from "../xgboost/model.ts";
import { createDraws, type Draws } from "./draws.ts";
import { createForest } from "./forest.ts";
import { createGuide } from "./row-guide.ts";
import type { RowsResult } from "./rows.ts";

/** How many rows, and which of the endless many. */
export interface SeedOptions {
  readonly rows: number;
  /** A whole number; the same one gives the same rows for the same model, always. */
  readonly seed: number;
}

/** Values and margins of all rows together; models of very many features or outputs get fewer rows. */
const MOST_VALUES = 2 ** 21;
const DENORMAL = 2 ** -149;

/** Rows in which every value is the same. */
const UNIFORM = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, DENORMAL, -DENORMAL] as const;
/** For linear models, where an infinity would hide every other weight. */
const MODERATE = [Number.NaN, 0, -0, 1, -1, 0.1, -2.5, DENORMAL, 1e6, -1e6, 0.333_333_34, 12_345.678] as const;

/** Makes rows for a model. Refused: a model that cannot be evaluated, or one with more than two million features. */
export function seedRows(model: XgboostModel, { rows: wished, seed }: SeedOptions): RowsResult {
  const { numFeature, booster } = model;
  if (numFeature > MOST_VALUES) return rejected(`the model has ${numFeature} features; rows are made for at most ${MOST_VALUES}`);
  const count = Math.max(1, Math.min(wished, Math.floor(MOST_VALUES / Math.max(1, numFeature, model.outputs))));
  const draws = createDraws(seed);
  const rows = new Float32Array(count * numFeature);
  if (booster.kind === "linear") {
    fillModerate(rows, numFeature, draws);
    return { ok: true, rows, count };
  }
  const flat = createForest(booster, numFeature, model.outputs);
  if (!flat.ok) return flat;
  const guide = createGuide(flat.forest, draws);
  for (let row = 0; row < count; row++) {
    const values = rows.subarray(row * numFeature, (row + 1) * numFeature);
    const uniform = UNIFORM[row];
    if (uniform !== undefined) values.fill(uniform);
    else guide.fill(values);
  }
  return { ok: true, rows, count };
}

/** The first row has every value missing. */
function fillModerate(rows: Float32Array, width: number, draws: Draws): void {
  for (let place = 0; place < rows.length; place++) rows[place] = draws.of(MODERATE) * (1 + draws.below(8) / 8);
  rows.fill(Number.NaN, 0, width);
}
