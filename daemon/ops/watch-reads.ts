// Heartbeat of the reader threads: while groups wait to be read, some must be answered.

import type { Clock } from "../../shared/lib/clock.ts";
import type { GroupReader } from "../app/ports.ts";

/** The reader, and the question whether it gets on. */
export interface WatchedReads {
  readonly reader: GroupReader;
  /** Rejects when groups wait and none was answered for longer than allowed. */
  ask(): Promise<void>;
}

/** `mostMs` is longer than any reader may take for one group: its own deadline ends a reader first, unless that has failed. */
export function watchReads(reader: GroupReader, clock: Clock, mostMs: number): WatchedReads {
  let waiting = 0;
  let movedAt = 0;
  return {
    reader: {
      read(rootPath, group) {
        if (waiting++ === 0) movedAt = clock.monotonicMs();
        return reader.read(rootPath, group).finally(() => {
          waiting--;
          movedAt = clock.monotonicMs();
        });
      },
      version: reader.version,
      [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
    },
    ask() {
      const silentMs = clock.monotonicMs() - movedAt;
      if (waiting === 0 || silentMs <= mostMs) return Promise.resolve();
      return Promise.reject(new Error(`${waiting} groups wait, and none was read for ${Math.round(silentMs / 1000)} s`));
    },
  };
}
