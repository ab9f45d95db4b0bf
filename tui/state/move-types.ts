// The moves that a dialog asks for, and what is known of one before it is made.

import type { ComparisonView, GateVerdictView } from "../../shared/contract/registry-views.ts";
import type { VersionView } from "../../shared/contract/views.ts";

export const MOVE_KINDS = ["promote", "rollback", "activate", "archive", "restage", "fail", "paper_start", "paper_stop"] as const;
export type MoveKind = (typeof MOVE_KINDS)[number];

/** What every dialog has that asks something. */
export interface DialogBase {
  /** Monotonic milliseconds when it opened. */
  readonly openedAtMs: number;
  readonly isBusy: boolean;
  readonly fault: string | undefined;
}

/** A client that has said it runs a version of the line. */
export interface LoadedBy {
  readonly clientId: string;
  readonly version: string;
}

/** What a move would do, as the daemon says now. */
export interface MovePlan {
  /** The version that moves: of a rollback the one that becomes live again. */
  readonly version: string;
  /** Live now, and afterwards; empty = nothing. */
  readonly from: string;
  readonly to: string;
  /** False: it is so already. */
  readonly changes: boolean;
  readonly isPinned: boolean;
  readonly policy: string;
  /** What is known of the version that is live now, and of the one that moves. */
  readonly fromView: VersionView | undefined;
  readonly view: VersionView | undefined;
  readonly gates: readonly GateVerdictView[];
  /** Such as datasets that moved on since the training. */
  readonly warnings: readonly string[];
  readonly comparison: ComparisonView | undefined;
  /** Why there is no comparison, when that needs words. */
  readonly comparisonNote: string;
  readonly loadedBy: readonly LoadedBy[];
}

/** What is asked of the daemon before a move. */
export interface PlanRequest {
  readonly move: MoveKind;
  readonly line: string;
  /** Empty for a rollback to whatever was live before. */
  readonly version: string;
}

/** The field that keys go to; `none` = y or n. */
export type MoveField = "none" | "option" | "reason" | "name";

export interface MoveDialog extends DialogBase, PlanRequest {
  readonly kind: "move";
  /** What is served changes: the line's name has to be typed. */
  readonly isProduction: boolean;
  readonly plan: MovePlan | undefined;
  readonly planFault: string | undefined;
  /** What changed on the line since the dialog opened; empty = nothing. */
  readonly news: string;
  /** What happened on the line, until a new plan says whether that matters here; nothing is confirmed meanwhile. */
  readonly heard: string;
  readonly field: MoveField;
  /** Skip the gates, or mark the version that is left as failed. */
  readonly isOptionOn: boolean;
  readonly reason: string;
  readonly typed: string;
  /** The id of a move whose answer never came; empty = none. */
  readonly lostId: string;
}

/** What can be switched on in a move's dialog. */
export interface MoveOption {
  readonly label: string;
  readonly needsAdmin: boolean;
}

/** A move in words. */
export interface MoveWords {
  readonly verb: string;
  /** What the key does that confirms it. */
  readonly doing: string;
  /** What it will do, before the question. */
  readonly note: string;
  /** The name of the text that goes with it. */
  readonly textLabel: "reason" | "evidence";
  readonly option?: MoveOption;
}

export const MOVE_WORDS: Readonly<Record<MoveKind, MoveWords>> = {
  promote: {
    verb: "Promote",
    doing: "promote it",
    note: "Clients that follow this line get it at once. The line is unpinned.",
    textLabel: "reason",
    option: { label: "skip the gates (needs a reason; the history says so)", needsAdmin: true },
  },
  rollback: {
    verb: "Roll back",
    doing: "roll back",
    note: "Clients that follow this line get it at once. The line is pinned: nothing else goes live until resume or promote.",
    textLabel: "reason",
    option: { label: "mark the version that is left as failed, for good", needsAdmin: false },
  },
  activate: {
    verb: "Activate",
    doing: "activate it",
    note: "Without gates. Clients get it at once. The line is pinned: new files become versions, but do not go live until you resume.",
    textLabel: "reason",
  },
  archive: { verb: "Archive", doing: "archive it", note: "The version is put away; restage brings it back.", textLabel: "reason" },
  restage: { verb: "Restage", doing: "restage it", note: "The version is staged again and may be promoted.", textLabel: "reason" },
  fail: { verb: "Fail", doing: "mark it as failed", note: "For good: a failed version never goes live again.", textLabel: "reason" },
  paper_start: {
    verb: "Start paper trading of",
    doing: "start",
    note: "The daemon measures its hours from now on; the paper_trade_hours gate counts them.",
    textLabel: "evidence",
  },
  paper_stop: { verb: "Stop paper trading of", doing: "stop", note: "The hours that were measured stay.", textLabel: "evidence" },
};
