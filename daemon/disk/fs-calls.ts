// The few file system calls of a listing, so that a test can make them fail, and their errors in words.

import { opendirSync, readdirSync, statfsSync, statSync, type BigIntStats, type Dirent, type Stats } from "node:fs";

/** What listing a directory needs. Synchronous: it runs in a thread of its own, where this is four times as fast. */
export interface FsCalls {
  entries(path: string): Dirent[];
  rawEntries(path: string): Dirent<Buffer>[];
  /** True for a directory without entries; reads no more of it than that takes. Throws when it cannot be read. */
  isEmpty(path: string): boolean;
  /** Follows symbolic links; undefined when there is nothing. */
  stat(path: string): BigIntStats | undefined;
  /** The same with numbers that may be rounded, in two thirds of the time. */
  roundedStat(path: string): Stats | undefined;
  /** The kernel's number of the kind of file system. Throws when there is nothing. */
  fileSystemType(path: string): number;
}

/** The real file system. */
export const REAL_FS: FsCalls = {
  entries: (path) => readdirSync(path, { withFileTypes: true }),
  rawEntries: (path) => readdirSync(path, { withFileTypes: true, encoding: "buffer" }),
  isEmpty: (path) => {
    const directory = opendirSync(path);
    try {
      return directory.readSync() === null;
    } finally {
      directory.closeSync();
    }
  },
  stat: (path) => statSync(path, { bigint: true, throwIfNoEntry: false }),
  roundedStat: (path) => statSync(path, { throwIfNoEntry: false }),
  fileSystemType: (path) => statfsSync(path).type,
};

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it is missing",
  ENOTDIR: "it is not a directory",
  ELOOP: "its symbolic links form a loop",
  ENAMETOOLONG: "its path is too long",
  EIO: "the disk reports an input/output error",
  ESTALE: "the network file system has lost it",
  ETIMEDOUT: "the network file system does not answer",
  EMFILE: "the daemon has too many open files",
  ENFILE: "the system has too many open files",
};

/** The system's code of an error; "" when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Why a call failed, without naming a path. */
export function failureReason(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code] ?? (code === "" ? "unknown error" : `error ${code}`);
}

/** True when the thing is not there (any more). */
export function isAbsence(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
