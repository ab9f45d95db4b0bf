// What arrives from the daemon, put into the model.

import type { GroupView } from "../../shared/contract/views.ts";
import { asking, quiet, type Action, type Effect, type PartLoaded, type Step } from "./action.ts";
import { mergeRows } from "./merge-rows.ts";
import type { Dialog, Model, OpenLine, PartName } from "./model.ts";
import { planAgain } from "./move-dialog.ts";
import { reloadOpenLine } from "./navigate.ts";
import { mergeHistory } from "./on-lines.ts";

type Of<T extends Action["type"]> = Extract<Action, { type: T }>;

/** The connection stands. Resumed: only what was on its way, or had failed, is asked for again. */
export function onConnected(model: Model, action: Of<"connected">): Step {
  const live: Model = { ...model, connection: { state: "live", welcome: action.welcome }, sequence: action.sequence, registerPaths: [] };
  const line = action.resumed && !isUnsettled(model.openLine) ? quiet(live) : reloadOpenLine(live);
  const effects: Effect[] = [{ type: "load_sources" }, ...line.effects];
  const { open } = live;
  if (open !== undefined && (!action.resumed || open.isLoading || open.fault !== undefined))
    effects.push({ type: "load_groups", source: open.source });
  if (live.lines !== undefined && (!action.resumed || live.lines.isLoading || live.lines.fault !== undefined))
    effects.push({ type: "load_lines" });
  if (live.liveAt !== undefined && (live.liveAt.table.isLoading || live.liveAt.changes.isLoading))
    effects.push({
      type: "load_live",
      target: live.liveAt.target,
      at: live.liveAt.at === "" ? undefined : live.liveAt.at,
      until: live.liveAt.until,
    });
  for (const lost of live.lost) effects.push({ type: "look_up", lost });
  if (live.dialog?.kind === "move" && live.dialog.lostId === "") effects.push(planAgain(live.dialog));
  if (model.registerPaths.length > 0) effects.push({ type: "register_paths", paths: model.registerPaths });
  return asking({ ...line.model, dialog: afterBreak(live.dialog) }, ...effects);
}

/** A dialog whose answer can no longer come may be answered again, unless its outcome is being looked up. */
function afterBreak(dialog: Dialog | undefined): Dialog | undefined {
  if (dialog === undefined || dialog.kind === "help" || !dialog.isBusy) return dialog;
  return dialog.kind === "move" && dialog.lostId !== "" ? dialog : { ...dialog, isBusy: false };
}

function isUnsettled(open: OpenLine | undefined): boolean {
  return open !== undefined && Object.values(open.parts).some((part) => part.isLoading || part.fault !== undefined);
}

/** The connection broke: what is shown stays, marked as stale. */
export function onConnectionLost(model: Model, action: Of<"connection_lost">): Step {
  const { connection } = model;
  if (connection.state !== "live") return quiet(model);
  return quiet({ ...model, connection: { state: "stale", since: action.since, reason: action.reason, welcome: connection.welcome } });
}

/** A try to connect failed. The same answer again changes nothing, so that waiting costs no output. */
export function onConnectFailed(model: Model, action: Of<"connect_failed">): Step {
  const { connection } = model;
  if (connection.state === "stale")
    return quiet(connection.reason === action.reason ? model : { ...model, connection: { ...connection, reason: action.reason } });
  if (action.isRefused)
    return quiet(
      connection.state === "refused" && connection.reason === action.reason
        ? model
        : { ...model, connection: { state: "refused", reason: action.reason } },
    );
  return quiet(
    connection.state === "connecting" && connection.fault === action.reason
      ? model
      : { ...model, connection: { state: "connecting", fault: action.reason } },
  );
}

/** The sources; one whose scan is running is followed. */
export function onSources(model: Model, action: Of<"sources_loaded">): Step {
  const scanning = action.items
    .filter((source) => source.scan.state !== "idle")
    .map((source): Effect => ({ type: "follow_scan", source: source.name }));
  return asking({ ...model, sources: { value: action.items, isLoading: false, fault: undefined } }, ...scanning);
}

/** How far a scan is. */
export function onScan(model: Model, action: Of<"scan_progressed">): Step {
  const items = model.sources.value?.map((source) => (source.name === action.name ? { ...source, scan: action.scan } : source));
  const next: Model = { ...model, sources: { ...model.sources, value: items } };
  return action.scan.state === "idle" ? asking(next, { type: "load_sources" }) : quiet(next);
}

const keyOf = (row: GroupView): string => row.group_key;

/** One page of groups; the first begins anew. */
export function onGroupsPage(model: Model, action: Of<"groups_page">): Step {
  if (model.open?.source !== action.source) return quiet(model);
  const rows = action.isFirst ? action.items : mergeRows(model.open.rows, action.items.map(keyOf), action.items, keyOf);
  return quiet({ ...model, open: { ...model.open, rows, total: action.total, isLoading: !action.isLast, fault: undefined } });
}

/** Rows that were fetched again; a key without a row is gone. */
export function onRowsRefreshed(model: Model, action: Of<"rows_refreshed">): Step {
  if (model.open?.source !== action.source) return quiet(model);
  const rows = mergeRows(model.open.rows, action.keys, action.items, keyOf);
  const total = model.open.isLoading ? model.open.total : rows.length;
  return quiet({ ...model, open: { ...model.open, rows, total } });
}

/** A part of the open line; of another line it comes too late and is dropped. */
export function onPart(model: Model, action: PartLoaded): Step {
  if (model.openLine?.line !== action.line) return quiet(model);
  const value = action.part === "history" ? mergeHistory(model.openLine.parts.history?.value, action.value) : action.value;
  const parts = { ...model.openLine.parts, [action.part]: { value, isLoading: false, fault: undefined } };
  return quiet({ ...model, openLine: { line: action.line, parts } });
}

/** A part that could not be had. */
export function onPartFailed(model: Model, action: Of<"part_failed">): Step {
  if (model.openLine?.line !== action.line) return quiet(model);
  const part: PartName = action.part;
  const parts = { ...model.openLine.parts, [part]: { value: undefined, isLoading: false, fault: action.reason } };
  return quiet({ ...model, openLine: { line: action.line, parts } });
}

/** The dialog that waits for the answer to this command. */
const DIALOG_OF: Readonly<Record<Of<"command_done">["command"], Dialog["kind"] | undefined>> = {
  refresh: undefined,
  "line.resume": "resume",
  "line.activate": "move",
  "line.promote": "move",
  "line.rollback": "move",
  "version.archive": "move",
  "version.restage": "move",
  "version.fail": "move",
  "paper.start": "move",
  "paper.stop": "move",
  "source.add": "register",
  "source.remove": "remove",
};

/** The daemon did what was asked: the dialog closes. What changed comes by events. */
export function onCommandDone(model: Model, action: Of<"command_done">): Step {
  const isAnswered = model.dialog !== undefined && model.dialog.kind === DIALOG_OF[action.command];
  const next: Model = { ...model, toast: { level: "info", text: action.text }, dialog: isAnswered ? undefined : model.dialog };
  return action.command === "source.add" || action.command === "source.remove" ? asking(next, { type: "load_sources" }) : quiet(next);
}

/** It did not: the dialog says why, or the line of news. */
export function onCommandFailed(model: Model, action: Of<"command_failed">): Step {
  const { dialog } = model;
  if (dialog !== undefined && dialog.kind !== "help" && dialog.kind === DIALOG_OF[action.command] && dialog.isBusy) {
    const failed: Model = { ...model, dialog: { ...dialog, isBusy: false, fault: action.reason } };
    // What made the daemon refuse may be news.
    return dialog.kind === "move" && model.connection.state === "live" ? asking(failed, planAgain(dialog)) : quiet(failed);
  }
  return quiet({ ...model, toast: { level: "error", text: action.reason } });
}
