// The table `move`: the history of every version's status.

import type { Insertable } from "kysely";
import type { Before, MoveAction, Status } from "../../shared/domain/lifecycle.ts";
import type { MoveRecord } from "../app/ports.ts";
import { fromMicros, toMicros, type MicrosColumn } from "./column-values.ts";
import { createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface MoveTable {
  readonly sequence: number;
  readonly at: MicrosColumn;
  readonly line_id: number;
  readonly version_id: number;
  readonly action: MoveAction;
  readonly from_status: Before;
  readonly to_status: Status;
  readonly reason: string;
  readonly actor: string;
}

/** A move with the label of the version that moved. */
export type LabelledMove = MoveRecord & { readonly label: string };

const insert = createRowStatement<Insertable<MoveTable>>((database, rows) => database.insertInto("move").values(rows));

/** Appends moves; each carries the sequence number of its own event, which is written first. */
export async function insertMoves(database: CatalogDatabase, moves: readonly MoveRecord[]): Promise<void> {
  await insert(database, moves.map(toRow));
}

/** Newest first, at most `limit`, with a sequence number below `before`. */
export async function movesOf(
  database: CatalogDatabase,
  lineId: number,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<readonly LabelledMove[]> {
  const rows = await database
    .selectFrom("move")
    .innerJoin("version", "version.id", "move.version_id")
    .selectAll("move")
    .select("version.label")
    .where("move.line_id", "=", lineId)
    .where("move.sequence", "<", before)
    .orderBy("move.sequence", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    sequence: row.sequence,
    at: fromMicros(row.at),
    lineId: row.line_id,
    versionId: row.version_id,
    action: row.action,
    from: row.from_status,
    to: row.to_status,
    reason: row.reason,
    actor: row.actor,
    label: row.label,
  }));
}

/** How many moves the line's history has. */
export async function moveCount(database: CatalogDatabase, lineId: number): Promise<number> {
  const row = await database
    .selectFrom("move")
    .select((column) => column.fn.countAll<number>().as("count"))
    .where("line_id", "=", lineId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function toRow(move: MoveRecord): Insertable<MoveTable> {
  return {
    sequence: move.sequence,
    at: toMicros(move.at),
    line_id: move.lineId,
    version_id: move.versionId,
    action: move.action,
    from_status: move.from,
    to_status: move.to,
    reason: move.reason,
    actor: move.actor,
  };
}
