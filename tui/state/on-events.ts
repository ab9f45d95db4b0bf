// What the daemon's events mean for what is on the screen: which rows to fetch again, and which to mark as changed.

import type { CatalogEvent, EventKind } from "../../shared/contract/events.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Effect, Step } from "./action.ts";
import type { Model } from "./model.ts";
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
};

/** A batch of events, oldest first. */
export function onEvents(model: Model, events: readonly CatalogEvent[], atMs: number): Step {
  const fresh = events.filter((event) => model.sequence === undefined || event.sequence > model.sequence);
  if (fresh.length === 0) return { model, effects: [] };
  const marks = new Map(model.marks);
  const keys = new Set<string>();
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
    if (model.open?.source === event.source) keys.add(event.group_key);
    if (model.openLine?.line === line) touchesLine = true;
  }
  const seen: Model = { ...model, sequence: fresh.at(-1)?.sequence ?? model.sequence, marks: touchesSources ? marks : model.marks };
  const lineStep = touchesLine ? reloadOpenLine(seen) : { model: seen, effects: [] };
  const effects: Effect[] = [...lineStep.effects];
  if (model.open !== undefined && keys.size > 0) effects.push({ type: "refresh_rows", source: model.open.source, keys: [...keys] });
  if (touchesSources) effects.push({ type: "expire_marks", afterMs: MARK_MS });
  if (touchesSources && model.screen.kind === "sources") effects.push({ type: "load_sources" });
  return followRemovals(lineStep.model, fresh, effects);
}

/** A source that was removed cannot stay open: back to the list, saying so. */
function followRemovals(model: Model, events: readonly CatalogEvent[], effects: readonly Effect[]): Step {
  const open = model.screen.kind === "sources" ? undefined : model.screen.source;
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
