// Filtering rows by what they say, and stable sorting by a column.

import { compareCodePoints } from "../../shared/domain/names.ts";
import { matchesFilter, parseFilter } from "./filter.ts";
import type { ListState } from "./model.ts";

type Key = string | number | null;

function compareKeys(a: Key, b: Key): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareCodePoints(String(a), String(b));
}

function isMissing(key: Key): boolean {
  return key === null || key === "" || (typeof key === "number" && Number.isNaN(key));
}

/** Rows by ascending key (descending when reversed). Equal rows keep their order, rows without a key come last in both directions. */
export function sortRows<Row>(rows: readonly Row[], keyOf: (row: Row) => Key, isReversed: boolean): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  const direction = isReversed ? -1 : 1;
  keyed.sort((a, b) => {
    const missing = Number(isMissing(a.key)) - Number(isMissing(b.key));
    return missing !== 0 || isMissing(a.key) ? missing : direction * compareKeys(a.key, b.key);
  });
  return keyed.map((one) => one.row);
}

const searchTexts = new WeakMap<object, string>();

function searchText<Row extends object>(row: Row, textOf: (row: Row) => string): string {
  const known = searchTexts.get(row);
  if (known !== undefined) return known;
  const text = textOf(row).toLowerCase();
  searchTexts.set(row, text);
  return text;
}

/** The rows whose text fits the filter; each text is made once. */
export function filtered<Row extends object>(rows: readonly Row[], filter: string, textOf: (row: Row) => string): readonly Row[] {
  if (filter.trim() === "") return rows;
  const parsed = parseFilter(filter);
  return rows.filter((row) => matchesFilter(parsed, searchText(row, textOf)));
}

/** The rows by a column; as they are without one. */
export function sorted<Row>(rows: readonly Row[], column: { sortKey(row: Row): Key } | undefined, sort: ListState["sort"]): readonly Row[] {
  return column === undefined ? rows : sortRows(rows, (row) => column.sortKey(row), sort?.isReversed === true);
}
