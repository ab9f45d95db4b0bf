// What a reader thread is told.

import type { ObservedGroup } from "../app/ports.ts";

/** Settings of a reader thread. */
export interface ReaderSettings {
  /** A larger artifact is a fault of its group. */
  readonly maxArtifactBytes: number;
}

/** A group to read. */
export interface ReadJob {
  readonly rootPath: string;
  readonly group: ObservedGroup;
}
