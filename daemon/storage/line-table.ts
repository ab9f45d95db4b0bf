// The table `line`: named lines of versions, and what is live on each.

import type { Insertable, Selectable } from "kysely";
import type { Policy } from "../../shared/domain/lifecycle.ts";
import type { LineRecord } from "../app/ports.ts";
import { fromMicros, toFlag, toMicros, type FlagColumn, type MicrosColumn } from "./column-values.ts";
import { createRowStatement, lastOfEach, takeExcluded } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface LineTable {
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly policy: Policy;
  readonly pinned: FlagColumn;
  readonly next_number: number;
  readonly live_version_id: number | null;
  readonly last_live_version_id: number | null;
  readonly live_sequence: number;
  readonly live_since: MicrosColumn;
  readonly live_reason: string;
  readonly previous_label: string;
  readonly degraded: string;
  readonly health_sequence: number;
  readonly health_since: MicrosColumn;
}

const REPLACED = takeExcluded([
  "namespace",
  "name",
  "policy",
  "pinned",
  "next_number",
  "live_version_id",
  "last_live_version_id",
  "live_sequence",
  "live_since",
  "live_reason",
  "previous_label",
  "degraded",
  "health_sequence",
  "health_since",
]);

const put = createRowStatement<Insertable<LineTable>>((database, rows) =>
  database
    .insertInto("line")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(REPLACED)),
);

/** Inserts the lines, or replaces those whose id is there. */
export async function putLines(database: CatalogDatabase, lines: readonly LineRecord[]): Promise<void> {
  const rows = lastOfEach(lines, (line) => line.id).map(toRow);
  await put(database, rows);
}

/** At most `limit` lines with an id above `after`, by id. */
export async function linesAfter(database: CatalogDatabase, after: number, limit: number): Promise<readonly LineRecord[]> {
  const rows = await database.selectFrom("line").selectAll().where("id", ">", after).orderBy("id").limit(limit).execute();
  return rows.map(fromRow);
}

function toRow(line: LineRecord): Insertable<LineTable> {
  return {
    id: line.id,
    namespace: line.namespace,
    name: line.name,
    policy: line.policy,
    pinned: toFlag(line.pinned),
    next_number: line.nextNumber,
    live_version_id: line.liveVersionId,
    last_live_version_id: line.lastLiveVersionId,
    live_sequence: line.liveSequence,
    live_since: toMicros(line.liveSince),
    live_reason: line.liveReason,
    previous_label: line.previousLabel,
    degraded: line.degraded,
    health_sequence: line.healthSequence,
    health_since: toMicros(line.healthSince),
  };
}

function fromRow(row: Selectable<LineTable>): LineRecord {
  return {
    id: row.id,
    namespace: row.namespace,
    name: row.name,
    policy: row.policy,
    pinned: row.pinned === 1,
    nextNumber: row.next_number,
    liveVersionId: row.live_version_id,
    lastLiveVersionId: row.last_live_version_id,
    liveSequence: row.live_sequence,
    liveSince: fromMicros(row.live_since),
    liveReason: row.live_reason,
    previousLabel: row.previous_label,
    degraded: row.degraded,
    healthSequence: row.health_sequence,
    healthSince: fromMicros(row.health_since),
  };
}
