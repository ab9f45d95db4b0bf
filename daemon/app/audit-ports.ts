// What the audit needs of the catalog's store: lists across lines, what was live when, and the chain of the history.

import type { Status } from "../../shared/domain/lifecycle.ts";
import type { ChainedMove, PaperRecord, VersionRecord } from "./records.ts";

/** How many versions of a line have a status. */
export interface StatusCount {
  readonly lineId: number;
  readonly status: Status;
  readonly count: number;
}

/** What made a line's live state what it was at a time: a version that went live, or one that left and had no successor. */
export interface LiveMoment {
  readonly lineId: number;
  readonly move: ChainedMove;
  /** sha256 of the version's document as served. */
  readonly servedSha256: string;
  /** When that changed again; null = it never did. */
  readonly until: bigint | null;
}

/** A line and a client that has reported on it. */
export interface ReportKey {
  readonly namespace: string;
  readonly name: string;
  readonly clientId: string;
  readonly at: bigint;
}

/** What a client said that it runs. */
export interface ClientReport {
  readonly namespace: string;
  readonly name: string;
  readonly clientId: string;
  readonly version: string;
  readonly at: bigint;
}

/** Versions to look for: those of a line with a status (any without it) and an id below `before`. */
export interface VersionFilter {
  readonly status?: Status | undefined;
  readonly before?: number | undefined;
}

/** A version's place in a rank. */
export interface RankedVersion {
  readonly label: string;
  readonly status: Status;
  readonly createdAt: bigint;
  /** Null: it does not have the metric. */
  readonly value: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** When it last went live, and when it last was no longer; null = never. */
  readonly activatedAt: bigint | null;
  readonly deactivatedAt: bigint | null;
}

/** How far the chain of the history was followed. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: string;
  /** Moves from before the chain so far; the first that has a hash covers them. */
  readonly uncovered: number;
}

/** A part of the history, checked. */
export interface ChainPart {
  readonly place: ChainPlace;
  /** What the moves did, in their order. */
  readonly moves: readonly { readonly sequence: number; readonly versionId: number; readonly from: Status | "none"; readonly to: Status }[];
  /** The first move that does not fit; nothing after it was looked at. */
  readonly fault: ChainFault | undefined;
}

export interface ChainFault {
  /** Null when there is no move to name. */
  readonly sequence: number | null;
  readonly detail: string;
}

/** The part of the store that answers for the audit. Every query is answered from an index. */
export interface AuditQueries {
  /** Ids of the versions that were live, by line; lines on which nothing was live are absent. */
  liveVersionsAt(lineIds: readonly number[], at: bigint): Promise<ReadonlyMap<number, number>>;
  /** What had made each line's live state what it was; lines on which nothing ever had been live are absent. */
  liveMomentsAt(lineIds: readonly number[], at: bigint): Promise<ReadonlyMap<number, LiveMoment>>;
  /** How many times what is live changed after `from` and until `to`, by line; lines without a change are absent. */
  liveChangeCounts(lineIds: readonly number[], from: bigint, to: bigint): Promise<ReadonlyMap<number, number>>;
  /** The newest report of each until the time; those without one are absent. */
  reportsAt(keys: readonly ReportKey[]): Promise<readonly ClientReport[]>;
  /** By id; ids that name none are passed over. */
  versionsById(ids: readonly number[]): Promise<readonly VersionRecord[]>;
  /** Ids of all lines' versions, newest first. */
  newestVersionIds(limit: number, filter: VersionFilter): Promise<readonly number[]>;
  /** The newest of each line; lines without any are absent. */
  newestVersionOfEach(
    lineIds: readonly number[],
    filter: VersionFilter,
  ): Promise<readonly { readonly lineId: number; readonly id: number }[]>;
  /** Ids of each line's newest versions above `above`, in no order: at least `limit` where there are so many, at most twice as many. */
  newestVersionIdsOf(lineIds: readonly number[], limit: number, above: number, filter: VersionFilter): Promise<readonly number[]>;
  /** Label of the newest version of each line. */
  newestLabels(lineIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** Newest records of paper trading of versions of any lines. */
  newestPapers(versions: readonly { readonly lineId: number; readonly id: number }[]): Promise<ReadonlyMap<number, PaperRecord>>;
  /** The line's versions by a metric, ties by newest; those without the metric last, newest first. */
  versionsByMetric(lineId: number, metric: string, order: "asc" | "desc", limit: number): Promise<readonly RankedVersion[]>;
  /** Names of metrics that the line's versions have, at most `limit`, by name. */
  metricNames(lineId: number, limit: number): Promise<readonly string[]>;
  /** Follows the history from a place on, at most `limit` moves. */
  checkChain(from: ChainPlace, limit: number): Promise<ChainPart>;
  /** Statuses of the versions with an id above `after`, by id. */
  statusesAfter(after: number, limit: number): Promise<readonly { readonly id: number; readonly status: Status }[]>;
  /** What is wrong between a version's status and its last move, as both are now; undefined when they agree. */
  checkStatus(versionId: number): Promise<ChainFault | undefined>;
}
