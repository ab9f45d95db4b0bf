// What a model makes of its features: importance of trees, or coefficients of a linear model, as bars with name and number.

import type { ModelView } from "../../shared/contract/model-operations.ts";
import type { FactorsView } from "../../shared/contract/views.ts";
import { cellWidth, fitCells, printable } from "../format/cell-width.ts";
import type { Charset } from "../format/charset.ts";
import { compact } from "../format/numbers.ts";
import { span, type Role, type StyledLine } from "../format/styled.ts";
import { barText } from "./bar-text.ts";

/** XGBoost's five measures; the first is shown unless another is chosen. */
export const IMPORTANCE_MEASURES = ["total_gain", "gain", "cover", "weight", "total_cover"] as const;
export type ImportanceMeasure = (typeof IMPORTANCE_MEASURES)[number];

/** The measures in words. */
export const MEASURE_WORDS: Readonly<Record<ImportanceMeasure, string>> = {
  total_gain: "total gain",
  gain: "mean gain",
  cover: "mean cover",
  weight: "number of splits",
  total_cover: "total cover",
};

/** One bar. Null is a number that is not finite. */
export interface ImportanceRow {
  readonly name: string;
  readonly value: number | null;
}

function sizeOf({ value }: ImportanceRow): number {
  return value === null || !Number.isFinite(value) ? -Infinity : Math.abs(value);
}

function largestFirst(rows: readonly ImportanceRow[]): ImportanceRow[] {
  return rows.toSorted((a, b) => (sizeOf(a) === sizeOf(b) ? 0 : sizeOf(b) > sizeOf(a) ? 1 : -1));
}

function featureName(name: string | undefined, feature: number): string {
  return name === undefined || name === "" ? `f${feature}` : name;
}

/** The features' names by position; holes where a factor has none. */
export function featureNames(factors: Pick<FactorsView, "items"> | undefined): readonly string[] {
  const names: string[] = [];
  for (const { dim, factor_name: name } of factors?.items ?? []) names[dim] = name;
  return names;
}

/** The features that trees split by, largest first by this measure; equal ones in the order of the answer. */
export function importanceRows(view: Pick<ModelView, "importance">, measure: ImportanceMeasure): readonly ImportanceRow[] {
  return largestFirst(view.importance.map((item) => ({ name: featureName(item.name, item.feature), value: item[measure] })));
}

/** A linear model's coefficients, largest |coefficient| first; one row for each output of a feature. `names` are those of the features. */
export function coefficientRows(view: Pick<ModelView, "coefficients">, names: readonly string[]): readonly ImportanceRow[] {
  return largestFirst(
    view.coefficients.flatMap((values, feature) => {
      const name = featureName(names[feature], feature);
      return values.map((value, output) => ({ name: values.length > 1 ? `${name} to output ${output}` : name, value }));
    }),
  );
}

export interface ImportanceLayout {
  /** Cells of a whole line. */
  readonly width: number;
  readonly charset: Charset;
  /** Coefficients show their sign, and in colour, too. */
  readonly isSigned: boolean;
}

const NUMBER_WIDTH = 12;

function numberText(value: number | null, isSigned: boolean): string {
  const text = compact(value);
  return isSigned && value !== null && value >= 0 ? `+${text}` : text;
}

/** One line a row: name (at most a third of the width), number, bar; the largest fills the line. */
export function importanceLines(rows: readonly ImportanceRow[], layout: ImportanceLayout): StyledLine[] {
  const { width, charset, isSigned } = layout;
  const longest = rows.reduce((most, row) => Math.max(most, cellWidth(printable(row.name))), 6);
  const nameWidth = Math.min(longest, Math.max(8, Math.floor(width / 3)));
  const room = Math.max(1, width - nameWidth - NUMBER_WIDTH - 2);
  const scale = Math.max(0, ...rows.map(sizeOf).slice(0, 1));
  return rows.map((row) => {
    const size = sizeOf(row);
    const isNumber = Number.isFinite(size);
    const role: Role = !isNumber ? "dim" : isSigned ? ((row.value ?? 0) < 0 ? "bad" : "good") : "accent";
    const halves = isNumber && scale > 0 ? Math.round((size / scale) * room * 2) : 0;
    const number = numberText(row.value, isSigned).padStart(NUMBER_WIDTH);
    return [span(`${fitCells(row.name, nameWidth)} `), span(`${number} `, role), span(barText(halves, false, charset), role)];
  });
}
