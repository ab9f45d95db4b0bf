// Records of the catalog as the shapes that doors show.

import type { FileView, GroupView, LiveView, MoveView, SourceView, VersionView } from "../../shared/contract/views.ts";
import type { GateVerdictView, PaperView, RegistrationView } from "../../shared/contract/registry-views.ts";
import type { CatalogEvent } from "../../shared/contract/events.ts";
import { isRegistryNamespace, lineName } from "../../shared/domain/names.ts";
import { formatMicros } from "../../shared/lib/clock.ts";
import type { LineState, SourceState } from "./catalog.ts";
import type { ChainedMove, EventRecord, PaperRecord, RegistrationRecord, VersionFile, VersionRecord } from "./ports.ts";
import { fetchedSha256 } from "./version-document.ts";

/** A source with its counts; `extra` warnings come first. */
export function toSourceView(source: SourceState, extra: readonly string[] = []): SourceView {
  const { record, condition } = source;
  let ready = 0;
  let degraded = 0;
  for (const line of source.listed.values()) {
    if (line.live?.ready === true) ready++;
    if (line.record.degraded !== "") degraded++;
  }
  return {
    name: record.name,
    root_path: record.rootPath,
    policy: record.policy,
    created_at: formatMicros(record.createdAt),
    updated_at: formatMicros(record.updatedAt),
    scanned_at: source.scannedAt === null ? null : formatMicros(source.scannedAt),
    symbol_count: source.bySymbol.size - (source.bySymbol.has("") ? 1 : 0),
    group_count: source.listed.size,
    ready_count: ready,
    degraded_count: degraded,
    degraded: condition.degraded,
    warnings: [...extra, ...condition.warnings],
    scan: { ...source.scan },
  };
}

/** One row of a source's list: what is live, else what lies on disk. */
export function toGroupView(line: LineState): GroupView {
  const { record, live, group } = line;
  const shown = live ?? group;
  return {
    source: record.namespace,
    group_key: record.name,
    line: lineName(record.namespace, record.name),
    symbol: shown?.symbol ?? ownSymbol(record),
    return_name: shown?.returnName ?? "",
    feature_dim: shown?.featureDim ?? 0,
    factor_count: shown?.factorCount ?? 0,
    ready: live?.ready ?? false,
    version: live?.label ?? "",
    sha256: live === null ? "" : fetchedSha256(live),
    pinned: record.pinned,
    policy: record.policy,
    degraded: record.degraded,
    train_start_date: shown?.trainStart ?? null,
    train_end_date: shown?.trainEnd ?? null,
    warnings: [...(shown?.warnings ?? [])],
    changed_at: formatMicros(latest(record.liveSince, record.healthSince, group?.changedAt ?? 0n)),
  };
}

/** Lines of the reserved namespaces go by their names also while nothing is live on them. */
export function ownSymbol({ namespace, name }: Pick<LineState["record"], "namespace" | "name">): string {
  return isRegistryNamespace(namespace) ? name : "";
}

/** What is shown of a version beside its record. */
export interface VersionExtras {
  /** Every file of it is stored. */
  readonly bytesKept: boolean;
  readonly registration: RegistrationRecord | undefined;
  /** The newest record of paper trading. */
  readonly paper: PaperRecord | undefined;
  readonly gates: readonly GateVerdictView[];
  /** For the hours of open paper trading. */
  readonly now: bigint;
}

/** A version as shown in lists. */
export function toVersionView(line: LineState, version: VersionRecord, extras: VersionExtras): VersionView {
  return {
    line: lineName(line.record.namespace, line.record.name),
    version: version.label,
    status: version.status,
    live: line.live?.id === version.id,
    ready: version.ready,
    created_at: formatMicros(version.createdAt),
    status_since: formatMicros(version.statusSince),
    reason: version.statusReason,
    actor: version.statusActor,
    sha256: fetchedSha256(version),
    content_digest: version.contentDigest,
    symbol: version.symbol,
    return_name: version.returnName,
    feature_dim: version.featureDim,
    train_end_date: version.trainEnd,
    golden: version.golden,
    warnings: [...version.warnings],
    files: version.files.map(toFileView),
    bytes_kept: extras.bytesKept,
    registration: extras.registration === undefined ? null : toRegistrationView(extras.registration),
    metrics: { ...extras.registration?.metrics },
    paper: extras.paper === undefined ? null : toPaperView(line, version.label, extras.paper, extras.now),
    gates: [...extras.gates],
  };
}

/** What a registration says. */
export function toRegistrationView(record: RegistrationRecord): RegistrationView {
  return {
    model_id: record.modelId,
    format: record.format,
    created_by: record.createdBy,
    model_path: record.modelPath,
    checksum_sha256: record.checksumSha256,
    metadata_sha256: record.metadataSha256,
    snapshot_id: record.snapshotId,
    config_hash: record.configHash,
    dataset_version_ids: { ...record.datasetVersions },
    run_id: record.runId,
    experiment_id: record.experimentId,
    notes: record.notes,
  };
}

const MICROS_PER_HOUR = 3_600_000_000;

/** Hours of paper trading that were measured in all stretches, until `now` where one is open; a stretch over which the clock went back counts 0. */
export function paperHours(papers: readonly PaperRecord[], now: bigint): number {
  // Divided once: hours as doubles would add up to a little less than they are.
  const micros = papers.reduce((sum, { startedAt, stoppedAt }) => {
    const took = (stoppedAt ?? now) - startedAt;
    return took > 0n ? sum + took : sum;
  }, 0n);
  return Number(micros) / MICROS_PER_HOUR;
}

/** A record of paper trading of the version with that label. */
export function toPaperView(line: Pick<LineState, "record">, label: string, paper: PaperRecord, now: bigint): PaperView {
  return {
    line: lineName(line.record.namespace, line.record.name),
    version: label,
    started_at: formatMicros(paper.startedAt),
    started_by: paper.startedBy,
    stopped_at: paper.stoppedAt === null ? null : formatMicros(paper.stoppedAt),
    stopped_by: paper.stoppedBy,
    evidence: paper.evidence,
    hours: paperHours([paper], now),
  };
}

/** A file of a version. */
export function toFileView(file: VersionFile): FileView {
  return {
    kind: file.kind,
    path: file.path,
    size_bytes: file.size,
    sha256: file.sha256,
    modified_at: formatMicros(BigInt(file.mtimeNs) / 1000n),
  };
}

/** A move with the label of its version. */
export function toMoveView(line: LineState, move: ChainedMove): MoveView {
  return {
    sequence: move.sequence,
    at: formatMicros(move.at),
    line: lineName(line.record.namespace, line.record.name),
    version: move.label,
    action: move.action,
    from_status: move.from === "none" ? null : move.from,
    to_status: move.to,
    reason: move.reason,
    actor: move.actor,
    // Written by us as the verdicts' shape: trusted.
    gates: move.gates === "" ? [] : (JSON.parse(move.gates) as GateVerdictView[]),
    gates_skipped: move.gatesSkipped,
    request_id: move.requestId,
    hash: move.hash,
  };
}

/** What is live on a line, or undefined when nothing is. */
export function toLiveView(line: LineState): LiveView | undefined {
  const { record, live } = line;
  if (live === null) return undefined;
  return {
    line: lineName(record.namespace, record.name),
    version: live.label,
    sha256: fetchedSha256(live),
    since: formatMicros(record.liveSince),
    activation: record.liveSequence,
    pinned: record.pinned,
    reason: record.liveReason,
  };
}

/** An event as it is streamed. */
export function toCatalogEvent(event: EventRecord): CatalogEvent {
  return {
    sequence: event.sequence,
    at: formatMicros(event.at),
    kind: event.kind,
    source: event.source,
    group_key: event.groupKey,
    version: event.version,
    previous_version: event.previousVersion,
    reason: event.reason,
    actor: event.actor,
  };
}

function latest(...times: readonly bigint[]): bigint {
  return times.reduce((newest, time) => (time > newest ? time : newest), 0n);
}
