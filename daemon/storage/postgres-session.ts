// What a connection must be before it may write the catalog: a server that will do, durable commits, and the lock that only one daemon has.

import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../app/ports.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { SchemaError } from "./migrate.ts";
import { StorageFault } from "./storage-fault.ts";

/** PostgreSQL 14 is the oldest that its makers still mend. */
const OLDEST_SERVER = 140_000;

/** The number of the advisory lock: "catalog" in ASCII. Such locks belong to one database of the server. */
const LOCK = 0x63_61_74_61_6c_6f_67n;

/** How long a held lock is asked for again: a daemon that was just ended may still be on its way out. */
const LOCK_PATIENCE_MS = 2_000;
const LOCK_PAUSE_MS = 50;

/** For statements of setting up. */
const LIMIT_MS = 10_000;

/** Who this process is to others who look at the database: host, process, and a number of its own. */
export function sessionName(): string {
  const host = hostname()
    .replaceAll(/[^\w.-]/g, "_")
    .slice(0, 30);
  return `model-managerd ${host}/${process.pid}/${randomBytes(4).toString("hex")}`;
}

/** Settings of the session, which end with it. `place` is how messages name the database. */
const SETTINGS = `
select
  set_config('application_name', $1, false),
  set_config('statement_timeout', '0', false),
  set_config('idle_in_transaction_session_timeout', '0', false),
  set_config('idle_session_timeout', '0', false),
  set_config('tcp_keepalives_idle', '10', false),
  set_config('tcp_keepalives_interval', '5', false),
  set_config('tcp_keepalives_count', '3', false),
  set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false),
  cast(current_setting('server_version_num') as integer) as version,
  current_setting('server_encoding') as encoding,
  current_setting('fsync') as fsync,
  current_schema() as schema,
  case when pg_is_in_recovery() then 1 else 0 end as standby`;

/** Makes the session ours. Rejects with StorageFault when this server can never hold the catalog, as it is. */
export async function setUpSession(connection: PostgresConnection, name: string, place: string, log: Log): Promise<void> {
  const { rows } = await connection.query("select cast(current_setting('server_version_num') as integer) as version", [], LIMIT_MS);
  const version = Number(valueOf(rows[0], "version"));
  if (version < OLDEST_SERVER) {
    throw new StorageFault(
      "other",
      `${place} is PostgreSQL ${Math.floor(version / 10_000)}; the catalog needs ${OLDEST_SERVER / 10_000} or newer`,
    );
  }
  const [row] = (await connection.query(SETTINGS, [name], LIMIT_MS)).rows;
  const encoding = valueOf(row, "encoding");
  if (encoding !== "UTF8")
    throw new StorageFault("other", `${place} keeps texts as ${String(encoding)}; make a database with encoding UTF8`);
  if (valueOf(row, "schema") === null)
    throw new StorageFault("other", `${place} has no schema that this user may use; check its search_path`);
  if (valueOf(row, "standby") === 1) throw new StorageFault("away", `${place} is a standby, which only reads; name its primary`);
  if (valueOf(row, "fsync") === "off")
    log.warn({ database: place }, "the database does not sync what it writes (fsync is off): a power cut there can lose the catalog");
}

/** Rejects with SchemaError when the database has tables of another program, and none of ours. */
export async function assertOurs(connection: PostgresConnection, place: string): Promise<void> {
  const statement = "select table_name from information_schema.tables where table_schema = current_schema() order by table_name";
  const { rows } = await connection.query(statement, [], LIMIT_MS);
  const names = rows.map((row) => valueOf(row, "table_name"));
  if (names.length === 0 || names.includes("schema_migration")) return;
  throw new SchemaError(
    `${place} is the database of another program (it has a table ${JSON.stringify(names[0])} and no migrations of ours); ` +
      "it was left as it is; name another database",
  );
}

/**
 * Takes the lock, which this session keeps until it ends, and returns undefined; or who holds it. A session that this process has lost and the
 * server has not noticed yet (its name is `name`, too) is ended first.
 */
export async function takeLock(connection: PostgresConnection, name: string): Promise<string | undefined> {
  const giveUpAt = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const { rows } = await connection.query("select case when pg_try_advisory_lock($1) then 1 else 0 end as taken", [LOCK], LIMIT_MS);
    if (valueOf(rows[0], "taken") === 1) return undefined;
    const holder = await holderOf(connection);
    if (holder?.name === name) await connection.query("select pg_terminate_backend($1)", [holder.pid], LIMIT_MS);
    if (performance.now() >= giveUpAt) {
      if (holder?.name !== name) return inWords(holder?.name ?? "");
      throw new StorageFault("away", "the session that this daemon has lost has not ended yet");
    }
    await sleep(LOCK_PAUSE_MS);
  }
}

const HOLDER = `
select held.pid as pid, coalesce(session.application_name, '') as name
from pg_locks held join pg_stat_activity session on session.pid = held.pid
where held.locktype = 'advisory' and held.granted and held.objsubid = 1
  and held.database = (select oid from pg_database where datname = current_database())
  and ((cast(held.classid as bigint) << 32) | cast(held.objid as bigint)) = $1
limit 1`;

async function holderOf(connection: PostgresConnection): Promise<{ readonly pid: number; readonly name: string } | undefined> {
  const [row] = (await connection.query(HOLDER, [LOCK], LIMIT_MS)).rows;
  return row === undefined ? undefined : { pid: Number(valueOf(row, "pid")), name: String(valueOf(row, "name")) };
}

function inWords(name: string): string {
  const [, host, pid] = /^model-managerd (\S+)\/(\d+)\/\w+$/.exec(name) ?? [];
  return host === undefined ? "another model-managerd" : `model-managerd with process id ${pid} on ${host}`;
}

/** The value of a row's column; undefined without one. */
export function valueOf(row: unknown, column: string): unknown {
  const value: unknown = typeof row === "object" && row !== null ? Reflect.get(row, column) : undefined;
  return value;
}
