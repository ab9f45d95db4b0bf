// Reads one file whole and says whether it was still the file that the observer had listed.

import { closeSync, constants, fstatSync, openSync, readSync, statSync, type BigIntStats } from "node:fs";
import { hash } from "node:crypto";

/** The bytes with their digest; `fault` when they cannot be had; `changed` when the file is not the listed one any more. */
export type FileReading =
  | { readonly outcome: "read"; readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }
  | { readonly outcome: "fault"; readonly reason: string }
  | { readonly outcome: "changed" };

/** A FIFO must not block the thread; a symbolic link counts as the file it leads to. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ESTALE"]);
/** Faults of the process, not of the file. */
const OURS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM"]);
const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

const CHANGED: FileReading = { outcome: "changed" };

/** `ino:size:mtimeNs:ctimeNs`, as the observer writes it. */
export function stampText(stat: BigIntStats): string {
  return `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/** True while `path` is still the file with this stamp. */
export function isUnchanged(path: string, stamp: string): boolean {
  try {
    return stampText(statSync(path, { bigint: true })) === stamp;
  } catch {
    return false;
  }
}

/** The code of a file system error; throws anything else on. */
function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string" && !OURS.has(error.code)) return error.code;
  throw error;
}

function faultOf(error: unknown): FileReading {
  const code = codeOf(error);
  if (GONE.has(code)) return CHANGED;
  return { outcome: "fault", reason: DENIED.has(code) ? `the daemon may not read it (${code})` : `it cannot be read (${code})` };
}

/** Reads a file of at most `maxBytes`. With `stamp`, a file that differs from it is `changed`. Throws only when the process lacks means. */
export function readWholeFile(path: string, maxBytes: number, stamp: string | undefined): FileReading {
  let file: number;
  try {
    file = openSync(path, FLAGS);
  } catch (error) {
    return faultOf(error);
  }
  try {
    const stat = fstatSync(file, { bigint: true });
    if (!stat.isFile()) return { outcome: "fault", reason: "it is no regular file" };
    if (stamp !== undefined && stampText(stat) !== stamp) return CHANGED;
    if (stat.size > BigInt(maxBytes))
      return { outcome: "fault", reason: `it has ${stat.size} bytes, more than the ${maxBytes} that an artifact may have` };
    const bytes = new Uint8Array(Number(stat.size));
    for (let at = 0; at < bytes.length;) {
      const read = readSync(file, bytes, at, bytes.length - at, at);
      if (read === 0) return CHANGED;
      at += read;
    }
    return { outcome: "read", bytes, sha256: hash("sha256", bytes) };
  } catch (error) {
    return faultOf(error);
  } finally {
    closeSync(file);
  }
}
