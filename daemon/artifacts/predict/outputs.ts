// From the margins of rows to what XGBoost predicts: `Booster.predict` without `output_margin`.

import { expFloat, sigmoidFloat } from "./float-math.ts";
import type { Output } from "./objectives.ts";
import { isBefore, type Release } from "./release.ts";
import { SMALL, softplusFloat } from "./softplus.ts";

/** Numbers that a prediction has for each row: one class number, else as many as the margin. */
export function predictionWidth(output: Output, outputs: number): number {
  return output === "class" ? 1 : outputs;
}

/**
 * Turns margins, `outputs` for each row, into predictions, row by row. The precision of each step is XGBoost's: float32, but the sum of a softmax
 * is a double. Source: PredTransform of src/objective.
 */
export function predictionsFrom(margins: Float32Array, outputs: number, output: Output, release: Release): Float32Array {
  switch (output) {
    case "class":
      return classes(margins, outputs);
    case "softmax":
      return byRow(margins, outputs, softmax);
    case "sorted":
      return byRow(margins, outputs, sort);
    case "expectile":
      return byRow(margins, outputs, expectiles);
    default:
      return margins.map((margin) => outputValue(output, release, margin));
  }
}

/** The prediction of one margin that does not depend on the others of its row; others stay as they are. */
export function outputValue(output: Output, release: Release, margin: number): number {
  switch (output) {
    case "sigmoid":
      return sigmoidFloat(margin, !isBefore(release, 1, 6));
    case "exp":
      return expFloat(margin);
    case "hinge":
      return margin > 0 ? 1 : 0;
    default:
      return margin;
  }
}

function byRow(margins: Float32Array, outputs: number, change: (row: Float32Array) => void): Float32Array {
  const predictions = margins.slice();
  for (let at = 0; at < predictions.length; at += outputs) change(predictions.subarray(at, at + outputs));
  return predictions;
}

/** The first of the largest; NaN is never larger. */
function classes(margins: Float32Array, outputs: number): Float32Array {
  const found = new Float32Array(margins.length / outputs);
  for (let row = 0; row < found.length; row++) {
    const at = row * outputs;
    let best = 0;
    for (let output = 1; output < outputs; output++) if ((margins[at + output] ?? 0) > (margins[at + best] ?? 0)) best = output;
    found[row] = best;
  }
  return found;
}

function softmax(row: Float32Array): void {
  let most = row[0] ?? 0;
  for (const margin of row) if (margin > most || Number.isNaN(most)) most = margin;
  let sum = 0;
  for (let output = 0; output < row.length; output++) {
    const power = expFloat(Math.fround((row[output] ?? 0) - most));
    row[output] = power;
    sum += power;
  }
  const divisor = Math.fround(sum);
  for (let output = 0; output < row.length; output++) row[output] = (row[output] ?? 0) / divisor;
}

/** Insertion sort: equal numbers, 0 and −0, keep their places. */
function sort(row: Float32Array): void {
  for (let place = 1; place < row.length; place++) {
    const margin = row[place] ?? 0;
    let at = place;
    for (; at > 0 && margin < (row[at - 1] ?? 0); at--) row[at] = row[at - 1] ?? 0;
    row[at] = margin;
  }
}

/** Each is the one before and a step, which is never negative. */
function expectiles(row: Float32Array): void {
  for (let output = 1; output < row.length; output++)
    row[output] = (row[output - 1] ?? 0) + Math.fround(SMALL + softplusFloat(row[output] ?? 0));
}
