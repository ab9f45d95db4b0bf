// The table `move`: the history of every version's status, each row chained to the one before.

import { sql, type Insertable, type Selectable } from "kysely";
import type { Before, MoveAction, Status } from "../../shared/domain/lifecycle.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { ChainedMove, MoveRecord } from "../app/ports.ts";
import { fromMicros, toFlag, toMicros, type FlagColumn, type MicrosColumn } from "./column-values.ts";
import { CHAIN_BEGIN, chainHash } from "./move-chain.ts";
import { createRowQuery, createRowStatement } from "./multi-row.ts";
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
  readonly gates: string;
  readonly gates_skipped: FlagColumn;
  readonly request_id: string;
  readonly hash: string;
}

/** Moves that are read at once while the chain is followed. */
const PAGE = 1000;

const insert = createRowStatement<Insertable<MoveTable>>((database, rows) => database.insertInto("move").values(rows));

/** Appends moves, chained to those before; each carries the sequence number of its own event, which is written first. */
export async function insertMoves(database: CatalogDatabase, moves: readonly MoveRecord[]): Promise<void> {
  if (moves.length === 0) return;
  let hash = await newestHash(database);
  const rows = [...moves]
    .sort((a, b) => a.sequence - b.sequence)
    .map((move) => {
      hash = chainHash(hash, move);
      return toRow(move, hash);
    });
  await insert(database, rows);
}

/** Newest first, at most `limit`, with a sequence number below `before`. */
export async function movesOf(
  database: CatalogDatabase,
  lineId: number,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<readonly ChainedMove[]> {
  const rows = await labelled(database)
    .where("move.line_id", "=", lineId)
    .where("move.sequence", "<", before)
    .orderBy("move.sequence", "desc")
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** Oldest first, at most `limit`, with a sequence number above `after`: the whole history in its order. */
export async function movesAfter(database: CatalogDatabase, after: number, limit: number): Promise<readonly ChainedMove[]> {
  const rows = await labelled(database).where("move.sequence", ">", after).orderBy("move.sequence").limit(limit).execute();
  return rows.map(fromRow);
}

const bySequence = createRowQuery<Pick<MoveTable, "sequence">, LabelledRow>((database, keys) =>
  labelled(database).where(
    "move.sequence",
    "in",
    keys.map((key) => key.sequence),
  ),
);

/** The moves with those sequence numbers, in no order; numbers that name none are passed over. */
export async function movesNumbered(database: CatalogDatabase, sequences: readonly number[]): Promise<readonly ChainedMove[]> {
  const keys = sequences.map((sequence) => ({ sequence }));
  return (await bySequence(database, keys)).map(fromRow);
}

/** The move of the request with that id. */
export async function moveByRequest(database: CatalogDatabase, requestId: string): Promise<ChainedMove | undefined> {
  if (requestId === "") return undefined;
  // The second condition, word for word that of the index, lets the partial index be used.
  const named = labelled(database).where("move.request_id", "=", requestId).where("move.request_id", "<>", sql.lit(""));
  const row = await named.executeTakeFirst();
  return row === undefined ? undefined : fromRow(row);
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

/** The hash that the next move follows. Moves from before the chain have none: it is made of all of them, once. */
async function newestHash(database: CatalogDatabase): Promise<string> {
  const newest = await database.selectFrom("move").select("hash").orderBy("sequence", "desc").limit(1).executeTakeFirst();
  if (newest === undefined) return CHAIN_BEGIN;
  if (newest.hash !== "") return newest.hash;
  let hash = CHAIN_BEGIN;
  let after = 0;
  for (;;) {
    const page = await movesAfter(database, after, PAGE);
    for (const move of page) {
      hash = chainHash(hash, move);
      after = move.sequence;
    }
    if (page.length < PAGE) return hash;
  }
}

function labelled(database: CatalogDatabase) {
  return database
    .selectFrom("move")
    .innerJoin("version", "version.id", "move.version_id")
    .innerJoin("line", "line.id", "move.line_id")
    .selectAll("move")
    .select(["version.label", "version.content_digest", "line.namespace", "line.name"]);
}

/** A row of `move` with what its hash covers of its version and line. */
export type LabelledRow = Selectable<MoveTable> & {
  readonly label: string;
  readonly content_digest: string;
  readonly namespace: string;
  readonly name: string;
};

function fromRow(row: LabelledRow): ChainedMove {
  return { ...toMoveRecord(row), hash: row.hash };
}

/** The move of a row, without its hash. */
export function toMoveRecord(row: LabelledRow): MoveRecord {
  return {
    sequence: row.sequence,
    at: fromMicros(row.at),
    lineId: row.line_id,
    versionId: row.version_id,
    line: lineName(row.namespace, row.name),
    label: row.label,
    contentDigest: row.content_digest,
    action: row.action,
    from: row.from_status,
    to: row.to_status,
    reason: row.reason,
    actor: row.actor,
    gates: row.gates,
    gatesSkipped: row.gates_skipped === 1,
    requestId: row.request_id,
  };
}

function toRow(move: MoveRecord, hash: string): Insertable<MoveTable> {
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
    gates: move.gates,
    gates_skipped: toFlag(move.gatesSkipped),
    request_id: move.requestId,
    hash,
  };
}
