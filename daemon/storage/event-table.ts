// The table `event`: committed facts by sequence number.

import type { Insertable, Selectable } from "kysely";
import type { EventKind } from "../../shared/contract/events.ts";
import type { EventRecord } from "../app/ports.ts";
import { fromMicros, toMicros, type MicrosColumn } from "./column-values.ts";
import { createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface EventTable {
  readonly sequence: number;
  readonly at: MicrosColumn;
  readonly kind: EventKind;
  readonly source: string;
  readonly group_key: string;
  readonly version: string;
  readonly previous_version: string;
  readonly reason: string;
  readonly actor: string;
}

const insert = createRowStatement<Insertable<EventTable>>((database, rows) => database.insertInto("event").values(rows));

/** Appends events; a sequence number that is taken is refused. */
export async function insertEvents(database: CatalogDatabase, events: readonly EventRecord[]): Promise<void> {
  await insert(database, events.map(toRow));
}

/** Oldest first, at most `limit`, with a sequence number above `after`. */
export async function eventsAfter(database: CatalogDatabase, after: number, limit: number): Promise<readonly EventRecord[]> {
  const rows = await database.selectFrom("event").selectAll().where("sequence", ">", after).orderBy("sequence").limit(limit).execute();
  return rows.map(fromRow);
}

/** The newest event's number and time; zeros without one. */
export async function newestEvent(database: CatalogDatabase): Promise<{ readonly sequence: number; readonly at: bigint }> {
  const row = await database
    .selectFrom("event")
    .select(["sequence", "at"])
    .where("sequence", "=", (events) =>
      events.selectFrom("event as any_event").select((column) => column.fn.max("any_event.sequence").as("newest")),
    )
    .executeTakeFirst();
  return row === undefined ? { sequence: 0, at: 0n } : { sequence: row.sequence, at: fromMicros(row.at) };
}

function toRow(event: EventRecord): Insertable<EventTable> {
  return {
    sequence: event.sequence,
    at: toMicros(event.at),
    kind: event.kind,
    source: event.source,
    group_key: event.groupKey,
    version: event.version,
    previous_version: event.previousVersion,
    reason: event.reason,
    actor: event.actor,
  };
}

function fromRow(row: Selectable<EventTable>): EventRecord {
  return {
    sequence: row.sequence,
    at: fromMicros(row.at),
    kind: row.kind,
    source: row.source,
    groupKey: row.group_key,
    version: row.version,
    previousVersion: row.previous_version,
    reason: row.reason,
    actor: row.actor,
  };
}
