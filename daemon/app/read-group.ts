// A group between its reading and its commit.

import { keptBytesOf, type KeptBytes } from "./kept-bytes.ts";
import type { GroupReading, ObservedGroup } from "./ports.ts";

/** What was read of a group, and where. */
export interface ReadGroup {
  readonly group: ObservedGroup;
  readonly reading: GroupReading;
  /** Where it was read: a source may have been pointed elsewhere since. */
  readonly rootPath: string;
}

/** Bytes that are all but certain to make a version: those of groups without a fault. */
export function likelyBytes(batch: readonly ReadGroup[]): readonly KeptBytes[] {
  return batch.flatMap(({ reading }) => (reading.outcome === "read" && reading.faults.length === 0 ? keptBytesOf(reading) : []));
}

/** Bytes that a reading holds in memory. */
export function bytesOf(reading: GroupReading): number {
  return reading.outcome === "read" ? keptBytesOf(reading).reduce((sum, { bytes }) => sum + bytes.length, 0) : 0;
}
