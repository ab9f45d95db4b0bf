// Rows of numbers from a CSV or `.npy` file as they stand there, with the header's names, for a model that is elsewhere.

import { readCsv } from "./csv-rows.ts";
import { cellValue } from "./predict/csv-table.ts";
import { isNpy, readNpy } from "./predict/npy.ts";
import { rejected, type Rejected } from "./rejected.ts";

/** Rows of equal length, null = missing; the names of a CSV header, else null. */
export interface RawRows {
  readonly ok: true;
  readonly names: readonly string[] | null;
  readonly rows: readonly (readonly (number | null)[])[];
}

/** The rows as JSON text, `{"names": …, "rows": [[…], …]}`; JSON has no infinity, but 1e999 reads as one. */
export function rawRowsText({ names, rows }: Pick<RawRows, "names" | "rows">): string {
  const lines = rows.map((row) => `[${row.map(cellText).join(",")}]`);
  return `{"names":${JSON.stringify(names)},"rows":[${lines.join(",")}]}`;
}

function cellText(value: number | null): string {
  if (value === null) return "null";
  if (!Number.isFinite(value)) return value > 0 ? "1e999" : "-1e999";
  return Object.is(value, -0) ? "-0.0" : String(value);
}

/** Reads rows by content. Refused, naming row and column: text that is no number, and rows of different lengths. Never throws. */
export function readRawRows(bytes: Uint8Array): RawRows | Rejected {
  if (isNpy(bytes)) return npyRows(bytes);
  const csv = readCsv(bytes);
  if (!csv.ok) return csv;
  const hasHeader = csv.header.length > 0 && !csv.header.every((cell) => cellValue(cell) !== undefined);
  const names = hasHeader ? csv.header.map((name) => name.trim()) : null;
  const width = csv.header.length;
  const rows: (number | null)[][] = [];
  for (const cells of hasHeader ? csv.rows : [csv.header, ...csv.rows]) {
    if (cells.length !== width) return rejected(`row ${rows.length + 1} has ${cells.length} cells instead of ${width}`);
    const values = cells.map(cellValue);
    const bad = values.indexOf(undefined);
    if (bad >= 0)
      return rejected(
        `row ${rows.length + 1}, column ${names?.[bad] ?? bad + 1}: ${JSON.stringify(cells[bad]?.slice(0, 60))} is no number`,
      );
    rows.push(values.map((value) => (value === undefined || Number.isNaN(value) ? null : value)));
  }
  return width === 0 ? { ok: true, names: null, rows: [] } : { ok: true, names, rows };
}

function npyRows(bytes: Uint8Array): RawRows | Rejected {
  const array = readNpy(bytes);
  if (!array.ok) return array;
  if (array.shape.length > 2) return rejected(`the array has ${array.shape.length} dimensions; rows have two`);
  const [count, width] = array.shape.length === 1 ? [1, array.shape[0] ?? 0] : [array.shape[0] ?? 0, array.shape[1] ?? 0];
  const rowOf = (row: number): (number | null)[] =>
    Array.from(array.values.subarray(row * width, (row + 1) * width), (value) => (Number.isNaN(value) ? null : value));
  return { ok: true, names: null, rows: Array.from({ length: count }, (_, row) => rowOf(row)) };
}
