// Rows of features for a model, from the bytes of an `.npy` or a CSV file.

import { rejected, type Rejected } from "../rejected.ts";
import { csvRows } from "./csv-table.ts";
import { isNpy, readNpy } from "./npy.ts";

/** Rows one after the other, as many values each as the model has features, NaN = missing. */
export type RowsResult = { readonly ok: true; readonly rows: Float32Array; readonly count: number } | Rejected;

/** What a model expects of a row; an XgboostModel is one. */
export interface RowShape {
  readonly numFeature: number;
  /** Empty when the model has none. */
  readonly featureNames: readonly string[];
}

/**
 * Reads rows by content. An `.npy` file holds a row for each of its first axis, or one row. A CSV file may have a header: when it names every feature of
 * the model, columns are taken by name and others are ignored; without names its columns are the features in order. Numbers are rounded to float32
 * once. Refused, naming row and column: text that is no number, rows of another length, and a header that lacks a feature. Never throws.
 */
export function readRows(bytes: Uint8Array, shape: RowShape): RowsResult {
  if (!isNpy(bytes)) return csvRows(bytes, shape);
  const array = readNpy(bytes);
  if (!array.ok) return array;
  const [count, width] = array.shape.length === 1 ? [1, array.shape[0] ?? 0] : [array.shape[0] ?? 0, array.shape[1] ?? 0];
  if (array.shape.length > 2) return rejected(`the array has ${array.shape.length} dimensions; rows have two`);
  if (width !== shape.numFeature) return rejected(`the rows have ${width} columns, but the model has ${shape.numFeature} features`);
  return { ok: true, rows: array.values, count };
}
