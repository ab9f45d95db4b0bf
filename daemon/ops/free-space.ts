// How much room the file system of the state directory has.

import { statfsSync } from "node:fs";

/** Room for this user (without what is reserved for root), and the size of the file system; in bytes. */
export interface Room {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Looks at the file system that holds `directory`. The call takes microseconds. Undefined when it cannot be looked at. */
export function createRoomGauge(directory: string): () => Room | undefined {
  return () => {
    try {
      const { bavail, blocks, bsize } = statfsSync(directory);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    } catch {
      // Whoever writes next is told what is wrong with it.
      return undefined;
    }
  };
}
