// Publishes files that were written whole and are durable: temporary name, fsync, rename, fsync of the directory.

import { closeSync, existsSync, fsync, openSync, renameSync, write as writeBytes, writeSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { failpoint } from "../failpoint.ts";
import { errorCode } from "./fs-calls.ts";

/** Longest single write, and the size up to which small pieces are joined, in bytes. */
const SLICE_BYTES = 1024 * 1024;
/** A file up to this size goes to the page cache in one call on this thread, in well under a millisecond. */
const AT_ONCE_BYTES = 256 * 1024;
/** Files under this ending are leftovers of a crash. */
export const TEMPORARY_ENDING = ".tmp";

const sync = promisify(fsync);
const write = promisify(writeBytes);
let lastTemporary = 0;

/**
 * Writes the pieces, one after the other, to `path` (mode 0600); durable when the promise resolves.
 * When it rejects, `path` is as before and no temporary file stays, as far as the file system allows.
 * An error of fsync is rejected like any other: pages may be lost, so whoever relies on it must not go on writing.
 *
 * A file that is there already is replaced only by one that is durable. For a new name, which nobody reads before this resolves, the rename
 * does not wait: file and directory become durable in one go.
 *
 * What only touches the cache (opening, small writes, the rename) is done on the spot, as SQLite does on this thread too: each way through
 * the thread pool costs more than the call. What waits for the disk waits in the pool.
 */
export async function publishFile(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${process.pid}-${++lastTemporary}${TEMPORARY_ENDING}`;
  FAILPOINT: await failpoint("pack.before_write");
  const isNew = !existsSync(path);
  const file = openSync(temporary, "wx", 0o600);
  try {
    let at = 0;
    for (const slice of slices(pieces)) {
      await writeFully(file, slice, at);
      at += slice.byteLength;
    }
    FAILPOINT: await failpoint("pack.after_write");
    if (!isNew) await sync(file);
    renameSync(temporary, path);
    FAILPOINT: await failpoint("pack.after_rename");
    await together(isNew ? [sync(file), syncDirectory(dirname(path))] : [syncDirectory(dirname(path))]);
    FAILPOINT: await failpoint("pack.after_fsync");
  } catch (error) {
    // What cannot be removed either is removed at the next start; why the writing failed is what counts.
    await Promise.allSettled([temporary, ...(isNew ? [path] : [])].map(removeIfThere));
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Waits for all, also when one fails; then throws the first failure. */
async function together(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === "rejected") throw outcome.reason;
}

/** Makes the directory's entries durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = openSync(directory, "r");
  try {
    await sync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Removes a file; one that is not there is no error. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function writeFully(file: number, bytes: Uint8Array, at: number): Promise<void> {
  let from = 0;
  while (from < bytes.byteLength) {
    const rest = bytes.byteLength - from;
    const isSmall = rest <= AT_ONCE_BYTES;
    from += isSmall ? writeSync(file, bytes, from, rest, at + from) : (await write(file, bytes, from, rest, at + from)).bytesWritten;
  }
}

/** Joins small pieces and cuts long ones, so that neither a thousand small writes nor one huge write happens. */
function* slices(given: Iterable<Uint8Array>): Generator<Uint8Array> {
  const pieces = [...given];
  const joined = Buffer.allocUnsafe(
    Math.min(
      SLICE_BYTES,
      pieces.reduce((sum, piece) => sum + piece.byteLength, 0),
    ),
  );
  let used = 0;
  for (const piece of pieces) {
    if (used + piece.byteLength > SLICE_BYTES && used > 0) {
      yield joined.subarray(0, used);
      used = 0;
    }
    if (piece.byteLength <= SLICE_BYTES) {
      joined.set(piece, used);
      used += piece.byteLength;
      continue;
    }
    for (let from = 0; from < piece.byteLength; from += SLICE_BYTES) yield piece.subarray(from, from + SLICE_BYTES);
  }
  if (used > 0) yield joined.subarray(0, used);
}
