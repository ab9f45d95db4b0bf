// A group between its reading and its commit.

import type { GroupReading, ObservedGroup, ReadFile } from "./ports.ts";

/** What was read of a group, and where. */
export interface ReadGroup {
  readonly group: ObservedGroup;
  readonly reading: GroupReading;
  /** Where it was read: a source may have been pointed elsewhere since. */
  readonly rootPath: string;
}

/** Files that are all but certain to make a version: those of groups without a fault. */
export function filesOf(batch: readonly ReadGroup[]): readonly ReadFile[] {
  return batch.flatMap(({ reading }) => (reading.outcome === "read" && reading.faults.length === 0 ? reading.files : []));
}

/** Bytes that a reading holds in memory. */
export function bytesOf(reading: GroupReading): number {
  return reading.outcome === "read" ? reading.files.reduce((sum, file) => sum + file.bytes.length, 0) : 0;
}
