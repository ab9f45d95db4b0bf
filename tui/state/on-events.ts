// What the daemon's events mean for what is on the screen: which rows to fetch again, and which to mark as changed.

import type { CatalogEvent, EventKind } from "../../shared/contract/events.ts";
import { lineName, splitLineName } from "../../shared/domain/names.ts";
import type { Effect, Step } from "./action.ts";
import type { Model } from "./model.ts";
import { onLineMoved } from "./move-dialog.ts";
import { reloadOpenLine } from "./navigate.ts";

/** How long a change stays marked, in milliseconds. */
export const MARK_MS = 4000;

/** What an event is about; a group key may be the empty text, so the kind decides. */
const SUBJECT: Readonly<Record<EventKind, "source" | "group" | "none">> = {
  source_added: "source",
  source_changed: "source",
  source_removed: "source",
  source_degraded: "source",
  source_recovered: "source",
  group_changed: "group",
  group_gone: "group",
  version_captured: "group",
  version_live: "group",
  version_moved: "group",
  line_withdrawn: "group",
  line_degraded: "group",
  line_recovered: "group",
  line_pinned: "group",
  line_unpinned: "group",
  client_loaded: "none",
  version_registered: "group",
  "model.validation.failed": "group",
  gates_refused: "group",
  paper_started: "group",
  paper_stopped: "group",
  policy_changed: "group",
  dataset_changed: "none",
};

/** Events after which a dialog's line is not as it was shown. */
const MOVES: ReadonlySet<EventKind> = new Set([
  "version_live",
  "version_moved",
  "line_withdrawn",
  "line_pinned",
  "line_unpinned",
  "model.validation.failed",
  "paper_started",
  "paper_stopped",
  "policy_changed",
]);

/** More changed lines than this at once: the whole list is cheaper. */
const MOST_LINES = 20;

/** A batch of events, oldest first. */
export function onEvents(model: Model, events: readonly CatalogEvent[], atMs: number): Step {
  const fresh = events.filter((event) => model.sequence === undefined || event.sequence > model.sequence);
  if (fresh.length === 0) return { model, effects: [] };
  const marks = new Map(model.marks);
  const keys = new Set<string>();
  const lines = new Set<string>();
  let touchesLine = false;
  let touchesSources = false;
  for (const event of fresh) {
    const subject = SUBJECT[event.kind];
    if (subject === "none") continue;
    touchesSources = true;
    marks.set(event.source, atMs);
    if (subject === "source") continue;
    const line = lineName(event.source, event.group_key);
    marks.set(line, atMs);
    lines.add(line);
    if (model.open?.source === event.source) keys.add(event.group_key);
    if (isAbout(event, model.openLine?.line)) touchesLine = true;
  }
  const seen: Model = { ...model, sequence: fresh.at(-1)?.sequence ?? model.sequence, marks: touchesSources ? marks : model.marks };
  const lineStep = touchesLine ? reloadOpenLine(seen) : { model: seen, effects: [] };
  const effects: Effect[] = [...lineStep.effects];
  if (model.open !== undefined && keys.size > 0) effects.push({ type: "refresh_rows", source: model.open.source, keys: [...keys] });
  if (touchesSources) effects.push({ type: "expire_marks", afterMs: MARK_MS });
  if (touchesSources && model.screen.kind === "sources") effects.push({ type: "load_sources" });
  if (model.lines !== undefined && lines.size > 0)
    effects.push(lines.size > MOST_LINES ? { type: "load_lines" } : { type: "refresh_lines", lines: [...lines] });
  const told = tellDialog(lineStep.model, fresh);
  return followRemovals(told.model, fresh, [...effects, ...told.effects]);
}

/** True when an event concerns a line; a policy may be set for a whole namespace. */
function isAbout(event: CatalogEvent, line: string | undefined): boolean {
  if (line === undefined) return false;
  if (event.kind === "policy_changed" && event.group_key === "") return splitLineName(line)?.namespace === event.source;
  return line === lineName(event.source, event.group_key);
}

/** An open dialog hears of the newest move of its line. */
function tellDialog(model: Model, events: readonly CatalogEvent[]): Step {
  const { dialog } = model;
  if (dialog?.kind !== "move") return { model, effects: [] };
  const moves = events.filter((event) => MOVES.has(event.kind) && isAbout(event, dialog.line));
  // What is live says most; else the newest.
  const last = moves.findLast((event) => event.kind === "version_live" || event.kind === "line_withdrawn") ?? moves.at(-1);
  return last === undefined ? { model, effects: [] } : onLineMoved(model, dialog.line, moveWords(last));
}

function moveWords(event: CatalogEvent): string {
  const who = event.actor === "" ? "" : ` (${event.actor})`;
  const version = event.version === "" ? event.previous_version : event.version;
  switch (event.kind) {
    case "version_live":
      return `${version} went live meanwhile${who}`;
    case "line_withdrawn":
      return `${version} was withdrawn meanwhile${who}`;
    case "line_pinned":
    case "line_unpinned":
      return `the line was ${event.kind === "line_pinned" ? "pinned" : "unpinned"} meanwhile${who}`;
    case "policy_changed":
      return `the gates were changed meanwhile${who}`;
    default:
      return `${version} was moved meanwhile${who}`;
  }
}

/** A source that was removed cannot stay open: back to the list, saying so. */
function followRemovals(model: Model, events: readonly CatalogEvent[], effects: readonly Effect[]): Step {
  const open = "source" in model.screen ? model.screen.source : undefined;
  const last = events.findLast((event) => event.source === open && SUBJECT[event.kind] === "source");
  if (open === undefined || last?.kind !== "source_removed") return { model, effects };
  const closed: Model = {
    ...model,
    screen: { kind: "sources" },
    open: undefined,
    openLine: undefined,
    toast: { level: "warn", text: `source ${open} was removed by ${last.actor === "" ? "somebody" : last.actor}` },
  };
  return { model: closed, effects: [{ type: "load_sources" }, ...effects.filter((effect) => effect.type === "expire_marks")] };
}

/** Forgets marks that have been shown long enough; the rest gets one more timer. */
export function onMarksExpired(model: Model, atMs: number): Step {
  const left = new Map([...model.marks].filter(([, since]) => atMs - since < MARK_MS));
  const oldest = [...left.values()].reduce((least, since) => Math.min(least, since), atMs);
  // At least a moment, so that a clock that stands still does not spin.
  const effects: Effect[] = left.size === 0 ? [] : [{ type: "expire_marks", afterMs: Math.max(100, MARK_MS - (atMs - oldest)) }];
  return { model: left.size === model.marks.size ? model : { ...model, marks: left }, effects };
}
