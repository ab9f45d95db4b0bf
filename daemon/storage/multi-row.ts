// Many rows in few statements: pieces that fit a statement, and the parts of an upsert.

import { sql, type RawBuilder } from "kysely";

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535; far fewer keep the statements short and few in kind. */
const PARAMETERS_PER_STATEMENT = 2_000;

/** Cuts rows of so many columns into pieces for one statement each. */
export function* piecesOf<Row>(rows: readonly Row[], columns: number): Generator<readonly Row[]> {
  const size = Math.max(1, Math.floor(PARAMETERS_PER_STATEMENT / columns));
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

/** The last row of each key. One upsert may not meet the same key twice (PostgreSQL refuses it), and the last word counts. */
export function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => string | number): readonly Row[] {
  if (rows.length < 2) return rows;
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

/** The assignments of an upsert: each column takes the value that was to be inserted. */
export function takeExcluded<Column extends string>(columns: readonly Column[]): Record<Column, RawBuilder<never>> {
  const assignments = columns.map((column) => [column, sql<never>`excluded.${sql.ref(column)}`] as const);
  return Object.fromEntries(assignments) as Record<Column, RawBuilder<never>>;
}
