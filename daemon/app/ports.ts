// The interfaces that the application layer needs from the other rooms.

import type { FileKind } from "../../shared/domain/artifact-kinds.ts";
import type { GroupDescription } from "../../shared/domain/description.ts";
import type { Status } from "../../shared/domain/lifecycle.ts";
import type { ModelMetadata } from "../../shared/contract/views.ts";
import type { AuditQueries, StatusCount } from "./audit-ports.ts";
import type { StoreAvailability } from "./store-ports.ts";
import type { ObjectQueries } from "./upkeep-ports.ts";

import type {
  ChainedMove,
  DatasetRecord,
  EventRecord,
  GroupRecord,
  LineRecord,
  LoadedRecord,
  MoveRecord,
  ObjectRecord,
  PaperRecord,
  PolicyRecord,
  RegistrationRecord,
  SourceRecord,
  VersionRecord,
} from "./records.ts";

export type * from "./audit-ports.ts";
export type * from "./desk-ports.ts";
export type * from "./process-ports.ts";
export type * from "./reader-ports.ts";
export type * from "./records.ts";
export type * from "./registration-ports.ts";
export type * from "./store-ports.ts";
export type * from "./upkeep-ports.ts";

// ── storage ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Everything that one transaction writes. Lists may be long; the store writes them in few statements. */
export interface CatalogChange {
  /** Inserted or replaced by id. */
  readonly sources?: readonly SourceRecord[];
  readonly lines?: readonly LineRecord[];
  /** Inserted or replaced by (source, group key). */
  readonly groups?: readonly GroupRecord[];
  readonly goneGroups?: readonly { readonly sourceId: number; readonly groupKey: string }[];
  readonly objects?: readonly ObjectRecord[];
  /** Digests whose bytes are no longer kept; applied before `objects`. */
  readonly goneObjects?: readonly string[];
  /** New versions; `description` is exact JSON text of a GroupDescription. */
  readonly versions?: readonly { readonly version: VersionRecord; readonly description: string }[];
  /** Applied before `versions`, those that leave production first, so that a line never has two. */
  readonly statuses?: readonly {
    readonly versionId: number;
    readonly status: Status;
    readonly since: bigint;
    readonly reason: string;
    readonly actor: string;
  }[];
  /** What registrations say about new versions; their metrics are kept for ranks with them. */
  readonly registrations?: readonly RegistrationRecord[];
  /** New records of paper trading, and those that are closed now; by id. */
  readonly papers?: readonly PaperRecord[];
  readonly moves?: readonly MoveRecord[];
  readonly events?: readonly EventRecord[];
  /** They carry the sequence numbers of their events. */
  readonly policies?: readonly PolicyRecord[];
  readonly datasets?: readonly DatasetRecord[];
  readonly loaded?: readonly LoadedRecord[];
}

/** What the application keeps in memory, read once at the start. */
export interface LoadedCatalog {
  readonly sources: readonly SourceRecord[];
  readonly lines: readonly LineRecord[];
  readonly groups: readonly GroupRecord[];
  /** The versions that some line's `liveVersionId` or `lastLiveVersionId` names. */
  readonly versions: readonly VersionRecord[];
  readonly loaded: readonly LoadedRecord[];
  /** The newest of each target that is not empty. */
  readonly policies: readonly PolicyRecord[];
  /** The newest of each name. */
  readonly datasets: readonly DatasetRecord[];
  /** The open ones. */
  readonly papers: readonly PaperRecord[];
  /** How many versions each line has, by status; none is 0. */
  readonly statusCounts: readonly StatusCount[];
  readonly lastPaperId: number;
  readonly lastSequence: number;
  /** Time of the newest event; 0 without one. */
  readonly lastEventAt: bigint;
  readonly lastSourceId: number;
  readonly lastLineId: number;
  readonly lastVersionId: number;
}

/** The catalog's store. One process writes; reads go over a second connection. */
export interface CatalogStore extends ObjectQueries, AuditQueries {
  load(): Promise<LoadedCatalog>;
  /**
   * One transaction, durable when the promise resolves; nothing of it is visible when it rejects, unless the error is an `UnsettledCommit`.
   * A store that is away waits `waitMs` for its return.
   */
  commit(change: CatalogChange, waitMs?: number): Promise<void>;
  /** How the store is, if it is one that may be away. */
  readonly availability?: StoreAvailability;
  versionByLabel(lineId: number, label: string): Promise<VersionRecord | undefined>;
  versionById(id: number): Promise<VersionRecord | undefined>;
  /** The newest version of the line with this content. */
  versionByContent(lineId: number, contentDigest: string): Promise<VersionRecord | undefined>;
  /** Exact JSON text of the version's GroupDescription. */
  descriptionOf(versionId: number): Promise<string | undefined>;
  /** Newest first; `before` = a version id to continue below. */
  versionsOf(lineId: number, limit: number, before?: number): Promise<readonly VersionRecord[]>;
  versionCount(lineId: number): Promise<number>;
  /** Newest first; `before` = a sequence number to continue below. */
  movesOf(lineId: number, limit: number, before?: number): Promise<readonly ChainedMove[]>;
  moveCount(lineId: number): Promise<number>;
  /** The move of the request with that id. */
  moveByRequest(requestId: string): Promise<ChainedMove | undefined>;
  /** Those of the versions that were registered. */
  registrationsOf(versionIds: readonly number[]): Promise<ReadonlyMap<number, RegistrationRecord>>;
  registrationByModelId(modelId: string): Promise<RegistrationRecord | undefined>;
  /** True when the dataset was ever at that version. */
  hasDatasetVersion(name: string, version: string): Promise<boolean>;
  /** All records of paper trading of a version, oldest first. */
  papersOf(lineId: number, versionIds: readonly number[]): Promise<ReadonlyMap<number, readonly PaperRecord[]>>;
  /** Oldest first, at most `limit`, with sequence > after. */
  eventsAfter(after: number, limit: number): Promise<readonly EventRecord[]>;
  /** Those of the digests that the store already holds. */
  objectsOf(digests: readonly string[]): Promise<readonly ObjectRecord[]>;
}

// ── disk ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One file of a group as a directory listing shows it. */
export interface FileStamp {
  /** Below the root, `/` separated. */
  readonly path: string;
  readonly kind: FileKind;
  readonly size: number;
  readonly mtimeNs: string;
  /** inode, size, mtime and ctime in one text: equal text = untouched file. */
  readonly stamp: string;
}

export interface ObservedGroup {
  readonly sourceId: number;
  readonly groupKey: string;
  /** Sorted by path. */
  readonly files: readonly FileStamp[];
  /** False for a group with a manifest that is shown before it was quiet for the settle window. */
  readonly settled: boolean;
}

/** How a source's directory is as a whole. */
export interface SourceCondition {
  /** What is wrong; empty = healthy. Names no path outside the source. */
  readonly degraded: string;
  /** Single names or folders that are passed over. */
  readonly warnings: readonly string[];
  readonly rootDevice: string | null;
}

/** What the observer tells the application. Calls come on the main thread, in order per source. */
export interface DiskSink {
  /** Groups whose files differ from what was last `dealt` with and are quiet (or have a manifest). Each is answered by `dealt`. */
  groupsChanged(groups: readonly ObservedGroup[]): void;
  /** Groups none of whose artifact files is left although their folders can be read. */
  groupsGone(sourceId: number, groupKeys: readonly string[]): void;
  condition(sourceId: number, condition: SourceCondition): void;
  /** A full listing ended: how many groups there are, and how many of them are handed out or waiting to be quiet. */
  scanned(sourceId: number, counts: { readonly groups: number; readonly pending: number }): void;
}

/** Watches directories: file events, rescans, settling. Its work happens outside the main thread. */
export interface DiskObserver {
  /** Starts watching; `known` is what earlier runs dealt with. Resolves when the first listing has been reported through the sink. */
  add(
    source: { readonly id: number; readonly rootPath: string; readonly rootDevice: string | null },
    known: readonly { readonly groupKey: string; readonly files: readonly FileStamp[] }[],
  ): Promise<void>;
  /** Stops watching; resolves when nothing more of this source will be reported. */
  remove(sourceId: number): Promise<void>;
  /** The application has dealt with this listing of the group: it is not shown again until a file changes. `again`: show it again once it is quiet. */
  dealt(group: ObservedGroup, outcome: "done" | "again"): void;
  /**
   * Lists the source now (or one group of it). Resolves after the listing was reported; groups that differ from what was dealt with
   * are shown when quiet. Counts: groups seen, groups that differ.
   */
  rescan(sourceId: number, groupKey?: string): Promise<{ readonly groups: number; readonly changed: number }>;
  /** Forgets what was dealt with for the group, so that the next listing shows it again even if nothing changed. */
  forget(sourceId: number, groupKey: string): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Immutable bytes by digest. */
export interface ObjectStore {
  /** Writes the objects durably (one pack, published atomically) and says where they are. Safe to repeat. */
  put(objects: readonly { readonly sha256: string; readonly bytes: Uint8Array }[]): Promise<readonly ObjectRecord[]>;
  /** The bytes, checked against the digest. Rejects with an Error that says what is wrong (missing, short, other bytes). */
  read(object: ObjectRecord): Promise<Buffer>;
}

// ── serving ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** All that identifies one answer of GetModel. Equal values = equal bytes. */
export interface ServedVersion {
  readonly versionId: number;
  readonly modelName: string;
  readonly groupKey: string;
  readonly label: string;
  readonly status: Status;
  /** Sequence of the event that made it live; 0 when it is not live. */
  readonly activation: number;
  readonly sha256: string;
  readonly rootPath: string;
  /** Path of the model document below the root. */
  readonly documentPath: string;
  readonly documentSha256: string;
  readonly capturedAt: bigint;
  /** The XGBoost release that the document was rendered for; empty = as written. `sha256` is that of the rendered document then. */
  readonly renderedFor: string;
  /** A registered file goes out byte for byte, as `text` or as `bytes` that no text can carry; other documents with LF line breaks. */
  readonly form?: "text" | "bytes";
}

/** A document for a client's XGBoost release. */
export type Rendering =
  | { readonly outcome: "rendered"; readonly bytes: Buffer; readonly sha256: string; readonly release: string }
  /** The release reads the document as it is. */
  | { readonly outcome: "as_written" }
  | { readonly outcome: "refused"; readonly reason: string };

/** Documents for clients' releases, made at the desk and kept in memory. */
export interface Renderings {
  /** `served` is the version as written; rejects when its stored bytes cannot be had. */
  of(served: ServedVersion, release: string): Promise<Rendering>;
}

/** Encoded answers from memory (least recently used leave first), made on demand from the store. */
export interface ServedModels {
  /** Encoded bytes of a `ModelPayload` message. */
  payload(served: ServedVersion): Promise<Buffer>;
  /** The same answer in parts: the document as served, with its metadata. */
  parts(served: ServedVersion): Promise<ServedParts>;
  /** The payload if it is in memory. */
  atHand(served: ServedVersion): Buffer | undefined;
  /** The document as served, if it is in memory. */
  documentAtHand(served: ServedVersion): Buffer | undefined;
  /** Makes the payload of a version that is about to go live, from bytes and a description that the store may not have yet. */
  prime(served: ServedVersion, stored: Uint8Array, description: GroupDescription): void;
}

/** What is remembered of a line's loads. */
export interface LineLoads {
  /** Forgets that they failed: the next one is tried at once. */
  reset(namespace: string, name: string): void;
}

/** An answer of GetModel in parts. */
export interface ServedParts {
  readonly document: Buffer;
  readonly description: Pick<GroupDescription, "dim_factors">;
  readonly metadata: ModelMetadata;
}

// ── the process ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Who asks, through which door. */
export interface Principal {
  /** As shown and kept in history: `socket:alice(1000)`, `grpc:127.0.0.1:5000`, `daemon`. */
  readonly name: string;
  readonly door: "socket" | "grpc" | "http" | "daemon";
  readonly scopes: ReadonlySet<string>;
  /** Process id of the peer where the kernel says it; for the log, since it soon means nothing. */
  readonly pid?: number;
}

/** Structured log; messages are constant texts, facts are fields. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
