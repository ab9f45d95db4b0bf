// Versions across lines, newest first, and how many of them have which status.

import { sql } from "kysely";
import { STATUSES, type Status } from "../../shared/domain/lifecycle.ts";
import type { StatusCount, VersionFilter } from "../app/ports.ts";
import { createRowQuery, integerRows } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

/** Lines of one page of counts: a few milliseconds for 1,000 versions each. */
const LINES = 50;

/** Versions of the lines with an id above `after`, at most so many lines, by status: read from an index alone. `last` is the newest line of them. */
export async function statusCountsAfter(
  database: CatalogDatabase,
  after: number,
): Promise<{ readonly counts: readonly StatusCount[]; readonly last: number | undefined }> {
  const lines = await database.selectFrom("line").select("id").where("id", ">", after).orderBy("id").limit(LINES).execute();
  const last = lines.at(-1)?.id;
  if (last === undefined) return { counts: [], last };
  const rows = await database
    .selectFrom("version")
    .select(["line_id", "status", (column) => column.fn.countAll<number>().as("count")])
    .where("line_id", ">", after)
    .where("line_id", "<=", last)
    .groupBy(["line_id", "status"])
    .orderBy("line_id")
    .orderBy("status")
    .execute();
  return { counts: rows.map((row) => ({ lineId: row.line_id, status: row.status, count: Number(row.count) })), last };
}

const below = (filter: VersionFilter): number => filter.before ?? Number.MAX_SAFE_INTEGER;

/** Ids of all lines' versions, newest first. */
export async function newestVersionIds(database: CatalogDatabase, limit: number, filter: VersionFilter): Promise<readonly number[]> {
  let query = database.selectFrom("version").select("id").where("id", "<", below(filter));
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  const rows = await query.orderBy("id", "desc").limit(limit).execute();
  return rows.map((row) => row.id);
}

/** Versions of the line asked for, as an index has them in their order. */
const newestOf = (status: Status | undefined) =>
  sql`newer.line_id = asked.line_id and newer.id < asked.before${status === undefined ? sql`` : sql` and newer.status = ${sql.lit(status)}`}`;

/** One query for each status, and one for all: the status is part of its text. */
function perStatus<T>(make: (status: Status | undefined) => T): (status: Status | undefined) => T {
  const any = make(undefined);
  const made = new Map(STATUSES.map((status) => [status, make(status)]));
  return (status) => (status === undefined ? any : (made.get(status) ?? any));
}

interface AskedBefore {
  readonly line_id: number;
  readonly before: number;
}

const heads = perStatus((status) =>
  createRowQuery<AskedBefore, { line_id: number; id: number }>((database, keys) => {
    const newest = sql<number>`(select newer.id from version as newer where ${newestOf(status)} order by newer.id desc limit 1)`;
    return database
      .with("asked(line_id, before)", () => integerRows(keys))
      .selectFrom("asked")
      .innerJoin("version", (join) => join.on("version.id", "=", newest))
      .select(["version.line_id", "version.id"]);
  }),
);

/** The newest of each line; lines without any are absent. */
export async function newestVersionOfEach(
  database: CatalogDatabase,
  lineIds: readonly number[],
  filter: VersionFilter,
): Promise<readonly { readonly lineId: number; readonly id: number }[]> {
  const keys = lineIds.map((line_id) => ({ line_id, before: below(filter) }));
  const rows = await heads(filter.status)(database, keys);
  return rows.map((row) => ({ lineId: row.line_id, id: row.id }));
}

interface AskedRange {
  readonly line_id: number;
  readonly before: number;
  readonly above: number;
}

type RangeQuery = ReturnType<typeof createRowQuery<AskedRange, { id: number }>>;

/** Queries for at most so many versions of each line; how many is part of their text, since an offset cannot come from a row. */
const ranges = perStatus((status) => {
  const made = new Map<number, RangeQuery>();
  return (most: number): RangeQuery => {
    const known = made.get(most) ?? rangeQuery(status, most);
    made.set(most, known);
    return known;
  };
});

function rangeQuery(status: Status | undefined, most: number): RangeQuery {
  return createRowQuery<AskedRange, { id: number }>((database, keys) => {
    // The newest that is one too many; where there is none, all are taken.
    const surplus = sql<number>`coalesce((select newer.id from version as newer where ${newestOf(status)} and newer.id > asked.above
      order by newer.id desc limit 1 offset ${sql.lit(most)}), asked.above)`;
    const query = database
      .with("asked(line_id, before, above)", () => integerRows(keys))
      .selectFrom("asked")
      .innerJoin("version", (join) =>
        join.onRef("version.line_id", "=", "asked.line_id").onRef("version.id", "<", "asked.before").on("version.id", ">", surplus),
      )
      .select("version.id");
    return status === undefined ? query : query.where("version.status", "=", sql.lit(status));
  });
}

/** Ids of each line's newest versions above `above`, in no order: at least `limit` where there are so many, at most twice as many. */
export async function newestVersionIdsOf(
  database: CatalogDatabase,
  lineIds: readonly number[],
  limit: number,
  above: number,
  filter: VersionFilter,
): Promise<readonly number[]> {
  const keys = lineIds.map((line_id) => ({ line_id, before: below(filter), above }));
  // A power of two, so that few texts are ever made.
  const rows = await ranges(filter.status)(2 ** Math.ceil(Math.log2(limit)))(database, keys);
  return rows.map((row) => row.id);
}

const labels = createRowQuery<{ readonly line_id: number }, { line_id: number; label: string }>((database, keys) => {
  const newest = sql<number>`(select max(newer.id) from version as newer where newer.line_id = asked.line_id)`;
  return database
    .with("asked(line_id)", () => integerRows(keys))
    .selectFrom("asked")
    .innerJoin("version", (join) => join.on("version.id", "=", newest))
    .select(["version.line_id", "version.label"]);
});

/** Label of the newest version of each line; lines without versions are absent. */
export async function newestLabels(database: CatalogDatabase, lineIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = await labels(
    database,
    lineIds.map((line_id) => ({ line_id })),
  );
  return new Map(rows.map((row) => [row.line_id, row.label]));
}
