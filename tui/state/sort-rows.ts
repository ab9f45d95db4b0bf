// Stable sorting of rows by a column.

import { compareCodePoints } from "../../shared/domain/names.ts";

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
