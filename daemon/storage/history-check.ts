// Proof that the history is as it was written: every move's hash is made anew, and compared with its event and its version.

import { sql, type Selectable } from "kysely";
import { isLegalMove, MOVE_ACTIONS } from "../../shared/domain/lifecycle.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { ChainFault, ChainPart, ChainPlace, MoveRecord } from "../app/ports.ts";
import { chainHash } from "./move-chain.ts";
import { toMoveRecord, type MoveTable } from "./move-table.ts";
import type { CatalogDatabase } from "./schema.ts";

/** A move with what it must agree with; null where that is missing. */
interface CheckedRow extends Selectable<MoveTable> {
  readonly label: string | null;
  readonly content_digest: string | null;
  readonly version_line_id: number | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly event_at: number | null;
  readonly event_source: string | null;
  readonly event_group_key: string | null;
  readonly event_version: string | null;
  readonly event_previous: string | null;
  readonly event_reason: string | null;
  readonly event_actor: string | null;
}

/** Follows the history from a place on, at most `limit` moves. */
export async function checkChain(database: CatalogDatabase, from: ChainPlace, limit: number): Promise<ChainPart> {
  const moves: { sequence: number; versionId: number; from: MoveRecord["from"]; to: MoveRecord["to"] }[] = [];
  let place = from;
  for (const row of await rowsAfter(database, from.sequence, limit)) {
    const checked = checkRow(row, place);
    if ("detail" in checked) return { place, moves, fault: { sequence: row.sequence, detail: checked.detail } };
    place = checked;
    moves.push({ sequence: row.sequence, versionId: row.version_id, from: row.from_status, to: row.to_status });
  }
  return { place, moves, fault: undefined };
}

function rowsAfter(database: CatalogDatabase, after: number, limit: number): Promise<CheckedRow[]> {
  // Outer joins: a move whose version, line or event is gone is a finding, not a row less.
  return database
    .selectFrom("move")
    .leftJoin("version", "version.id", "move.version_id")
    .leftJoin("line", "line.id", "move.line_id")
    .leftJoin("event", "event.sequence", "move.sequence")
    .selectAll("move")
    .select(["version.label", "version.content_digest", "version.line_id as version_line_id", "line.namespace", "line.name"])
    .select(["event.at as event_at", "event.source as event_source", "event.group_key as event_group_key"])
    .select(["event.version as event_version", "event.previous_version as event_previous"])
    .select(["event.reason as event_reason", "event.actor as event_actor"])
    .where("move.sequence", ">", after)
    .orderBy("move.sequence")
    .limit(limit)
    .execute();
}

/** The place after the move, or what is wrong with it. */
function checkRow(row: CheckedRow, place: ChainPlace): ChainPlace | Pick<ChainFault, "detail"> {
  const move = toMove(row);
  if (move === undefined) return { detail: "its version or its line is not there" };
  const strange = strangeness(row, move);
  if (strange !== "") return { detail: strange };
  const hash = chainHash(place.hash, move);
  const isBefore = row.hash === "";
  const hasBegun = place.hash !== "" && place.uncovered === 0;
  if (isBefore && !hasBegun) return { sequence: row.sequence, hash, uncovered: place.uncovered + 1 };
  if (row.hash === hash) return { sequence: row.sequence, hash, uncovered: 0 };
  const earlier = place.uncovered > 0 ? ` or of one of the ${place.uncovered} moves before it, which have no hash of their own` : "";
  return { detail: `its hash does not follow: something of it${earlier} was changed, or a move before it was taken out or put in` };
}

function toMove(row: CheckedRow): MoveRecord | undefined {
  const { label, content_digest, namespace, name } = row;
  if (label === null || content_digest === null || namespace === null || name === null) return undefined;
  return toMoveRecord({ ...row, label, content_digest, namespace, name });
}

/** What the hash does not cover: the move's event, its version's line, and values that no move has; empty when all is well. */
function strangeness(row: CheckedRow, move: MoveRecord): string {
  if (row.version_line_id !== row.line_id) return `its version belongs to another line than ${move.line}`;
  if (!([0, 1] as number[]).includes(row.gates_skipped)) return "it has a flag that is neither yes nor no";
  if (!(MOVE_ACTIONS as readonly string[]).includes(row.action) || !isLegalMove(row.action, row.from_status, row.to_status))
    return `${row.action} from ${row.from_status} to ${row.to_status} is no legal move`;
  if (row.event_at === null) return "its event is not there";
  const isSame =
    row.event_at === row.at &&
    row.event_source === row.namespace &&
    row.event_group_key === row.name &&
    [row.event_version, row.event_previous].includes(move.label) &&
    row.event_reason === row.reason &&
    row.event_actor === row.actor;
  return isSame ? "" : "its event says something else";
}

/** Statuses of the versions with an id above `after`, by id. */
export function statusesAfter(database: CatalogDatabase, after: number, limit: number) {
  return database.selectFrom("version").select(["id", "status"]).where("id", ">", after).orderBy("id").limit(limit).execute();
}

/** What is wrong between a version's status and its last move, as both are now; undefined when they agree. */
export async function checkStatus(database: CatalogDatabase, versionId: number): Promise<ChainFault | undefined> {
  const lastMove = sql<number>`(select max(later.sequence) from move as later where later.version_id = version.id)`;
  const row = await database
    .selectFrom("version")
    .innerJoin("line", "line.id", "version.line_id")
    .leftJoin("move", (join) => join.on("move.sequence", "=", lastMove))
    .select(["version.label", "version.status", "version.status_since", "line.namespace", "line.name"])
    .select(["move.sequence", "move.to_status", "move.at"])
    .where("version.id", "=", versionId)
    .executeTakeFirst();
  if (row === undefined) return { sequence: null, detail: `version number ${versionId} of the catalog is not there` };
  const what = `${row.label} of ${lineName(row.namespace, row.name)}`;
  if (row.sequence === null) return { sequence: null, detail: `${what} has no move` };
  if (row.to_status !== row.status)
    return { sequence: row.sequence, detail: `${what} is ${row.status}, but its last move made it ${row.to_status}` };
  return undefined;
}
