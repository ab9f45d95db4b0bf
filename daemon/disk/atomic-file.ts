// Publishes a file so that its name never shows half of it: temporary name, fsync, rename, fsync of the directory.

import { open, rename, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./fs-calls.ts";

/** Longest single write, and the size up to which small pieces are joined, in bytes. */
const SLICE_BYTES = 1024 * 1024;
/** Files under this ending are leftovers of a crash. */
export const TEMPORARY_ENDING = ".tmp";

let lastTemporary = 0;

/**
 * Writes the pieces, one after the other, to `path` (mode 0600), replacing what is there; durable when the promise resolves.
 * When it rejects, `path` is as before and no temporary file stays, as far as the file system allows.
 * An error of fsync is rejected like any other: pages may be lost, so whoever relies on it must not go on writing.
 */
export async function publishFile(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${process.pid}-${++lastTemporary}${TEMPORARY_ENDING}`;
  const file = await open(temporary, "wx", 0o600);
  try {
    try {
      for (const slice of slices(pieces)) await writeFully(file, slice);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes the directory's entries durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
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

async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let from = 0;
  while (from < bytes.byteLength) from += (await file.write(bytes, from, bytes.byteLength - from)).bytesWritten;
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
