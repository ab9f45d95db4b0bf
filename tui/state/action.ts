// What can happen to the model, and what the model asks to be done about it.

import type { CatalogEvent } from "../../shared/contract/events.ts";
import type { CallInput, CallName } from "../../shared/contract/operations.ts";
import type { GroupView, SourceView } from "../../shared/contract/views.ts";
import type { Welcome } from "../client/daemon-client.ts";
import type { Key } from "../keys/split-keys.ts";
import type { ActivationPreview, LineParts, Model, PartName } from "./model.ts";

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
  | { readonly type: "preview_loaded"; readonly line: string; readonly preview: ActivationPreview }
  | { readonly type: "preview_failed"; readonly line: string; readonly version: string; readonly reason: string }
  | { readonly type: "command_done"; readonly command: CommandRequest["name"]; readonly text: string }
  | { readonly type: "command_failed"; readonly command: CommandRequest["name"]; readonly reason: string }
  | { readonly type: "marks_expired"; readonly atMs: number };

/** A change that is asked of the daemon. */
export type CommandRequest = { [N in CommandName]: { readonly name: N; readonly input: CallInput<N> } }[CommandName];
export type CommandName = Extract<CallName, "refresh" | "line.activate" | "line.resume" | "source.add" | "source.remove">;

/** What the effects do for the model; the only way in which the model reaches the outside. */
export type Effect =
  | { readonly type: "load_sources" }
  | { readonly type: "load_groups"; readonly source: string }
  | { readonly type: "refresh_rows"; readonly source: string; readonly keys: readonly string[] }
  | { readonly type: "load_parts"; readonly line: string; readonly parts: readonly PartName[] }
  | { readonly type: "follow_scan"; readonly source: string }
  | { readonly type: "preview"; readonly line: string; readonly version: string }
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
