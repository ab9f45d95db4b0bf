// What was live when: each line's moves that changed what is live, found by their time.
//
// A version that leaves production because another enters it ("replaced", "rolled_back") does so one microsecond before the other enters, in the
// same transaction. What is live changes with the second of the two only, so nothing is ever shown as live in between.

import { sql, type SqlBool } from "kysely";
import type { LiveMoment } from "../app/ports.ts";
import { fromMicros } from "./column-values.ts";
import { movesNumbered } from "./move-table.ts";
import { createRowQuery, integerRows } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

/** Word for word the condition of the index move_live. `move` is the table's name or alias. */
function changesLive(move: string) {
  const column = (name: string) => sql.ref(`${move}.${name}`);
  return sql<SqlBool>`(${column("to_status")} = 'production' or (${column("from_status")} = 'production' and ${column("action")} in ('withdrawn', 'failed')))`;
}

interface AskedLine {
  readonly line_id: number;
  readonly at: bigint;
}

/** Number of the newest move until then that changed what is live on the line asked for. */
const NEWEST = sql<number>`(select live.sequence from move as live
  where live.line_id = asked.line_id and live.at <= asked.at and ${changesLive("live")} order by live.at desc limit 1)`;

const NEXT_AT = sql<number | null>`(select next.at from move as next
  where next.line_id = asked.line_id and next.at > asked.at and ${changesLive("next")} order by next.at limit 1)`;

/** Found in the index alone, for all lines of a catalog at once; null = nothing was live. */
const VERSION = sql<number | null>`(select case when live.to_status = 'production' then live.version_id end from move as live
  where live.line_id = asked.line_id and live.at <= asked.at and ${changesLive("live")} order by live.at desc limit 1)`;

const versionsAt = createRowQuery<AskedLine, { line_id: number; version_id: number | null }>((database, keys) =>
  database
    .with("asked(line_id, at)", () => integerRows(keys))
    .selectFrom("asked")
    .select(["asked.line_id", VERSION.as("version_id")]),
);

/** Ids of the versions that were live, by line; lines on which nothing was live are absent. */
export async function liveVersionsAt(
  database: CatalogDatabase,
  lineIds: readonly number[],
  at: bigint,
): Promise<ReadonlyMap<number, number>> {
  const rows = await versionsAt(
    database,
    lineIds.map((line_id) => ({ line_id, at })),
  );
  return new Map(rows.flatMap((row) => (row.version_id === null ? [] : [[row.line_id, row.version_id] as const])));
}

interface MomentRow {
  readonly line_id: number;
  readonly sequence: number;
  readonly served_sha256: string;
  readonly next_at: number | null;
}

const momentsAt = createRowQuery<AskedLine, MomentRow>((database, keys) =>
  database
    .with("asked(line_id, at)", () => integerRows(keys))
    .selectFrom("asked")
    .innerJoin("move", (join) => join.on("move.sequence", "=", NEWEST))
    .innerJoin("version", "version.id", "move.version_id")
    .select(["move.line_id", "move.sequence", "version.served_sha256", NEXT_AT.as("next_at")]),
);

/** What had made each line's live state what it was then; lines on which nothing ever had been live are absent. */
export async function liveMomentsAt(
  database: CatalogDatabase,
  lineIds: readonly number[],
  at: bigint,
): Promise<ReadonlyMap<number, LiveMoment>> {
  const keys = lineIds.map((line_id) => ({ line_id, at }));
  const rows = await momentsAt(database, keys);
  const sequences = rows.map((row) => row.sequence);
  const moves = new Map((await movesNumbered(database, sequences)).map((move) => [move.sequence, move]));
  return new Map(
    rows.flatMap(({ line_id: lineId, sequence, served_sha256: servedSha256, next_at: next }) => {
      const move = moves.get(sequence);
      const until = next === null ? null : fromMicros(next);
      return move === undefined ? [] : [[lineId, { lineId, move, servedSha256, until }] as const];
    }),
  );
}

interface AskedStretch {
  readonly line_id: number;
  readonly after: bigint;
  readonly until: bigint;
}

const changeCounts = createRowQuery<AskedStretch, { line_id: number; count: number }>((database, keys) => {
  return database
    .with("asked(line_id, after, until)", () => integerRows(keys))
    .selectFrom("asked")
    .select([
      "asked.line_id",
      sql<number>`(select count(*) from move as live
        where live.line_id = asked.line_id and live.at > asked.after and live.at <= asked.until and ${changesLive("live")})`.as("count"),
    ]);
});

/** How many times what is live changed after `from` and until `to`, by line. */
export async function liveChangeCounts(
  database: CatalogDatabase,
  lineIds: readonly number[],
  from: bigint,
  to: bigint,
): Promise<ReadonlyMap<number, number>> {
  const rows = await changeCounts(
    database,
    lineIds.map((line_id) => ({ line_id, after: from, until: to })),
  );
  return new Map(rows.map((row) => [row.line_id, Number(row.count)]));
}
