// What can happen to the model, and what the model asks to be done about it.

import type { CatalogEvent } from "../../shared/contract/events.ts";
import type { LineSummaryView, LiveAtView, LiveDifferenceView } from "../../shared/contract/registry-views.ts";
import type { CallInput, CallName } from "../../shared/contract/operations.ts";
import type { GroupView, SourceView } from "../../shared/contract/views.ts";
import type { Welcome } from "../client/daemon-client.ts";
import type { Key } from "../keys/split-keys.ts";
import type { HistoryPart, LineParts, LostMove, Model, PartName } from "./model.ts";
import type { MovePlan, PlanRequest } from "./move-types.ts";

/** A part of a line that has come; one member for each part, so that name and value belong together. */
export type PartLoaded = {
  [P in PartName]: { readonly type: "part_loaded"; readonly line: string; readonly part: P; readonly value: LineParts[P] };
}[PartName];

export type Action =
  | { readonly type: "resized"; readonly columns: number; readonly rows: number }
  | { readonly type: "key"; readonly key: Key; readonly atMs: number }
  /** `resumed`: events go on where they stopped; else everything is loaded anew. */
  | { readonly type: "connected"; readonly welcome: Welcome; readonly sequence: number; readonly resumed: boolean }
  | { readonly type: "connection_lost"; readonly reason: string; readonly since: string }
  | { readonly type: "connect_failed"; readonly reason: string; readonly isRefused: boolean }
  | { readonly type: "events"; readonly events: readonly CatalogEvent[]; readonly atMs: number }
  | { readonly type: "sources_loaded"; readonly items: readonly SourceView[] }
  | { readonly type: "sources_failed"; readonly reason: string }
  | { readonly type: "scan_progressed"; readonly name: string; readonly scan: SourceView["scan"] }
  | {
      readonly type: "groups_page";
      readonly source: string;
      readonly items: readonly GroupView[];
      readonly total: number;
      readonly isFirst: boolean;
      readonly isLast: boolean;
    }
  | { readonly type: "groups_failed"; readonly source: string; readonly reason: string }
  /** The rows of exactly these keys: one that did not come is gone. */
  | { readonly type: "rows_refreshed"; readonly source: string; readonly keys: readonly string[]; readonly items: readonly GroupView[] }
  | PartLoaded
  | { readonly type: "part_failed"; readonly line: string; readonly part: PartName; readonly reason: string }
  | { readonly type: "history_page"; readonly line: string; readonly page: HistoryPart }
  | ({ readonly type: "lines_page"; readonly items: readonly LineSummaryView[] } & PageFacts)
  | { readonly type: "lines_failed"; readonly reason: string }
  /** The rows of exactly these lines: one that did not come is gone. */
  | { readonly type: "lines_refreshed"; readonly lines: readonly string[]; readonly items: readonly LineSummaryView[] }
  | ({ readonly type: "live_page"; readonly target: string; readonly at: string; readonly items: readonly LiveAtView[] } & PageFacts)
  | ({
      readonly type: "changes_page";
      readonly target: string;
      readonly at: string;
      readonly until: string;
      readonly items: readonly LiveDifferenceView[];
    } & PageFacts)
  | { readonly type: "live_failed"; readonly target: string; readonly reason: string }
  | { readonly type: "plan_loaded"; readonly request: PlanRequest; readonly plan: MovePlan; readonly atMs: number }
  | { readonly type: "plan_failed"; readonly request: PlanRequest; readonly reason: string }
  /** Nobody knows whether the command was done. */
  | { readonly type: "command_lost"; readonly lost: LostMove }
  /** `at`: when it was done; undefined = it was not. */
  | { readonly type: "outcome_known"; readonly requestId: string; readonly at: string | undefined }
  | { readonly type: "outcome_unknown"; readonly requestId: string; readonly reason: string }
  | { readonly type: "command_done"; readonly command: CommandRequest["name"]; readonly text: string }
  | { readonly type: "command_failed"; readonly command: CommandRequest["name"]; readonly reason: string }
  | { readonly type: "marks_expired"; readonly atMs: number };

/** Where a page stands among the pages of its list. */
export interface PageFacts {
  readonly total: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** A change that is asked of the daemon. */
export type CommandRequest = { [N in CommandName]: { readonly name: N; readonly input: CallInput<N> } }[CommandName];
export type CommandName = Extract<
  CallName,
  | "refresh"
  | "source.add"
  | "source.remove"
  | "line.activate"
  | "line.resume"
  | "line.promote"
  | "line.rollback"
  | "version.archive"
  | "version.restage"
  | "version.fail"
  | "paper.start"
  | "paper.stop"
>;

/** What the effects do for the model; the only way in which the model reaches the outside. */
export type Effect =
  | { readonly type: "load_sources" }
  | { readonly type: "load_groups"; readonly source: string }
  | { readonly type: "refresh_rows"; readonly source: string; readonly keys: readonly string[] }
  | { readonly type: "load_parts"; readonly line: string; readonly parts: readonly PartName[] }
  | { readonly type: "follow_scan"; readonly source: string }
  /** Moves older than those that are there. */
  | { readonly type: "more_history"; readonly line: string; readonly after: string }
  | { readonly type: "load_lines" }
  | { readonly type: "refresh_lines"; readonly lines: readonly string[] }
  /** Without `at` the time is now. */
  | { readonly type: "load_live"; readonly target: string; readonly at: string | undefined; readonly until: string | undefined }
  | { readonly type: "plan"; readonly request: PlanRequest }
  | { readonly type: "look_up"; readonly lost: LostMove }
  | { readonly type: "command"; readonly request: CommandRequest }
  /** Directories named on the command line; one that is registered already is passed over. */
  | { readonly type: "register_paths"; readonly paths: readonly string[] }
  | { readonly type: "expire_marks"; readonly afterMs: number }
  /** Gives the terminal to the shell until the user comes back. */
  | { readonly type: "suspend" }
  | { readonly type: "exit"; readonly code: number };

/** A new model, and what is to be done. */
export interface Step {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** A step that only changes the model. */
export function quiet(model: Model): Step {
  return { model, effects: [] };
}

/** A step that changes the model and asks for effects. */
export function asking(model: Model, ...effects: readonly Effect[]): Step {
  return { model, effects };
}
