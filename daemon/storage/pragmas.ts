// The settings of a SQLite connection, each with its reason.

import type { SqliteConnection } from "./sqlite-connection.ts";

/** The settings we make; a closed list, so that a misspelt one does not compile. */
interface Pragmas {
  /** Readers never wait for the writer, and a commit is one sync. */
  readonly journal_mode?: "wal";
  /** FULL syncs the log at every commit: an acknowledged move survives a power cut. The library's default for WAL (NORMAL) does not. */
  readonly synchronous?: "full";
  /** macOS only: its plain fsync leaves data in the drive's cache. */
  readonly fullfsync?: "on";
  readonly checkpoint_fullfsync?: "on";
  readonly foreign_keys?: "on";
  /** Else "insert or replace", typed by somebody in a shell, would delete history without the triggers noticing. */
  readonly recursive_triggers?: "on";
  /** Functions in the schema of a file that somebody else prepared don't run. */
  readonly trusted_schema?: "off";
  /** A damaged page is reported when it is read instead of being believed. */
  readonly cell_size_check?: "on";
  /** No memory map: an I/O error in one kills the process instead of failing the query. */
  readonly mmap_size?: 0;
  /** Negative: KiB of page cache. */
  readonly cache_size?: number;
  readonly temp_store?: "memory";
  /** Pages in the log at which a commit copies it into the file itself. Far off: checkpointer.ts does that between commits. */
  readonly wal_autocheckpoint?: number;
  /** Bytes of log that stay on disk after a burst. */
  readonly journal_size_limit?: number;
  readonly query_only?: "on";
}

/** For the one connection that writes. */
export const WRITER_PRAGMAS: Pragmas = {
  journal_mode: "wal",
  synchronous: "full",
  fullfsync: "on",
  checkpoint_fullfsync: "on",
  foreign_keys: "on",
  recursive_triggers: "on",
  trusted_schema: "off",
  cell_size_check: "on",
  mmap_size: 0,
  cache_size: -16_384,
  temp_store: "memory",
  wal_autocheckpoint: 16_000,
  journal_size_limit: 16_777_216,
};

/** For the connection that only reads. */
export const READER_PRAGMAS: Pragmas = {
  query_only: "on",
  trusted_schema: "off",
  cell_size_check: "on",
  mmap_size: 0,
  cache_size: -16_384,
  temp_store: "memory",
};

/** How long a statement waits for a lock that a shell or a copying tool holds. Short: the main thread waits with it. */
export const BUSY_TIMEOUT_MS = 1_000;

/** Applies the settings in the order of the table. Throws when SQLite refuses one or the file system cannot do WAL. */
export function applyPragmas(connection: SqliteConnection, pragmas: Pragmas): void {
  for (const [name, value] of Object.entries(pragmas)) {
    const rows = connection.all(`pragma ${name} = ${value}`);
    if (name === "journal_mode" && !isModeRow(rows[0], String(value))) {
      throw new Error(
        `${connection.file}: the file system cannot keep SQLite's write-ahead log (is it a network share?); put the state directory on a local disk`,
      );
    }
  }
}

function isModeRow(row: unknown, mode: string): boolean {
  return typeof row === "object" && row !== null && "journal_mode" in row && row.journal_mode === mode;
}
