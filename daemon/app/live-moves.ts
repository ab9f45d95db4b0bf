// The steps that change what is live, shared by captures and by moves that a person asks for.

import type { MoveAction } from "../../shared/domain/lifecycle.ts";
import type { ChangeDraft, LineDraft } from "./change-draft.ts";
import type { EventRecord, VersionRecord } from "./ports.ts";

/** Who does it and why. */
export interface Because {
  readonly reason: string;
  readonly actor: string;
}

type GoLiveAction = Extract<MoveAction, "captured" | "returned" | "activated" | "resumed" | "promoted" | "rolled_back">;

/** Makes a version live: archives the incumbent, moves the version to production, points the line at it. Returns the event. */
export function goLive(draft: ChangeDraft, line: LineDraft, version: VersionRecord, action: GoLiveAction, because: Because): EventRecord {
  const { namespace, name } = line.record;
  const incumbent = line.live;
  if (incumbent !== null)
    leaveProduction(draft, line, incumbent, "replaced", { reason: `replaced by ${version.label}`, actor: because.actor });
  const event = draft.event("version_live", {
    source: namespace,
    groupKey: name,
    version: version.label,
    previousVersion: incumbent?.label ?? "",
    reason: because.reason,
    actor: because.actor,
  });
  const live = draft.move(line, version, action, action === "captured" ? "none" : version.status, "production", event);
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
  return event;
}

/** Withdraws what is live: archived, nothing is served for the line any more. */
export function withdraw(draft: ChangeDraft, line: LineDraft, because: Because): void {
  const incumbent = line.live;
  if (incumbent === null) return;
  const event = draft.event("line_withdrawn", {
    source: line.record.namespace,
    groupKey: line.record.name,
    previousVersion: incumbent.label,
    reason: because.reason,
    actor: because.actor,
  });
  draft.move(line, incumbent, "withdrawn", "production", "archived", event);
  line.live = null;
  line.record = {
    ...line.record,
    liveVersionId: null,
    liveSequence: event.sequence,
    liveSince: event.at,
    liveReason: because.reason,
    previousLabel: incumbent.label,
  };
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

function leaveProduction(draft: ChangeDraft, line: LineDraft, version: VersionRecord, action: "replaced", because: Because): void {
  const event = draft.event("version_moved", {
    source: line.record.namespace,
    groupKey: line.record.name,
    version: version.label,
    reason: because.reason,
    actor: because.actor,
  });
  draft.move(line, version, action, "production", "archived", event);
}
