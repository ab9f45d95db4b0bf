// What went wrong in the store, sorted by what can be done about it.

import { sqliteCodeOf } from "./sqlite-connection.ts";

/**
 * full: the disk is full; nothing was written, and it works again once there is room.
 * io: reading, writing or syncing failed; what is on disk is only known after a restart.
 * constraint: the change breaks a rule of the schema.
 * other: everything else (a lock held by another program, a damaged file, a bug).
 */
export type StorageFaultKind = "full" | "io" | "constraint" | "other";

/** A change or a query that the store could not carry out; the cause is the database's own error. */
export class StorageFault extends Error {
  readonly kind: StorageFaultKind;
  /** The database's code, such as `SQLITE_IOERR_FSYNC`; empty when the fault is not the database's. */
  readonly code: string;
  constructor(kind: StorageFaultKind, message: string, options?: { readonly cause?: unknown; readonly code?: string }) {
    super(message, options);
    this.name = "StorageFault";
    this.kind = kind;
    this.code = options?.code ?? "";
  }
}

const KINDS: readonly (readonly [prefix: string, kind: StorageFaultKind])[] = [
  ["SQLITE_FULL", "full"],
  ["SQLITE_IOERR", "io"],
  ["SQLITE_CANTOPEN", "io"],
  ["SQLITE_READONLY", "io"],
  ["SQLITE_CONSTRAINT", "constraint"],
];

const MESSAGES: Readonly<Record<StorageFaultKind, string>> = {
  full: "the catalog cannot be written: the disk is full; free some space",
  io: "the catalog cannot be read or written: the disk reports an error; check it, then restart the daemon",
  constraint: "the catalog refused a change that breaks one of its rules",
  other: "the catalog could not do what was asked",
};

/** The fault of an error, which stays as its cause; a StorageFault comes back as it is. */
export function toStorageFault(error: unknown): StorageFault {
  if (error instanceof StorageFault) return error;
  const code = sqliteCodeOf(error) ?? "";
  const kind = KINDS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "other";
  const detail = error instanceof Error ? error.message : String(error);
  return new StorageFault(kind, `${MESSAGES[kind]} (${detail})`, { cause: error, code });
}
