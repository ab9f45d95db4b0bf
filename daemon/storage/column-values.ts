// How values cross between records and columns: times, flags and lists.
//
// Every integer of the catalog is below 2^53, so each is read as a number; a driver that gives 64-bit integers as text (PostgreSQL's does)
// has to be told to give numbers.

import type { ColumnType } from "kysely";

/** A time in microseconds: written as bigint, which SQLite stores exactly, and read as a number, which is exact below 2^53. */
export type MicrosColumn = ColumnType<number, bigint, bigint>;
export type NullableMicrosColumn = ColumnType<number | null, bigint | null, bigint | null>;

/** 0 or 1: better-sqlite3 refuses booleans. */
export type FlagColumn = 0 | 1;

const LARGEST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** A time for a column. Throws RangeError for one that could not be read back exactly (after the year 2255). */
export function toMicros(time: bigint): bigint {
  if (time > LARGEST_EXACT || time < -LARGEST_EXACT)
    throw new RangeError(`time ${time} is out of range: microseconds since 1970 were expected`);
  return time;
}

/** The time of a column. */
export function fromMicros(column: number): bigint {
  return BigInt(column);
}

/** A flag for a column. */
export function toFlag(value: boolean): FlagColumn {
  return value ? 1 : 0;
}

/** Reads a JSON list of texts. Throws when the column holds anything else, which only a damaged or hand-edited database does. */
export function parseTexts(column: string): readonly string[] {
  if (column === "[]") return [];
  const value: unknown = JSON.parse(column);
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw new Error("a list of texts in the catalog is damaged");
  return value;
}
