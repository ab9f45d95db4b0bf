// Rows of features in CSV text.

import { readCsv } from "../csv-rows.ts";
import { floatFromText } from "../lenient.ts";
import { rejected, type Rejected } from "../rejected.ts";
import type { RowShape, RowsResult } from "./rows.ts";

/** Cells that stand for a missing value, in lower case. */
const MISSING: ReadonlySet<string> = new Set(["", "nan", "null"]);

/** Where each feature stands in a line, and which lines hold rows. */
interface Layout {
  readonly ok: true;
  readonly places: readonly number[];
  /** Cells of every line. */
  readonly width: number;
  readonly lines: readonly (readonly string[])[];
  /** What a column is called in an error. */
  nameOf(feature: number): string;
}

/** Reads CSV rows for a model, as `readRows` says. */
export function csvRows(bytes: Uint8Array, shape: RowShape): RowsResult {
  const csv = readCsv(bytes);
  if (!csv.ok) return csv;
  const layout = layoutOf(csv.header, csv.rows, shape);
  if (!layout.ok) return layout;
  const { lines, places, width } = layout;
  const rows = new Float32Array(lines.length * places.length);
  for (const [row, cells] of lines.entries()) {
    if (cells.length !== width) return rejected(`row ${row + 1} has ${cells.length} cells instead of ${width}`);
    for (const [feature, place] of places.entries()) {
      const value = cellValue(cells[place] ?? "");
      if (value === undefined)
        return rejected(`row ${row + 1}, column ${layout.nameOf(feature)}: "${shown(cells[place] ?? "")}" is no number`);
      rows[row * places.length + feature] = value;
    }
  }
  return { ok: true, rows, count: lines.length };
}

function layoutOf(first: readonly string[], others: readonly (readonly string[])[], shape: RowShape): Layout | Rejected {
  const names = first.map((name) => name.trim());
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const lacking = shape.featureNames.filter((name) => !placeOf.has(name));
  if (shape.featureNames.length > 0 && lacking.length === 0) return namedLayout(names, placeOf, others, shape);
  const hasHeader = !first.every((cell) => cellValue(cell) !== undefined);
  if (hasHeader && lacking.length > 0)
    return rejected(`the header lacks ${lacking.length} of the model's features, the first is "${shown(lacking[0] ?? "")}"`);
  if (first.length !== shape.numFeature)
    return rejected(`the rows have ${first.length} columns, but the model has ${shape.numFeature} features`);
  return {
    ok: true,
    places: first.map((_, place) => place),
    width: first.length,
    lines: hasHeader ? others : [first, ...others],
    nameOf: (feature) => (hasHeader ? `"${shown(names[feature] ?? "")}"` : String(feature + 1)),
  };
}

function namedLayout(
  names: readonly string[],
  placeOf: ReadonlyMap<string, number>,
  lines: readonly (readonly string[])[],
  { featureNames }: RowShape,
): Layout | Rejected {
  const places = featureNames.map((name) => placeOf.get(name) ?? 0);
  const wanted = new Set(featureNames);
  const twice = names.find((name, place) => wanted.has(name) && placeOf.get(name) !== place);
  if (twice !== undefined) return rejected(`the header names feature "${shown(twice)}" twice`);
  return { ok: true, places, width: names.length, lines, nameOf: (feature) => `"${shown(featureNames[feature] ?? "")}"` };
}

/** The number in a cell, NaN for a missing one; undefined for any other text. */
export function cellValue(cell: string): number | undefined {
  const text = cell.trim();
  return MISSING.has(text.toLowerCase()) ? Number.NaN : floatFromText(text);
}

/** At most 60 characters, without what a terminal would obey. */
function shown(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
