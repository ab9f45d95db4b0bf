// Opens the catalog's SQLite file and makes sure that it is ours, whole, and readable by this program.

import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Log } from "../app/ports.ts";
import { applyPragmas, BUSY_TIMEOUT_MS, READER_PRAGMAS, WRITER_PRAGMAS } from "./pragmas.ts";
import { SchemaError } from "./migrate.ts";
import { openSqliteConnection, sqliteCodeOf, type SqliteConnection } from "./sqlite-connection.ts";
import { StorageFault, toStorageFault } from "./storage-fault.ts";

/** Versions before this one can damage a database in WAL mode when the log is reset (fixed in 3.51.3). */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** Above this size the check at the start is left out unless it is asked for: it reads the whole file. */
const CHECKED_BYTES = 64 * 1024 * 1024;

/** How to open the file. */
export interface CatalogFileOptions {
  readonly file: string;
  readonly log: Log;
  /** Check the whole file first. Default: when it is small enough for the check not to delay the start. */
  readonly integrityCheck?: boolean;
  /** Told at once when what was written may not be on the disk. The process should end then; no change is written any more. */
  readonly onNotDurable?: ((fault: StorageFault) => void) | undefined;
}

/** Opens the connection that writes. Throws StorageFault or SchemaError, whose message names the file and says what to do. */
export function openWriter(options: CatalogFileOptions): SqliteConnection {
  const { file } = options;
  if (!existsSync(dirname(file)))
    throw new StorageFault("io", `the catalog ${file} cannot be opened: there is no directory ${dirname(file)}; make it first`);
  const writer = opening(file, () => openSqliteConnection({ file, busyTimeoutMs: BUSY_TIMEOUT_MS }));
  try {
    opening(file, () => {
      assertSqliteVersion(sqliteVersionOf(writer));
      assertOurs(writer);
      applyPragmas(writer, WRITER_PRAGMAS);
      checkIntegrity(writer, options);
    });
    return writer;
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** Opens the connection that only reads; the file must be there. */
export function openReader(file: string): SqliteConnection {
  const reader = opening(file, () => openSqliteConnection({ file, readonly: true, busyTimeoutMs: BUSY_TIMEOUT_MS }));
  try {
    opening(file, () => applyPragmas(reader, READER_PRAGMAS));
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** Throws StorageFault when the linked SQLite (such as `3.51.2`) is too old to be trusted with a write-ahead log. */
export function assertSqliteVersion(version: string): void {
  const parts = version.split(".").map(Number);
  for (const [index, oldest] of OLDEST_SQLITE.entries()) {
    const part = parts[index] ?? 0;
    if (part > oldest) return;
    if (part < oldest) {
      throw new StorageFault(
        "other",
        `this better-sqlite3 is built with SQLite ${version}, which can damage the catalog (a fault fixed in ${OLDEST_SQLITE.join(".")}); install the packages again with npm ci`,
      );
    }
  }
}

function sqliteVersionOf(connection: SqliteConnection): string {
  return textOf(connection.all("select sqlite_version() as value")[0], "value");
}

/** An SQLite file that has tables but none of our migrations belongs to another program. */
function assertOurs(connection: SqliteConnection): void {
  const names = connection
    .all("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    .map((row) => textOf(row, "name"));
  if (names.length === 0 || names.includes("schema_migration")) return;
  throw new SchemaError(
    `${connection.file} is the database of another program (it has a table ${JSON.stringify(names[0])} and no migrations of ours); ` +
      "it was left as it is; name another state directory or database",
  );
}

function checkIntegrity(connection: SqliteConnection, options: CatalogFileOptions): void {
  const bytes = statSync(connection.file).size;
  if (options.integrityCheck === false) return;
  if (options.integrityCheck === undefined && bytes > CHECKED_BYTES) {
    options.log.info({ bytes }, "catalog is large; its integrity check at the start was left out");
    return;
  }
  const findings = connection.all("pragma quick_check(3)").map((row) => textOf(row, "quick_check"));
  if (findings.length === 1 && findings[0] === "ok") return;
  throw new StorageFault("other", damagedMessage(connection.file, findings.join("; ")));
}

function damagedMessage(file: string, finding: string): string {
  return (
    `the catalog ${file} is damaged (${finding}); restore it from a backup, or move it away together with its -wal and -shm files: ` +
    "the daemon then starts a new catalog from the registered directories, without the old history"
  );
}

/** Runs a step of opening; SQLite's errors come out with the file's name and what to do. */
function opening<T>(file: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const code = sqliteCodeOf(error) ?? "";
    if (code.startsWith("SQLITE_NOTADB")) {
      throw new StorageFault("other", `${file} is not an SQLite database; name another state directory or database`, {
        cause: error,
        code,
      });
    }
    if (code.startsWith("SQLITE_CORRUPT"))
      throw new StorageFault("other", damagedMessage(file, "its pages cannot be read"), { cause: error, code });
    if (code.startsWith("SQLITE_CANTOPEN")) {
      throw new StorageFault(
        "io",
        `the catalog ${file} cannot be opened; check that its directory exists and that this user may write there`,
        {
          cause: error,
          code,
        },
      );
    }
    if (code !== "")
      throw new StorageFault(toStorageFault(error).kind, `the catalog ${file} cannot be opened: ${String(error)}`, { cause: error, code });
    throw error;
  }
}

function textOf(row: unknown, column: string): string {
  const value: unknown = typeof row === "object" && row !== null ? Reflect.get(row, column) : undefined;
  return typeof value === "string" ? value : String(value);
}
