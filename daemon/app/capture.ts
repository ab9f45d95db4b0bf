// Puts what was read from disk on a draft: a new version, a known one going live again, or a degraded line.

import { capturedLabel } from "../../shared/domain/version-label.ts";
import type { Catalog } from "./catalog.ts";
import { decideCapture, type CaptureDecision } from "./capture-rules.ts";
import type { ChangeDraft, LineDraft, MoveFacts } from "./change-draft.ts";
import { wasEverLive } from "./line-history.ts";
import { goLive, setHealth, withdraw, type Because } from "./live-moves.ts";
import { standingDamage } from "./object-damage.ts";
import { keptBytesOf } from "./kept-bytes.ts";
import { proofDigest, type Prover } from "./prove-version.ts";
import type { CatalogStore, GroupReader, GroupReading, GroupRecord, Log, ObservedGroup, VersionRecord } from "./ports.ts";

/** What captures work with. */
export interface CaptureTools {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "versionByContent" | "versionsOf" | "movesOf">;
  readonly reader: Pick<GroupReader, "version">;
  readonly prover: Prover;
  readonly log: Log;
}

type Read = Extract<GroupReading, { outcome: "read" }>;

/** A person who asks for the files on disk to be followed again, under which id. */
export interface Resuming extends Because {
  readonly requestId: string;
}

/** The daemon itself, as it stands in the history of captures. */
export const DAEMON_ACTOR = "daemon";

/** Applies the capture rules to a reading. `resuming`: a person asked, so unchanged files count as news. */
export async function captureReading(
  tools: CaptureTools,
  draft: ChangeDraft,
  group: ObservedGroup,
  reading: Read,
  resuming?: Resuming,
): Promise<"done" | "again"> {
  const source = tools.catalog.sources.get(group.sourceId);
  if (source === undefined || source.record.removedAt !== null) return "done";
  const line = draft.lineNamed(source.record.name, group.groupKey, source.record.policy);
  const before = tools.catalog.line(source.record.name, group.groupKey)?.group ?? null;
  const hasVersions = line.record.nextNumber > 1;
  const same = hasVersions ? await tools.store.versionByContent(line.record.id, reading.contentDigest) : undefined;
  const decided = decideCapture({
    line: line.record,
    live: line.live,
    lastLive: line.lastLive,
    reading,
    contentBefore: before?.contentDigest ?? "",
    resuming: resuming !== undefined,
    same,
    sameMayReturn: same?.status !== "archived" || (await wasEverLive(tools.store, same)),
    newest: hasVersions ? await newestVersion(tools, line) : undefined,
  });
  const failure = same === undefined ? "" : await keptFailure(tools, same, decided, reading, before);
  const decision: CaptureDecision = failure === "" ? decided : { action: "none", degraded: failure };
  const because: Because = resuming ?? { reason: "captured", actor: DAEMON_ACTOR };
  const liveBefore = line.live;
  const facts: MoveFacts = { requestId: resuming?.requestId ?? "" };
  if (decision.action === "capture")
    addCaptured(draft, line, reading, decision.status, { reason: decision.reason, actor: because.actor }, facts);
  if (decision.action === "go_live") {
    const reason = resuming?.reason ?? `its files are back on disk`;
    goLive(draft, line, decision.version, resuming === undefined ? "returned" : "resumed", { reason, actor: because.actor }, { facts });
    draft.needBytes(keptBytesOf(reading));
  }
  // Good files on disk do not mend what is stored of another live version.
  const damage = line.live === liveBefore ? standingDamage(line.record) : "";
  setHealth(draft, line, decision.degraded === "" ? damage : decision.degraded, DAEMON_ACTOR);
  // Content that could not be read as a whole counts as unknown, so that its repair is news.
  const contentDigest = reading.faults.length > 0 && decision.action === "none" ? "" : reading.contentDigest;
  const record = groupRecord(tools, draft, group, line, reading, contentDigest);
  if (decision.action === "none" && isNews(before, record)) announceGroup(draft, line, record);
  draft.putGroup({ ...record, changedAt: before !== null && !isNews(before, record) ? before.changedAt : record.changedAt });
  return "done";
}

/**
 * What the rows that were kept with a known version say about it, where they are not those of this reading: asked when it is to go live again,
 * and of the live version when readers of another version than before looked at it.
 */
async function keptFailure(
  { prover, reader }: CaptureTools,
  same: VersionRecord,
  decision: CaptureDecision,
  reading: Read,
  before: GroupRecord | null,
): Promise<string> {
  const isLookedAtAnew = decision.action === "none" && same.status === "production" && before?.readerVersion !== reader.version;
  if (decision.action !== "go_live" && !isLookedAtAnew) return "";
  return proofDigest(same) === proofDigest(reading) ? "" : prover.failureOf(same);
}

/** A group whose content could not be learnt: its line is degraded, what is live stays. */
export function degradeUnread(
  tools: CaptureTools,
  draft: ChangeDraft,
  group: ObservedGroup,
  reading: Exclude<GroupReading, Read>,
): "done" | "again" {
  if (reading.outcome === "unstable") return "again";
  if (reading.outcome === "incomplete" && !group.settled) return "again";
  const source = tools.catalog.sources.get(group.sourceId);
  if (source === undefined || source.record.removedAt !== null) return "done";
  const line = draft.lineNamed(source.record.name, group.groupKey, source.record.policy);
  const before = tools.catalog.line(source.record.name, group.groupKey)?.group ?? null;
  setHealth(draft, line, reading.reason, DAEMON_ACTOR);
  const record: GroupRecord = {
    sourceId: group.sourceId,
    groupKey: group.groupKey,
    lineId: line.record.id,
    files: group.files,
    readerVersion: tools.reader.version,
    contentDigest: "",
    ready: false,
    symbol: before?.symbol ?? symbolOfKey(group.groupKey),
    returnName: before?.returnName ?? "",
    featureDim: 0,
    factorCount: 0,
    trainStart: null,
    trainEnd: null,
    warnings: [reading.reason],
    changedAt: draft.now(),
  };
  if (before === null) announceGroup(draft, line, record);
  draft.putGroup(record);
  return reading.outcome === "failed" ? "again" : "done";
}

/** Groups whose files are all gone: an unpinned line that follows is withdrawn, others stay and say so. */
export function dropGone(tools: Pick<CaptureTools, "catalog">, draft: ChangeDraft, sourceId: number, groupKeys: readonly string[]): void {
  const source = tools.catalog.sources.get(sourceId);
  if (source === undefined || source.record.removedAt !== null) return;
  for (const groupKey of groupKeys) {
    const known = tools.catalog.line(source.record.name, groupKey);
    if (known === undefined) continue;
    const line = draft.line(known);
    const stays = line.live !== null && (line.record.pinned || line.record.policy === "gated");
    if (stays) setHealth(draft, line, "all files of the group are gone from the directory", DAEMON_ACTOR);
    else {
      withdraw(draft, line, { reason: "all files of the group were deleted", actor: DAEMON_ACTOR });
      setHealth(draft, line, "", DAEMON_ACTOR);
    }
    if (known.group === null) continue;
    draft.event("group_gone", { source: source.record.name, groupKey, actor: DAEMON_ACTOR });
    draft.dropGroup(sourceId, groupKey, known.record.id);
  }
}

function addCaptured(
  draft: ChangeDraft,
  line: LineDraft,
  reading: Read,
  status: "production" | "staged" | "failed",
  because: Because,
  facts: MoveFacts,
): void {
  const { summary } = reading;
  const label = capturedLabel(line.record.nextNumber);
  const warnings = [...summary.warnings, ...reading.faults.map((fault) => `${fault.file}: ${fault.reason}`)];
  const version: VersionRecord = {
    id: draft.nextVersionId(),
    lineId: line.record.id,
    label,
    number: line.record.nextNumber,
    status: "staged",
    statusSince: 0n,
    statusReason: "",
    statusActor: "",
    createdAt: 0n,
    contentDigest: reading.contentDigest,
    servedSha256: reading.served.sha256,
    servedBytes: reading.served.bytes,
    ready: reading.ready,
    consistent: reading.contradictions.length === 0,
    symbol: summary.symbol,
    returnName: summary.returnName,
    featureDim: summary.featureDim,
    factorCount: summary.factorCount,
    trainStart: summary.trainStart,
    trainEnd: summary.trainEnd,
    golden: summary.golden,
    warnings,
    files: reading.files.map(({ kind, path, size, mtimeNs, sha256 }) => ({ kind, path, size, mtimeNs, sha256 })),
    derived: reading.derived.map(({ kind, size, sha256 }) => ({ kind, size, sha256 })),
  };
  line.record = { ...line.record, nextNumber: line.record.nextNumber + 1 };
  if (status === "production") {
    const createdAt = draft.now();
    draft.addVersion({ ...version, createdAt }, reading.descriptionText, keptBytesOf(reading));
    goLive(draft, line, { ...version, createdAt }, "captured", because, { facts });
    return;
  }
  const event = draft.event("version_captured", {
    source: line.record.namespace,
    groupKey: line.record.name,
    version: label,
    previousVersion: line.live?.label ?? "",
    reason: because.reason,
    actor: because.actor,
  });
  draft.addVersion({ ...version, createdAt: event.at }, reading.descriptionText, keptBytesOf(reading));
  draft.move(line, { ...version, createdAt: event.at }, "captured", "none", status, event, facts);
}

function groupRecord(
  tools: CaptureTools,
  draft: ChangeDraft,
  group: ObservedGroup,
  line: LineDraft,
  reading: Read,
  contentDigest: string,
): GroupRecord {
  const { summary } = reading;
  return {
    sourceId: group.sourceId,
    groupKey: group.groupKey,
    lineId: line.record.id,
    files: group.files,
    readerVersion: tools.reader.version,
    contentDigest,
    ready: reading.ready,
    symbol: summary.symbol,
    returnName: summary.returnName,
    featureDim: summary.featureDim,
    factorCount: summary.factorCount,
    trainStart: summary.trainStart,
    trainEnd: summary.trainEnd,
    warnings: [
      ...summary.warnings,
      ...reading.faults.map((fault) => `${fault.file}: ${fault.reason}`),
      ...(reading.ready ? [] : [`not ready: ${reading.notReady}`]),
    ],
    changedAt: draft.now(),
  };
}

/** True when a list of groups would show the group differently. */
function isNews(before: GroupRecord | null, now: GroupRecord): boolean {
  if (before === null) return true;
  return (
    before.contentDigest !== now.contentDigest ||
    before.ready !== now.ready ||
    before.symbol !== now.symbol ||
    before.warnings.join("\n") !== now.warnings.join("\n")
  );
}

function announceGroup(draft: ChangeDraft, line: LineDraft, record: GroupRecord): void {
  const { namespace, name } = line.record;
  draft.event("group_changed", {
    source: namespace,
    groupKey: name,
    version: line.live?.label ?? "",
    reason: record.warnings[0] ?? "",
    actor: DAEMON_ACTOR,
  });
}

function symbolOfKey(groupKey: string): string {
  const at = groupKey.indexOf("_");
  return at < 0 ? groupKey : groupKey.slice(0, at);
}

/** The version captured last; mostly it is the live one, and nobody need be asked. */
async function newestVersion(tools: CaptureTools, line: LineDraft): Promise<VersionRecord | undefined> {
  if (line.live?.number === line.record.nextNumber - 1) return line.live;
  return (await tools.store.versionsOf(line.record.id, 1))[0];
}
