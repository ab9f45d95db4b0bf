// Temporary directories of tests: real ones, removed when the test or the block is over.

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** A directory that goes away with its owner: `await using dir = await openTempDirectory()`. */
export interface TempDirectory extends AsyncDisposable {
  /** Absolute path without symbolic links. */
  readonly path: string;
}

/** Makes an empty directory below the system's temporary one. */
export async function openTempDirectory(purpose = "test"): Promise<TempDirectory> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `model-manager-${purpose}-`)));
  return {
    path,
    // Retries: a child that is just being killed may still write into it.
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

/** Gives every test of the surrounding suite a fresh directory; call it at the top of a suite, and the returned function inside a test. */
export function useTempDirectory(purpose = "test"): () => string {
  let current: TempDirectory | undefined;
  beforeEach(async () => {
    current = await openTempDirectory(purpose);
  });
  afterEach(async () => {
    await current?.[Symbol.asyncDispose]();
    current = undefined;
  });
  return () => {
    if (current === undefined) throw new Error("the temporary directory exists only while a test runs");
    return current.path;
  };
}
