// Rows of features as a model takes them: columns in its order, numbers as float32, in questions that fit a frame.

import { AppError } from "../../shared/contract/errors.ts";
import { float32Text } from "../format/float32.ts";
import { counted } from "../format/numbers.ts";

/** One row; null is a missing value. */
export type FeatureRow = readonly (number | null)[];

/** What a file of rows holds. */
export interface RowsFile {
  readonly rows: readonly FeatureRow[];
  /** The header's names; null without a header. */
  readonly names: readonly string[] | null;
}

/** Columns put in the model's order, and what was done for that; empty = nothing. */
export interface OrderedRows {
  readonly rows: readonly FeatureRow[];
  readonly remark: string;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}

/**
 * Takes the columns by name where the header names them and the model's features have names, as XGBoost would; else by position. Throws AppError
 * naming the first feature without a column: a wrong column would give a wrong prediction and no error.
 */
export function orderColumns(file: RowsFile, features: readonly string[], model: string): OrderedRows {
  const { rows, names } = file;
  const asWritten = { rows, remark: "" };
  const isNamed = features.length > 0 && features.every((name) => name !== "") && new Set(features).size === features.length;
  if (names === null || !isNamed || isSame(names, features)) return asWritten;
  const numbered = features.map((_name, at) => `f${at}`);
  if (isSame(names, numbered)) return asWritten;
  const places = features.map((feature, at) => {
    const place = names.indexOf(feature);
    if (place < 0) {
      const mend = "name the columns as the model's features, or leave the header out and keep their order";
      throw new AppError("invalid_input", `no column of the rows is named ${JSON.stringify(feature)}, feature ${at} of ${model}; ${mend}`);
    }
    if (names.includes(feature, place + 1))
      throw new AppError("invalid_input", `two columns of the rows are named ${JSON.stringify(feature)}; leave one out`);
    return place;
  });
  const unused = names.length - features.length;
  const remark = `columns were taken by their names, in the order of ${model}'s features${unused > 0 ? `; ${counted(unused, "column")} not used` : ""}`;
  return { rows: rows.map((row) => places.map((place) => row[place] ?? null)), remark };
}

/** The shortest decimal of the same float32: short texts fit more of them into a frame. Throws AppError for what is none. */
function toSingle(value: number | null, row: number, column: number): number | null {
  if (value === null) return null;
  const single = Number(float32Text(value));
  if (Number.isFinite(single)) return single;
  throw new AppError("invalid_input", `row ${row}, column ${column}: ${value} does not fit a float32, which is what XGBoost reads`);
}

/** Values of one question: a frame of the socket has room for 12,000 marks and 256 KiB. */
export const QUESTION_VALUES = 8000;

/** Cuts rows into questions; each number becomes one that stands for the same float32. Throws AppError for a row that fits none. */
export function* questionsOf(rows: readonly FeatureRow[]): Generator<(number | null)[][], void, void> {
  let question: (number | null)[][] = [];
  let room = QUESTION_VALUES;
  for (const [at, row] of rows.entries()) {
    // A row costs as much as one value more.
    const needed = row.length + 1;
    if (needed > QUESTION_VALUES) {
      const mend = "fetch the model with `get SOURCE SYMBOL -o FILE` and use `predict --file FILE`";
      throw new AppError("invalid_input", `row ${at + 1} has ${row.length} values, more than one question to the daemon may hold; ${mend}`);
    }
    if (needed > room) {
      yield question;
      question = [];
      room = QUESTION_VALUES;
    }
    question.push(row.map((value, column) => toSingle(value, at + 1, column + 1)));
    room -= needed;
  }
  yield question;
}
