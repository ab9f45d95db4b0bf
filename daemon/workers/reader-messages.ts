// What the main thread and a reader thread say to each other.

import type { GroupReading, ObservedGroup } from "../app/ports.ts";

/** Settings of a reader thread. */
export interface ReaderSettings {
  /** A larger artifact is a fault of its group. */
  readonly maxArtifactBytes: number;
}

export interface ReadJob {
  readonly id: number;
  readonly rootPath: string;
  readonly group: ObservedGroup;
}

export type ReaderMessage =
  /** The thread is loaded and takes jobs. */
  | { readonly kind: "ready" }
  /** A job's answer. `bug`: the stack of an exception that no reader should let out, for the log. */
  | { readonly kind: "done"; readonly id: number; readonly reading: GroupReading; readonly bug?: string };
