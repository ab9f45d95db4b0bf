// Many rows in few statements: pieces that fit a statement, statements that are put into words once, and the parts of an upsert.

import { CompiledQuery, sql, type Compilable, type QueryResult, type RawBuilder } from "kysely";
import type { CatalogDatabase } from "./schema.ts";

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535; far fewer keep the statements short and few in kind. */
const PARAMETERS_PER_STATEMENT = 2_000;

/** Cuts rows of so many columns into pieces for one statement each. */
export function* piecesOf<Row>(rows: readonly Row[], columns: number): Generator<readonly Row[]> {
  const size = Math.max(1, Math.floor(PARAMETERS_PER_STATEMENT / columns));
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

/** Runs a statement with the rows, in as many pieces as it takes, and returns how many rows of the database it touched. */
export type RowStatement<Row> = (database: CatalogDatabase, rows: readonly Row[]) => Promise<number>;

/** Asks for the given keys, in as many pieces as it takes, and returns the rows found, piece after piece. */
export type RowQuery<Key, Row> = (database: CatalogDatabase, keys: readonly Key[]) => Promise<readonly Row[]>;

/**
 * A statement over rows that is put into SQL once per engine and number of rows: putting it into words costs several times what running it does.
 * `build` must give each row's values as parameters, in the order of the row's own members, and nothing else; all rows have the same members in
 * the same order. The rows go in pieces of 1, 2, 4, … so that few statements are ever made.
 */
export function createRowStatement<Row extends object>(
  build: (database: CatalogDatabase, rows: readonly Row[]) => Compilable,
): RowStatement<Row> {
  const run = createRunner(build);
  return async (database, rows) => {
    let touched = 0;
    for await (const { numAffectedRows } of run(database, rows)) touched += Number(numAffectedRows ?? 0);
    return touched;
  };
}

/** A query by keys that is put into SQL once, with the rules of `createRowStatement`. */
export function createRowQuery<Key extends object, Row>(
  build: (database: CatalogDatabase, keys: readonly Key[]) => Compilable<Row>,
): RowQuery<Key, Row> {
  const run = createRunner(build);
  return async (database, keys) => {
    const found: Row[] = [];
    for await (const { rows } of run(database, keys)) found.push(...rows);
    return found;
  };
}

type Runner<Given, Row> = (database: CatalogDatabase, given: readonly Given[]) => AsyncIterable<QueryResult<Row>>;

function createRunner<Given extends object, Row>(
  build: (database: CatalogDatabase, given: readonly Given[]) => Compilable<Row>,
): Runner<Given, Row> {
  const known = new WeakMap<object, Map<number, string>>();
  return async function* (database, given) {
    const { adapter } = database.getExecutor();
    let texts = known.get(adapter);
    if (texts === undefined) known.set(adapter, (texts = new Map<number, string>()));
    for (const piece of doublingPieces(given)) {
      const parameters = piece.flatMap((row) => Object.values(row) as unknown[]);
      let text = texts.get(piece.length);
      if (text === undefined) {
        text = compile(build(database, piece), parameters);
        texts.set(piece.length, text);
      }
      yield await database.executeQuery<Row>(CompiledQuery.raw(text, parameters));
    }
  };
}

/** The SQL of the query. Throws when its parameters are others than those that will be given from now on, which is a bug of its table's file. */
function compile(query: Compilable, expected: readonly unknown[]): string {
  const { sql: text, parameters } = query.compile();
  const agrees = parameters.length === expected.length && parameters.every((value, i) => Object.is(value, expected[i]));
  if (!agrees) throw new Error(`a statement does not take its rows' values in their order: ${text.slice(0, 120)}`);
  return text;
}

/** Pieces whose lengths are powers of two, each within the parameters of one statement. */
function* doublingPieces<Row extends object>(rows: readonly Row[]): Generator<readonly Row[]> {
  const [first] = rows;
  if (first === undefined) return;
  const most = Math.floor(PARAMETERS_PER_STATEMENT / Object.keys(first).length);
  let start = 0;
  while (start < rows.length) {
    const size = 2 ** Math.floor(Math.log2(Math.min(most, rows.length - start)));
    yield size === rows.length ? rows : rows.slice(start, start + size);
    start += size;
  }
}

/** Rows of whole numbers as a table of their own in a query, for `with`. The casts tell PostgreSQL their types; to SQLite they say integer, which they are. */
export function integerRows<Row extends { readonly [Column in keyof Row]: number | bigint }>(
  rows: readonly Row[],
): RawBuilder<{ [Column in keyof Row]: number }> {
  const written = rows.map((row) => sql`(${sql.join(Object.values(row).map((value) => sql`cast(${value} as bigint)`))})`);
  return sql`(values ${sql.join(written)})`;
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
