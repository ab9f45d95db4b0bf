// One daemon per state directory: a lock that the kernel releases when its holder dies, however it dies.

import { join } from "node:path";
import { failpointNow } from "../failpoint.ts";
import { prepareStateDirectory, StateDirectoryError } from "./state-directory.ts";
import { openSqliteConnection, sqliteCodeOf, type SqliteConnection } from "./sqlite-connection.ts";

/** How long a second daemon waits before it gives up: long enough for the first one's few writes to the lock file. */
const PATIENCE_MS = 250;

/** Turns in which two daemons that start at once may overtake each other before one of them gives up. */
const TURNS = 20;

/** Another daemon uses the state directory; the message names its process and says what to do. */
export class StateLockedError extends Error {
  /** The process that holds the lock; undefined when it had not written its number yet. */
  readonly pid: number | undefined;
  constructor(directory: string, pid: number | undefined) {
    const holder = pid === undefined ? "another model-managerd" : `model-managerd with process id ${pid}`;
    super(
      `the state directory ${directory} is in use by ${holder}; ` +
        "stop that daemon, or give this one its own directory with --state-dir or MODEL_MANAGER_STATE_DIR",
    );
    this.name = "StateLockedError";
    this.pid = pid;
  }
}

/**
 * Makes the directory if need be and takes its lock, `daemon.lock`, until disposed or until the process ends.
 * Throws StateLockedError while another daemon holds it, StateDirectoryError when the directory cannot be used.
 *
 * The lock is a transaction of a small SQLite file that stays open. It takes the write lock (`begin immediate`) and not the exclusive one,
 * which would keep others from reading who holds it. Such locks end when the process closes any handle on the file, so nothing else in the
 * daemon may open it, a backup of the state directory included.
 */
export function lockStateDirectory(directory: string): AsyncDisposable {
  prepareStateDirectory(directory);
  const file = join(directory, "daemon.lock");
  const connection = openLockFile(file);
  try {
    takeLock(connection, directory);
    FAILPOINT: failpointNow("lock.taken");
  } catch (error) {
    connection.close();
    throw explained(error, file);
  }
  return {
    [Symbol.asyncDispose]() {
      connection.close();
      return Promise.resolve();
    },
  };
}

function openLockFile(file: string): SqliteConnection {
  try {
    return openSqliteConnection({ file, busyTimeoutMs: PATIENCE_MS });
  } catch (error) {
    throw explained(error, file);
  }
}

/** Writes our number and keeps the lock. The number must be committed to be read by others, so the lock is let go once and taken again. */
function takeLock(connection: SqliteConnection, directory: string): void {
  for (let turn = 0; turn < TURNS; turn++) {
    beginOrRefuse(connection, directory);
    connection.all("create table if not exists holder (one integer primary key check (one = 1), pid integer not null) strict");
    if (holderOf(connection) === process.pid) return;
    connection.all("insert into holder (one, pid) values (1, ?) on conflict (one) do update set pid = excluded.pid", process.pid);
    connection.all("commit");
  }
  throw new StateLockedError(directory, holderOf(connection));
}

function beginOrRefuse(connection: SqliteConnection, directory: string): void {
  try {
    connection.all("begin immediate");
  } catch (error) {
    if (sqliteCodeOf(error)?.startsWith("SQLITE_BUSY") !== true) throw error;
    throw new StateLockedError(directory, readHolder(connection));
  }
}

/** Who holds the lock, as far as can be read. */
function readHolder(connection: SqliteConnection): number | undefined {
  try {
    return holderOf(connection);
  } catch (error) {
    if (sqliteCodeOf(error) === undefined) throw error;
    // No table yet, or written this instant: the refusal stands all the same, without a number.
    return undefined;
  }
}

function holderOf(connection: SqliteConnection): number | undefined {
  const row = connection.all("select pid from holder")[0];
  return typeof row === "object" && row !== null && "pid" in row && typeof row.pid === "number" ? row.pid : undefined;
}

function explained(error: unknown, file: string): unknown {
  const code = sqliteCodeOf(error);
  if (code === undefined) return error;
  if (code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT")) {
    return new StateDirectoryError(
      `${file} is damaged or not a lock file; make sure that no daemon runs on this directory, then delete it`,
      { cause: error },
    );
  }
  return new StateDirectoryError(`the lock file ${file} cannot be used (${String(error)}); check that this user may write there`, {
    cause: error,
  });
}
