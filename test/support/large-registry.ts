// A catalog of a million registered versions, written straight into its file: rows as the daemon writes them, without its bytes.

import { Kysely } from "kysely";
import { openCatalogStore } from "../../daemon/storage/catalog-store.ts";
import { openCatalogWriter } from "../../daemon/storage/catalog-writer.ts";
import { insertMoves } from "../../daemon/storage/move-table.ts";
import type { CatalogTables } from "../../daemon/storage/schema.ts";
import { openSqliteConnection, type SqliteConnection } from "../../daemon/storage/sqlite-connection.ts";
import type { Log, MoveRecord } from "../../daemon/app/ports.ts";

/** How large. Every fourth version of a line goes live; a client reports it twice. */
export interface RegistrySize {
  readonly lines: number;
  readonly versionsPerLine: number;
}

/** The time of event 0; events are a millisecond apart. */
export const BEGIN_MICROS = 1_735_689_600_000_000;
const STEP_MICROS = 1_000;
/** Every so many versions of a line one goes live, with five events in all: registered, the other replaced, live, and two reports. */
const LIVE_EVERY = 4;
const EVENTS_OF_LIVE = 5;
const MOVES_AT_ONCE = 5_000;
const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Name of a line by its number, from 1. */
export function largeLine(line: number): string {
  return `${namespaceOf(line)}/line_${String(line).padStart(6, "0")}`;
}

/** The number of events in the catalog. */
export function eventCount({ lines, versionsPerLine }: RegistrySize): number {
  return eventsBefore(lines, versionsPerLine + 1);
}

function namespaceOf(line: number): string {
  return ["registry", "strategy", "tech"][line % 3] ?? "registry";
}

/** Events of all versions with a smaller number on their lines. */
function eventsBefore(lines: number, number: number): number {
  return lines * (number - 1 + (EVENTS_OF_LIVE - 1) * Math.floor((number - 1) / LIVE_EVERY));
}

/** Writes the catalog into `file`, which is not there yet. */
export async function writeLargeRegistry(file: string, size: RegistrySize): Promise<void> {
  await (await openCatalogStore({ file, log: SILENT, startWriter: openCatalogWriter }))[Symbol.asyncDispose]();
  using connection = openSqliteConnection({ file, busyTimeoutMs: 0 });
  for (const pragma of ["synchronous = off", "foreign_keys = off", "cache_size = -400000", "journal_mode = delete", "journal_mode = off"])
    connection.all(`pragma ${pragma}`);
  connection.all("begin");
  for (const statement of rowsOf(size)) connection.all(statement);
  connection.all("commit");
  await writeMoves(connection, size);
  // As it is after a daemon has run on it for a while.
  connection.all("pragma journal_mode = wal");
}

/** Statements that make the rows; the counter is in SQL, where a row costs a microsecond. */
function rowsOf({ lines, versionsPerLine }: RegistrySize): readonly string[] {
  const total = lines * versionsPerLine;
  const lastLive = versionsPerLine - (versionsPerLine % LIVE_EVERY);
  const count = (most: number): string =>
    `with recursive counted(i) as (select 0 union all select i + 1 from counted where i + 1 < ${most})`;
  const before = `(${lines} * (n - 1 + ${EVENTS_OF_LIVE - 1} * ((n - 1) / ${LIVE_EVERY})))`;
  const sequence = `${before} + (line - 1) * iif(n % ${LIVE_EVERY} = 0, ${EVENTS_OF_LIVE}, 1) + 1`;
  const versions = `${count(total)}, each(i, line, n) as (select i, i % ${lines} + 1, i / ${lines} + 1 from counted),
    made(id, line, n, sequence) as (select i + 1, line, n, ${sequence} from each)`;
  const lineOf = `(select namespace from line where line.id = made.line), (select name from line where line.id = made.line)`;
  const at = (offset: number): string => `${BEGIN_MICROS} + (sequence + ${offset}) * ${STEP_MICROS}`;
  const event = (offset: number, kind: string, version: string, previous: string, reason: string): string =>
    `${versions} insert into event select sequence + ${offset}, ${at(offset)}, '${kind}', ${lineOf}, ${version}, ${previous}, ${reason}, 'cli:root(0)' from made`;
  const live = `where n % ${LIVE_EVERY} = 0`;
  const digest = "printf('%064x', id)";
  const label = "'v1.0.' || n";
  return [
    `${count(lines)} insert into line select i + 1, ${namespaceSql("i + 1")}, printf('line_%06d', i + 1), 'gated', 0, ${versionsPerLine + 1},
      null, null, 0, 0, 'promoted', '', '', 0, 0 from counted`,
    `${versions} insert into version select id, line, ${label}, n,
      case when n = ${lastLive} then 'production' when n % ${LIVE_EVERY} = 0 then 'archived' else 'staged' end,
      ${at(0)}, 'registered', 'cli:root(0)', ${at(0)}, ${digest}, ${digest}, 20000, 1, 1, '', '', 30, 30, null, null, 'absent', '[]' from made`,
    `${versions} insert into version_description select id, '{"symbol":"","factors":["mom_12","vol_24"],"dim_factors":[],"curves":[]}' from made`,
    `${versions} insert into version_file select id, 0, 'model_file', 'model.json', 20000, '0', ${digest} from made`,
    `${versions} insert into registration select id, printf('id-%032x', id), 'xgboost json', 'trainer', '/models/' || id || '/model.json', ${digest},
      '{"model_id":"id","metrics":{"ic":0.03,"max_drawdown":0.1,"sharpe":1.1}}', ${digest}, 'snap-1', '', '{"crsp":"v1"}',
      '{"ic":0.03,"max_drawdown":0.1,"sharpe":1.1}', '{}', '', '', '' from made`,
    ...["ic", "max_drawdown", "sharpe"].map(
      (name, index) =>
        // Spread over the line without any order; every tenth version lacks the last of them.
        `${versions} insert into metric select id, line, '${name}', ((id * 2654435761 + ${index}) % 100003) / 100003.0 from made where ${index < 2} or n % 10 <> 0`,
    ),
    event(0, "version_registered", label, "''", "'registered'"),
    `${event(1, "version_moved", `'v1.0.' || (n - ${LIVE_EVERY})`, "''", "'replaced'")} ${live}`,
    `${event(2, "version_live", label, `'v1.0.' || (n - ${LIVE_EVERY})`, "'promoted'")} ${live}`,
    `${event(3, "client_loaded", label, "''", "'hft-1'")} ${live}`,
    `${event(4, "client_loaded", label, "''", "'hft-2'")} ${live}`,
    `update line set live_version_id = (${lastLive} - 1) * ${lines} + id, last_live_version_id = (${lastLive} - 1) * ${lines} + id,
      live_sequence = ${eventsBefore(lines, lastLive)} + (id - 1) * ${EVENTS_OF_LIVE} + 3,
      live_since = ${BEGIN_MICROS} + (${eventsBefore(lines, lastLive)} + (id - 1) * ${EVENTS_OF_LIVE} + 3) * ${STEP_MICROS}`,
    ...["hft-1", "hft-2"].map(
      (
        client,
        index,
      ) => `insert into loaded_version select '${client}', id, 'v1.0.${lastLive}', '', live_since + ${(index + 1) * STEP_MICROS},
        live_sequence + ${index + 1} from line`,
    ),
  ];
}

function namespaceSql(line: string): string {
  return `case (${line}) % 3 when 0 then 'registry' when 1 then 'strategy' else 'tech' end`;
}

/** Every move with its hash, in the order of the events. */
async function writeMoves(connection: SqliteConnection, size: RegistrySize): Promise<void> {
  const database = new Kysely<CatalogTables>({ dialect: connection.dialect() });
  let waiting: MoveRecord[] = [];
  const flush = async (): Promise<void> => {
    await database.transaction().execute((transaction) => insertMoves(transaction, waiting));
    waiting = [];
  };
  for (let number = 1; number <= size.versionsPerLine; number++) {
    for (let line = 1; line <= size.lines; line++) waiting.push(...movesOf(size, line, number));
    if (waiting.length >= MOVES_AT_ONCE || number === size.versionsPerLine) await flush();
  }
}

function movesOf({ lines }: RegistrySize, line: number, number: number): readonly MoveRecord[] {
  const goesLive = number % LIVE_EVERY === 0;
  const sequence = eventsBefore(lines, number) + (line - 1) * (goesLive ? EVENTS_OF_LIVE : 1) + 1;
  const move = (offset: number, of: number, facts: Pick<MoveRecord, "action" | "from" | "to" | "reason">): MoveRecord => {
    const versionId = (of - 1) * lines + line;
    return {
      sequence: sequence + offset,
      at: BigInt(BEGIN_MICROS + (sequence + offset) * STEP_MICROS),
      ...{ lineId: line, versionId, line: largeLine(line), label: `v1.0.${of}` },
      contentDigest: versionId.toString(16).padStart(64, "0"),
      ...facts,
      ...{ actor: "cli:root(0)", gates: "", gatesSkipped: false, requestId: "" },
    };
  };
  const registered = move(0, number, { action: "registered", from: "none", to: "staged", reason: "registered" });
  if (!goesLive) return [registered];
  const live = move(2, number, { action: "promoted", from: "staged", to: "production", reason: "promoted" });
  if (number === LIVE_EVERY) return [registered, live];
  const replaced = move(1, number - LIVE_EVERY, { action: "replaced", from: "production", to: "archived", reason: "replaced" });
  return [registered, replaced, live];
}
