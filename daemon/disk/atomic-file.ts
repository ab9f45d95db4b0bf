// Publishes files that were written whole and are durable: temporary name, fsync, rename, fsync of the directory.

import { closeSync, fsync, open as openFile, write as writeBytes } from "node:fs";
import { access, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { failpoint } from "../failpoint.ts";
import { errorCode } from "./fs-calls.ts";

/** Longest single write, and the size up to which small pieces are joined, in bytes. */
const SLICE_BYTES = 1024 * 1024;
/** Files under this ending are leftovers of a crash. */
export const TEMPORARY_ENDING = ".tmp";

const open = promisify(openFile);
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
 * Everything that may wait for the disk waits in the thread pool: on a busy one even a rename takes tens of milliseconds.
 */
export async function publishFile(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${process.pid}-${++lastTemporary}${TEMPORARY_ENDING}`;
  FAILPOINT: await failpoint("pack.before_write");
  const [isNew, file] = await Promise.all([isAbsent(path), open(temporary, "wx", 0o600)]);
  try {
    let at = 0;
    for (const slice of slices(pieces)) {
      await writeFully(file, slice, at);
      at += slice.byteLength;
    }
    FAILPOINT: await failpoint("pack.after_write");
    if (!isNew) await sync(file);
    await rename(temporary, path);
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
  const handle = await open(directory, "r");
  try {
    await sync(handle);
  } finally {
    closeSync(handle);
  }
}

/** False also when nobody can tell: a file that may be there is replaced with care. */
async function isAbsent(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    (error: unknown) => errorCode(error) === "ENOENT",
  );
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
    from += (await write(file, bytes, from, bytes.byteLength - from, at + from)).bytesWritten;
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
