// The group reader of the daemon: a few worker threads that read groups, each with a deadline and a memory limit.

import type { GroupReader, GroupReading, Log } from "../app/ports.ts";
import type { ReadJob, ReaderSettings } from "./reader-messages.ts";
import { readerVersion } from "./reader-version.ts";
import { openThreadPool } from "./thread-pool.ts";

export { readerVersion };

/** Options of the reader; sizes in bytes and MB (2^20 bytes), times in ms. */
export interface GroupReaderOptions {
  /** Number of threads; 2. */
  readonly threads?: number;
  /** A group that takes longer fails. */
  readonly deadlineMs: number;
  /** A larger artifact is a fault of its group; 256 MiB. */
  readonly maxArtifactBytes?: number;
  /** Memory of a thread's values, file contents aside; 1024. */
  readonly maxOldSpaceMb?: number;
  readonly log?: Log;
  /** The threads' program, when it is another than ours (tests). */
  readonly entry?: URL;
}

/** Our program lies beside this file, as source or bundled. */
function readerEntry(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./reader-thread.ts" : "./reader-thread.js", import.meta.url);
}

/** How many groups a thread is given ahead. */
const AHEAD = 4;

/** Opens the reader and starts its threads. Reading never rejects: whatever goes wrong is the outcome `failed` with a reason. */
export function openGroupReader(options: GroupReaderOptions): GroupReader {
  const settings: ReaderSettings = { maxArtifactBytes: options.maxArtifactBytes ?? 256 * 1024 * 1024 };
  const pool = openThreadPool<ReadJob, GroupReading>(
    options.threads ?? 2,
    {
      entry: options.entry ?? readerEntry(),
      settings,
      deadlineMs: options.deadlineMs,
      maxOldSpaceMb: options.maxOldSpaceMb ?? 1024,
      log: options.log,
      ahead: AHEAD,
      doing: "reading",
      failed: (reason) => ({ outcome: "failed", reason }),
    },
    { isWarm: true },
  );
  return {
    version: readerVersion,
    read: (rootPath, group) => pool.run({ rootPath, group }, group.groupKey),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
