// What went wrong in the store, sorted by what can be done about it.

import { ConnectionLost } from "./connection-lost.ts";
import { sqliteCodeOf } from "./sqlite-connection.ts";

/**
 * full: the disk is full; nothing was written, and it works again once there is room.
 * io: reading or writing failed; nothing was changed.
 * not_durable: a sync failed or the writer is gone; what is on disk is only known after a restart, so the process should end.
 * constraint: the change breaks a rule of the schema.
 * away: the database does not answer, or takes nothing now; nothing was changed.
 * read_only: another daemon has the database; nothing was changed, and nothing will be before a person has acted.
 * in_doubt: the connection ended in the moment of the commit; `settled` says one day whether it was done.
 * other: everything else (a lock held by another program, a damaged file, a bug).
 */
export type StorageFaultKind = "full" | "io" | "not_durable" | "constraint" | "away" | "read_only" | "in_doubt" | "other";

/** A change or a query that the store could not carry out; the cause is the database's own error. */
export class StorageFault extends Error {
  readonly kind: StorageFaultKind;
  /** The database's code, such as `SQLITE_IOERR_FSYNC`; empty when the fault is not the database's. */
  readonly code: string;
  /** Only of a fault "in_doubt": resolves with whether the change was done, once that is known. */
  declare readonly settled?: Promise<boolean>;
  constructor(
    kind: StorageFaultKind,
    message: string,
    options?: { readonly cause?: unknown; readonly code?: string; readonly settled?: Promise<boolean> },
  ) {
    super(message, options);
    this.name = "StorageFault";
    this.kind = kind;
    this.code = options?.code ?? "";
    if (options?.settled !== undefined) this.settled = options.settled;
  }
}

const KINDS: readonly (readonly [prefix: string, kind: StorageFaultKind])[] = [
  ["SQLITE_FULL", "full"],
  // The kernel may have dropped the pages that it could not write, and calls them clean: a second sync would prove nothing.
  ["SQLITE_IOERR_FSYNC", "not_durable"],
  ["SQLITE_IOERR_DIR_FSYNC", "not_durable"],
  ["SQLITE_IOERR", "io"],
  // SQLite calls a read that the disk refuses with EIO a damaged image, too (SQLITE_IOERR_CORRUPTFS).
  ["SQLITE_CORRUPT", "io"],
  ["SQLITE_CANTOPEN", "io"],
  ["SQLITE_READONLY", "io"],
  ["SQLITE_CONSTRAINT", "constraint"],
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EIO", "io"],
  // SQLSTATEs of PostgreSQL: classes of two characters, and single ones.
  ["23", "constraint"],
  ["P0001", "constraint"],
  ["53100", "full"],
  ["53", "away"],
  ["57", "away"],
  ["55", "away"],
  ["40", "away"],
  ["08", "away"],
  ["28", "away"],
  ["3D", "away"],
  ["25006", "away"],
  ["58", "io"],
  ["XX001", "io"],
  ["XX002", "io"],
];

const MESSAGES: Readonly<Record<StorageFaultKind, string>> = {
  full: "the catalog cannot be written: the disk is full; free some space",
  io: "the catalog cannot be read or written: the disk reports an error; check it, then try again",
  not_durable: "the disk did not keep what was written to the catalog; the daemon must end and recover at its next start",
  constraint: "the catalog refused a change that breaks one of its rules",
  away: "the database of the catalog does not take or answer anything now",
  read_only: "another daemon has the database of the catalog",
  in_doubt: "nobody knows yet whether the database has done it",
  other: "the catalog could not do what was asked",
};

/** The fault of an error, which stays as its cause; a StorageFault comes back as it is. */
export function toStorageFault(error: unknown): StorageFault {
  if (error instanceof StorageFault) return error;
  const code = sqliteCodeOf(error) ?? systemCodeOf(error);
  if (error instanceof ConnectionLost) {
    return new StorageFault("away", `${MESSAGES.away} (${error.message})`, { cause: error, code });
  }
  const kind = KINDS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "other";
  const detail = error instanceof Error ? error.message : String(error);
  return new StorageFault(kind, `${MESSAGES[kind]} (${detail})`, { cause: error, code });
}

function systemCodeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
