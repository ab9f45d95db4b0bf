// The steps that change what is live, shared by captures and by moves that a person asks for.

import type { MoveAction, Status } from "../../shared/domain/lifecycle.ts";
import type { ChangeDraft, LineDraft, MoveFacts } from "./change-draft.ts";
import type { EventRecord, VersionRecord } from "./ports.ts";

/** Who does it and why. */
export interface Because {
  readonly reason: string;
  readonly actor: string;
}

type GoLiveAction = Extract<MoveAction, "captured" | "returned" | "activated" | "resumed" | "promoted" | "rolled_back">;

/** What becomes of the version that was live until then. */
export interface Departure {
  readonly action: Extract<MoveAction, "replaced" | "rolled_back">;
  readonly to: Exclude<Status, "production">;
  readonly reason: string;
}

/** What else a move to production keeps; by default the incumbent is archived. */
export interface GoLiveOptions {
  readonly facts?: MoveFacts;
  readonly departure?: Departure;
}

/** Makes a version live: takes the incumbent out, moves the version to production, points the line at it, ends its paper trading. Returns the event. */
export function goLive(
  draft: ChangeDraft,
  line: LineDraft,
  version: VersionRecord,
  action: GoLiveAction,
  because: Because,
  options: GoLiveOptions = {},
): EventRecord {
  const { namespace, name } = line.record;
  const incumbent = line.live;
  if (incumbent !== null) {
    const departure = options.departure ?? { action: "replaced", to: "archived", reason: `replaced by ${version.label}` };
    leaveProduction(draft, line, incumbent, departure, because.actor);
  }
  const event = draft.event("version_live", {
    source: namespace,
    groupKey: name,
    version: version.label,
    previousVersion: incumbent?.label ?? "",
    reason: because.reason,
    actor: because.actor,
  });
  const live = draft.move(line, version, action, action === "captured" ? "none" : version.status, "production", event, options.facts);
  line.live = live;
  line.lastLive = live;
  line.record = {
    ...line.record,
    liveVersionId: live.id,
    lastLiveVersionId: live.id,
    liveSequence: event.sequence,
    liveSince: event.at,
    liveReason: because.reason,
    previousLabel: incumbent?.label ?? "",
  };
  endPaper(draft, line, version, because.actor, "it went live");
  return event;
}

/** Withdraws what is live: archived, nothing is served for the line any more. */
export function withdraw(draft: ChangeDraft, line: LineDraft, because: Because): void {
  leaveEmpty(draft, line, "withdrawn", "archived", because);
}

/** Marks what is live as failed: nothing is served for the line any more. Returns the event; undefined when nothing was live. */
export function failLive(draft: ChangeDraft, line: LineDraft, because: Because, facts: MoveFacts): EventRecord | undefined {
  return leaveEmpty(draft, line, "failed", "failed", because, facts);
}

/** Marks a version that is not live as failed, for good, and ends its paper trading. Returns the event. */
export function markFailed(
  draft: ChangeDraft,
  line: LineDraft,
  version: VersionRecord,
  kind: "version_moved" | "model.validation.failed",
  because: Because,
  facts: MoveFacts = {},
): EventRecord {
  const { namespace, name } = line.record;
  const event = draft.event(kind, { source: namespace, groupKey: name, version: version.label, ...because });
  draft.move(line, version, "failed", version.status, "failed", event, facts);
  endPaper(draft, line, version, because.actor, "it failed");
  return event;
}

/** Ends the open paper trading of a version that is no longer staged, and says so. */
export function endPaper(draft: ChangeDraft, line: LineDraft, version: VersionRecord, actor: string, reason: string): void {
  if (draft.registry.endPaper(version.id, draft.now(), actor) === undefined) return;
  const { namespace, name } = line.record;
  draft.event("paper_stopped", { source: namespace, groupKey: name, version: version.label, reason, actor });
}

/** Sets what is wrong with the line's files ("" = nothing) and says so once. */
export function setHealth(draft: ChangeDraft, line: LineDraft, degraded: string, actor: string): void {
  if (line.record.degraded === degraded) return;
  const event = draft.event(degraded === "" ? "line_recovered" : "line_degraded", {
    source: line.record.namespace,
    groupKey: line.record.name,
    version: line.live?.label ?? "",
    reason: degraded,
    actor,
  });
  line.record = { ...line.record, degraded, healthSequence: event.sequence, healthSince: event.at };
}

/** Pins or unpins the line and says so when that changes it. */
export function setPinned(draft: ChangeDraft, line: LineDraft, pinned: boolean, because: Because): void {
  if (line.record.pinned === pinned) return;
  draft.event(pinned ? "line_pinned" : "line_unpinned", {
    source: line.record.namespace,
    groupKey: line.record.name,
    version: line.live?.label ?? "",
    reason: because.reason,
    actor: because.actor,
  });
  line.record = { ...line.record, pinned };
}

function leaveProduction(draft: ChangeDraft, line: LineDraft, version: VersionRecord, departure: Departure, actor: string): void {
  const event = draft.event("version_moved", {
    source: line.record.namespace,
    groupKey: line.record.name,
    version: version.label,
    reason: departure.reason,
    actor,
  });
  draft.move(line, version, departure.action, "production", departure.to, event);
}

function leaveEmpty(
  draft: ChangeDraft,
  line: LineDraft,
  action: "withdrawn" | "failed",
  to: "archived" | "failed",
  because: Because,
  facts: MoveFacts = {},
): EventRecord | undefined {
  const incumbent = line.live;
  if (incumbent === null) return undefined;
  const event = draft.event("line_withdrawn", {
    source: line.record.namespace,
    groupKey: line.record.name,
    previousVersion: incumbent.label,
    reason: because.reason,
    actor: because.actor,
  });
  draft.move(line, incumbent, action, "production", to, event, facts);
  line.live = null;
  line.record = {
    ...line.record,
    liveVersionId: null,
    liveSequence: event.sequence,
    liveSince: event.at,
    liveReason: because.reason,
    previousLabel: incumbent.label,
  };
  return event;
}
