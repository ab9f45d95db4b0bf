// What to do with what was read from disk: the case table of DESIGN §4 as one pure function.

import type { ContentKind } from "../../shared/domain/artifact-kinds.ts";
import type { GroupReading, LineRecord, VersionRecord } from "./ports.ts";

type Read = Extract<GroupReading, { outcome: "read" }>;

/** What the decision looks at. */
export interface CaptureFacts {
  readonly line: Pick<LineRecord, "policy" | "pinned">;
  readonly live: VersionRecord | null;
  /** The version that was live most recently, also when nothing is live now. */
  readonly lastLive: VersionRecord | null;
  /** The version with the same content, if there ever was one. */
  readonly same: VersionRecord | undefined;
  /** False when that version was put away before it ever was live: only a person brings it back. */
  readonly sameMayReturn: boolean;
  /** The version captured last. */
  readonly newest: VersionRecord | undefined;
  readonly reading: Read;
  /** Content that lay here when the group was last dealt with; "" = none or unreadable. */
  readonly contentBefore: string;
  /** A person asked for the rules to be applied although nothing changed (`resume`). */
  readonly resuming: boolean;
}

export type CaptureDecision =
  /** Nothing new; `degraded` says what is wrong with the files, "" = nothing. */
  | { readonly action: "none"; readonly degraded: string }
  /** A known version goes live again. */
  | { readonly action: "go_live"; readonly version: VersionRecord; readonly degraded: string }
  /** A new version. */
  | { readonly action: "capture"; readonly status: "production" | "staged" | "failed"; readonly reason: string; readonly degraded: string };

/** Applies the rules; see the table in DESIGN §4. */
export function decideCapture(facts: CaptureFacts): CaptureDecision {
  const { reading, live } = facts;
  const faults = reading.faults.map((fault) => `${fault.file}: ${fault.reason}`).join("; ");
  if (faults !== "" && (live !== null || reading.faults.some((fault) => fault.kind === "model_json")))
    return { action: "none", degraded: faults };
  const missing = missingFiles(facts);
  if (missing.length > 0) return { action: "none", degraded: `files are missing: ${missing.join(", ")}` };
  // What older readers could not use is a version of its own once ours can: the old one stays as it was recorded.
  const isLearnt = facts.same?.ready === false && facts.same.status === "staged" && reading.ready;
  if (facts.same !== undefined && !isLearnt) return decideKnown(facts, facts.same);
  if (!reading.ready) {
    if (live !== null) return { action: "none", degraded: reading.notReady };
    return { action: "capture", status: "staged", reason: `not ready: ${reading.notReady}`, degraded: "" };
  }
  return decideNew(facts);
}

function decideNew({ reading, lastLive, line }: CaptureFacts): CaptureDecision {
  if (reading.failure !== "") return { action: "capture", status: "failed", reason: reading.failure, degraded: reading.failure };
  const contradiction = reading.contradictions.join("; ");
  if (contradiction !== "" && lastLive?.consistent === true) {
    return { action: "capture", status: "staged", reason: `contradictory: ${contradiction}`, degraded: contradiction };
  }
  if (line.pinned) return { action: "capture", status: "staged", reason: "captured while the line is pinned", degraded: "" };
  if (line.policy === "gated") return { action: "capture", status: "staged", reason: "captured on a gated line", degraded: "" };
  return { action: "capture", status: "production", reason: "captured", degraded: "" };
}

function decideKnown(facts: CaptureFacts, same: VersionRecord): CaptureDecision {
  const { reading, live, line, lastLive } = facts;
  if (live?.id === same.id) return { action: "none", degraded: reading.failure };
  if (same.status === "failed") {
    return {
      action: "none",
      degraded: `the files hold ${same.label} again, which failed (${same.statusReason}); a new training is needed`,
    };
  }
  if (reading.failure !== "") return { action: "none", degraded: reading.failure };
  if (!same.ready) return { action: "none", degraded: live === null ? "" : reading.notReady };
  const contradiction = reading.contradictions.join("; ");
  if (contradiction !== "" && lastLive?.consistent === true && lastLive.id !== same.id) return { action: "none", degraded: contradiction };
  const unchanged = !facts.resuming && facts.contentBefore === reading.contentDigest;
  if (unchanged || line.pinned || line.policy === "gated") return { action: "none", degraded: "" };
  if (!facts.sameMayReturn)
    return {
      action: "none",
      degraded: `the files hold ${same.label}, which was put away (${same.statusReason}); restage it, or train anew`,
    };
  return { action: "go_live", version: same, degraded: "" };
}

/** Names of files that the live or the newest version has and the disk has not, when all that is there is unchanged from it. */
function missingFiles({ reading, live, newest, contentBefore }: CaptureFacts): readonly string[] {
  const here = new Map<ContentKind, string>(reading.files.map((file) => [file.kind, file.sha256]));
  // A group that comes back after it was withdrawn owes nothing to what it once was.
  for (const version of [live, contentBefore === "" ? undefined : newest]) {
    if (version === null || version === undefined) continue;
    const rest = version.files.filter((file) => here.has(file.kind));
    const isSubset =
      here.size < version.files.length && rest.length === here.size && rest.every((file) => here.get(file.kind) === file.sha256);
    if (isSubset) return version.files.filter((file) => !here.has(file.kind)).map((file) => file.path);
  }
  return [];
}
