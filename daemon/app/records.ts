// The records of the catalog, as they cross between rooms. Times are microseconds since 1970 UTC.

import type { ContentKind, DerivedKind } from "../../shared/domain/artifact-kinds.ts";
import type { GoldenState } from "../../shared/domain/description.ts";
import type { Before, MoveAction, Policy, Status } from "../../shared/domain/lifecycle.ts";
import type { EventKind } from "../../shared/contract/events.ts";
import type { FileStamp } from "./ports.ts";

/** A registered directory. A removed one keeps its row, so that numbering and history continue when the name returns. */
export interface SourceRecord {
  readonly id: number;
  readonly name: string;
  readonly rootPath: string;
  /** Device number of the root when it was last seen with files; tells a vanished mount from an emptied directory. */
  readonly rootDevice: string | null;
  readonly policy: Policy;
  readonly createdAt: bigint;
  readonly updatedAt: bigint;
  readonly removedAt: bigint | null;
}

/** A named line of versions. */
export interface LineRecord {
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly policy: Policy;
  readonly pinned: boolean;
  /** Number of the next captured version; never reused. */
  readonly nextNumber: number;
  readonly liveVersionId: number | null;
  /** The version that was live most recently, also after a withdrawal. */
  readonly lastLiveVersionId: number | null;
  /** Event that made the live version live, or withdrew it; 0 = never anything. */
  readonly liveSequence: number;
  readonly liveSince: bigint;
  readonly liveReason: string;
  /** Label that was live before the last live change; empty = none. */
  readonly previousLabel: string;
  /** What is wrong with the files on disk; empty = healthy. */
  readonly degraded: string;
  /** Event of the last degraded or recovered; 0 = never degraded. */
  readonly healthSequence: number;
  readonly healthSince: bigint;
}

/** One file of a version: where it was found and what it held. */
export interface VersionFile {
  readonly kind: ContentKind;
  readonly path: string;
  readonly size: number;
  readonly mtimeNs: string;
  readonly sha256: string;
}

/** An immutable version without its description, which is loaded on demand. */
export interface VersionRecord {
  readonly id: number;
  readonly lineId: number;
  readonly label: string;
  readonly number: number;
  readonly status: Status;
  readonly statusSince: bigint;
  readonly statusReason: string;
  readonly statusActor: string;
  readonly createdAt: bigint;
  readonly contentDigest: string;
  /** sha256 of the model document's bytes as served; empty without a usable document. */
  readonly servedSha256: string;
  readonly servedBytes: number;
  /** A client can be given this version. */
  readonly ready: boolean;
  /** No contradiction between its own files. */
  readonly consistent: boolean;
  readonly symbol: string;
  readonly returnName: string;
  readonly featureDim: number;
  readonly factorCount: number;
  readonly trainStart: string | null;
  readonly trainEnd: string | null;
  readonly golden: GoldenState;
  readonly warnings: readonly string[];
  readonly files: readonly VersionFile[];
  /** What was made of the files and is kept with them; at most one of a kind. */
  readonly derived: readonly DerivedObject[];
}

/** Bytes that the daemon made of a version's files. */
export interface DerivedObject {
  readonly kind: DerivedKind;
  readonly size: number;
  readonly sha256: string;
}

/** What lies on disk for one group, as last dealt with. Goes away when its files do. */
export interface GroupRecord {
  readonly sourceId: number;
  readonly groupKey: string;
  readonly lineId: number;
  /** Every file of the group, the unused duplicates too. Equal stamps after a restart = nothing to read. */
  readonly files: readonly FileStamp[];
  /** Version of our readers that looked at it; a newer reader looks again. */
  readonly readerVersion: number;
  /** Digest of the content that was read; empty when it could not be read. */
  readonly contentDigest: string;
  readonly ready: boolean;
  readonly symbol: string;
  readonly returnName: string;
  readonly featureDim: number;
  readonly factorCount: number;
  readonly trainStart: string | null;
  readonly trainEnd: string | null;
  readonly warnings: readonly string[];
  readonly changedAt: bigint;
}

export interface MoveRecord {
  readonly sequence: number;
  readonly at: bigint;
  readonly lineId: number;
  readonly versionId: number;
  /** `namespace/name` of the line. */
  readonly line: string;
  readonly label: string;
  readonly contentDigest: string;
  readonly action: MoveAction;
  readonly from: Before;
  readonly to: Status;
  readonly reason: string;
  readonly actor: string;
  /** JSON text of the gates' verdicts with what they looked at; empty when no gate was asked. */
  readonly gates: string;
  readonly gatesSkipped: boolean;
  /** The caller's id of the request; empty without one. */
  readonly requestId: string;
}

/** A move as it is kept: with the hash that chains it to the one before; empty for moves from before the chain. */
export interface ChainedMove extends MoveRecord {
  readonly hash: string;
}

/** What a registration says about a version besides its files. */
export interface RegistrationRecord {
  readonly versionId: number;
  readonly modelId: string;
  /** What the model file is, by its content. */
  readonly format: string;
  readonly createdBy: string;
  /** Where the file lay; absolute. */
  readonly modelPath: string;
  readonly checksumSha256: string;
  /** The sidecar's text, whose digest is `metadataSha256`. */
  readonly metadata: string;
  readonly metadataSha256: string;
  readonly snapshotId: string;
  readonly configHash: string;
  readonly datasetVersions: Readonly<Record<string, string>>;
  /** All finite. */
  readonly metrics: Readonly<Record<string, number>>;
  /** JSON text of an object. */
  readonly config: string;
  readonly runId: string;
  readonly experimentId: string;
  readonly notes: string;
}

/** One stretch of paper trading. */
export interface PaperRecord {
  readonly id: number;
  readonly lineId: number;
  readonly versionId: number;
  readonly startedAt: bigint;
  readonly startedBy: string;
  /** Null while it is open. */
  readonly stoppedAt: bigint | null;
  readonly stoppedBy: string;
  readonly evidence: string;
}

/** The gates that somebody set for a line or a namespace. */
export interface PolicyRecord {
  readonly sequence: number;
  readonly target: string;
  /** JSON text; empty = nothing is set any more. */
  readonly body: string;
}

/** Which version of a dataset is current. */
export interface DatasetRecord {
  readonly sequence: number;
  readonly at: bigint;
  readonly name: string;
  readonly version: string;
  readonly actor: string;
}

export interface EventRecord {
  readonly sequence: number;
  readonly at: bigint;
  readonly kind: EventKind;
  readonly source: string;
  readonly groupKey: string;
  readonly version: string;
  readonly previousVersion: string;
  readonly reason: string;
  readonly actor: string;
}

/** Where the bytes of a digest are kept. */
export interface ObjectRecord {
  readonly sha256: string;
  readonly size: number;
  readonly pack: string;
  readonly offset: number;
}

/** "This client runs that version": the newest report per client and line. */
export interface LoadedRecord {
  readonly clientId: string;
  readonly lineId: number;
  readonly version: string;
  readonly sha256: string;
  readonly at: bigint;
  readonly sequence: number;
}
