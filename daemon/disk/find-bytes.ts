// Looks whether a file below a root holds certain bytes, and hashes in slices on the main thread.

import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectRecord } from "../app/ports.ts";

/** Bytes hashed without a break on the main thread: some 3 ms. */
const HASH_SLICE_BYTES = 4 * 1024 * 1024;
/** A FIFO must not block the thread pool; a symbolic link counts as the file it leads to. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** sha256 in lower-case hex; large buffers give other tasks their turn. */
export async function digestOf(bytes: Buffer): Promise<string> {
  const hash = createHash("sha256");
  for (let from = 0; from < bytes.length; from += HASH_SLICE_BYTES) {
    if (from > 0) await new Promise(setImmediate);
    hash.update(bytes.subarray(from, from + HASH_SLICE_BYTES));
  }
  return hash.digest("hex");
}

/** The bytes of the file if they have this size and digest; undefined when they have not, or when it cannot be read for whatever reason. */
export async function findBytes(
  rootPath: string,
  path: string,
  wanted: Pick<ObjectRecord, "sha256" | "size">,
): Promise<Buffer | undefined> {
  const bytes = await readOfSize(join(rootPath, path), wanted.size).catch(() => undefined);
  return bytes !== undefined && (await digestOf(bytes)) === wanted.sha256 ? bytes : undefined;
}

async function readOfSize(path: string, size: number): Promise<Buffer | undefined> {
  const file = await open(path, FLAGS);
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size !== size) return undefined;
    const bytes = await file.readFile();
    return bytes.length === size ? bytes : undefined;
  } finally {
    await file.close();
  }
}
