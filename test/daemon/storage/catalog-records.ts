// Valid records of the catalog with every field filled, to be varied by tests.

import { createHash } from "node:crypto";
import type {
  CatalogChange,
  EventRecord,
  GroupRecord,
  LineRecord,
  LoadedRecord,
  Log,
  MoveRecord,
  ObjectRecord,
  SourceRecord,
  VersionRecord,
} from "../../../daemon/app/ports.ts";

/** A time that no 32-bit number and no float32 holds: 2026-01-05T09:30:00.123457Z. */
export const NOON = 1_767_605_400_123_457n;

/** A log that keeps quiet. */
export const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A digest made from a word. */
export function digestOf(word: string): string {
  return createHash("sha256").update(word).digest("hex");
}

/** A source, by default number 1 with the name `alpha`. */
export function sourceRecord(changes: Partial<SourceRecord> = {}): SourceRecord {
  return {
    id: 1,
    name: "alpha",
    rootPath: "/models/alpha",
    rootDevice: "18446744073709551615",
    policy: "follow",
    createdAt: NOON,
    updatedAt: NOON + 1n,
    removedAt: null,
    ...changes,
  };
}

/** A line without a live version. */
export function lineRecord(changes: Partial<LineRecord> = {}): LineRecord {
  return {
    id: 1,
    namespace: "alpha",
    name: "BTC_ret_60",
    policy: "follow",
    pinned: false,
    nextNumber: 2,
    liveVersionId: null,
    lastLiveVersionId: null,
    liveSequence: 0,
    liveSince: 0n,
    liveReason: "",
    previousLabel: "",
    degraded: "",
    healthSequence: 0,
    healthSince: 0n,
    ...changes,
  };
}

/** A staged version with two files. */
export function versionRecord(changes: Partial<VersionRecord> = {}): VersionRecord {
  return {
    id: 1,
    lineId: 1,
    label: "v1",
    number: 1,
    status: "staged",
    statusSince: NOON + 2n,
    statusReason: "files “changed”",
    statusActor: "daemon",
    createdAt: NOON + 3n,
    contentDigest: digestOf("content"),
    servedSha256: digestOf("served"),
    servedBytes: 5_000_000_001,
    ready: true,
    consistent: false,
    symbol: "BTC",
    returnName: "ret_60",
    featureDim: 30,
    factorCount: 31,
    trainStart: "2024-01-01",
    trainEnd: null,
    golden: "not_checked",
    warnings: ["one", 'two "quoted"', "drei – ünïcode 🚀"],
    files: [
      { kind: "model_json", path: "sub/BTC_ret_60_model.json", size: 5_000_000_001, mtimeNs: "1767605400123456789", sha256: digestOf("m") },
      { kind: "factors_txt", path: "sub/BTC_ret_60_factors.txt", size: 0, mtimeNs: "-1", sha256: digestOf("f") },
    ],
    derived: [{ kind: "proof", size: 77, sha256: digestOf("p") }],
    ...changes,
  };
}

/** A group with two files on disk. */
export function groupRecord(changes: Partial<GroupRecord> = {}): GroupRecord {
  return {
    sourceId: 1,
    groupKey: "BTC_ret_60",
    lineId: 1,
    files: [
      {
        path: "a_model.json",
        kind: "model_json",
        size: 6_000_000_000,
        mtimeNs: "9223372036854775807",
        stamp: "18446744073709551615:1:2:3",
      },
      { path: "a_manifest.json", kind: "manifest", size: 1, mtimeNs: "0", stamp: "7:1:2:3" },
    ],
    readerVersion: 3,
    contentDigest: digestOf("content"),
    ready: true,
    symbol: "BTC",
    returnName: "ret_60",
    featureDim: 30,
    factorCount: 31,
    trainStart: null,
    trainEnd: "2025-01-01",
    warnings: ["a warning"],
    changedAt: NOON + 4n,
    ...changes,
  };
}

/** An event. */
export function eventRecord(sequence: number, changes: Partial<EventRecord> = {}): EventRecord {
  return {
    sequence,
    at: NOON + BigInt(sequence),
    kind: "version_moved",
    source: "alpha",
    groupKey: "BTC_ret_60",
    version: "v1",
    previousVersion: "v0",
    reason: "because",
    actor: "socket:alice(1000)",
    ...changes,
  };
}

/** A move of version 1 of line 1, with the time of its event. */
export function moveRecord(sequence: number, changes: Partial<MoveRecord> = {}): MoveRecord {
  return {
    sequence,
    at: NOON + BigInt(sequence),
    lineId: 1,
    versionId: 1,
    line: "alpha/BTC_ret_60",
    label: "v1",
    contentDigest: digestOf("content"),
    action: "captured",
    from: "none",
    to: "staged",
    reason: "because",
    actor: "daemon",
    gates: '[{"gate":"ic"}]',
    gatesSkipped: true,
    requestId: `request ${sequence}`,
    ...changes,
  };
}

/** Where the bytes of a word's digest are. */
export function objectRecord(word: string, changes: Partial<ObjectRecord> = {}): ObjectRecord {
  return { sha256: digestOf(word), size: 12, pack: "pack-1", offset: 8_000_000_000, ...changes };
}

/** A client's report. */
export function loadedRecord(changes: Partial<LoadedRecord> = {}): LoadedRecord {
  return { clientId: "hft-1", lineId: 1, version: "v1", sha256: digestOf("served"), at: NOON + 5n, sequence: 3, ...changes };
}

/** A source, a line and its staged version 1 with everything around: the smallest whole catalog. */
export function firstChange(): CatalogChange {
  return {
    sources: [sourceRecord()],
    lines: [lineRecord()],
    groups: [groupRecord()],
    objects: [objectRecord("m"), objectRecord("f")],
    versions: [{ version: versionRecord(), description: '{"big":9223372036854775807}' }],
    events: [
      eventRecord(1, { kind: "source_added" }),
      eventRecord(2, { kind: "version_captured" }),
      eventRecord(3, { kind: "client_loaded" }),
    ],
    moves: [moveRecord(2)],
    loaded: [loadedRecord()],
  };
}

/** The same with a second version, which is in production. */
export function withTwoVersions(): CatalogChange {
  return {
    ...firstChange(),
    versions: [
      { version: versionRecord(), description: "{}" },
      {
        version: versionRecord({ id: 2, label: "v2", number: 2, status: "production", contentDigest: digestOf("second") }),
        description: "{}",
      },
    ],
  };
}
