// The group reader of the daemon: a few worker threads that read groups, each with a deadline and a memory limit.

import type { GroupReader, GroupReading, Log, ObservedGroup } from "../app/ports.ts";
import { ReaderSlot, type PendingRead } from "./reader-slot.ts";
import { readerVersion } from "./reader-version.ts";

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

/** Opens the reader and starts its threads. Reading never rejects: whatever goes wrong is the outcome `failed` with a reason. */
export function openGroupReader(options: GroupReaderOptions): GroupReader {
  const waiting: PendingRead[] = [];
  let next = 0;
  let closed = false;
  const slotOptions = {
    entry: options.entry ?? readerEntry(),
    settings: { maxArtifactBytes: options.maxArtifactBytes ?? 256 * 1024 * 1024 },
    deadlineMs: options.deadlineMs,
    maxOldSpaceMb: options.maxOldSpaceMb ?? 1024,
    log: options.log,
  };
  const slots = Array.from({ length: Math.max(1, options.threads ?? 2) }, () => new ReaderSlot(slotOptions, () => feed()));

  /** Hands waiting groups to the threads with the most room. */
  function feed(): void {
    while (next < waiting.length) {
      const slot = slots.reduce((best, other) => (other.room > best.room ? other : best));
      const read = waiting[next];
      if (slot.room <= 0 || read === undefined) break;
      next++;
      slot.give(read);
    }
    if (next <= 1024 && next < waiting.length) return;
    waiting.splice(0, next);
    next = 0;
  }

  for (const slot of slots) slot.warm();
  return {
    version: readerVersion,
    read: (rootPath: string, group: ObservedGroup) =>
      new Promise<GroupReading>((settle) => {
        if (closed) {
          settle({ outcome: "failed", reason: "the reader was closed" });
          return;
        }
        waiting.push({ rootPath, group, settle });
        feed();
      }),
    [Symbol.asyncDispose]: async () => {
      closed = true;
      for (const read of waiting.splice(next)) read.settle({ outcome: "failed", reason: "the reader was closed" });
      waiting.length = 0;
      next = 0;
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}
