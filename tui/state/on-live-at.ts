// The screen of what was live at a time: choosing times, and the rows that come.

import { shiftTime, typedTime } from "../format/times.ts";
import type { Command } from "../keys/keymap.ts";
import type { Key } from "../keys/split-keys.ts";
import { asking, quiet, type Action, type PageFacts, type Step } from "./action.ts";
import { editText } from "./edit-text.ts";
import { NO_ROWS, type LiveAt, type Model, type PagedRows } from "./model.ts";
import { withList } from "./navigate.ts";

/** Opens it for the line or the source that is open, else for everything; the time is now. */
export function openLiveAt(model: Model): Step {
  const { screen } = model;
  if (screen.kind === "live_at") return quiet(model);
  const target = screen.kind === "line" ? `${screen.source}/${screen.groupKey}` : screen.kind === "groups" ? screen.source : "";
  const liveAt: LiveAt = { target, at: "", until: undefined, table: NO_ROWS, changes: NO_ROWS, typed: "" };
  return asking(
    withList({ ...model, screen: { kind: "live_at", cameFrom: screen }, liveAt }, { filter: "", index: 0, top: 0, selected: undefined }),
    { type: "load_live", target, at: undefined, until: undefined },
  );
}

/** Asks for other times; what is shown stays until the answer comes. */
function ask(model: Model, liveAt: LiveAt, at: string | undefined, until: string | undefined): Step {
  const waiting = { isLoading: true, fault: undefined };
  const next: LiveAt = {
    ...liveAt,
    at: at ?? liveAt.at,
    until,
    table: { ...liveAt.table, ...waiting },
    changes: { ...liveAt.changes, ...waiting },
  };
  return asking({ ...model, liveAt: next, input: "browse" }, { type: "load_live", target: liveAt.target, at, until });
}

/** So many hours later. A comparison moves its first time. */
export function shiftLiveAt(model: Model, hours: number): Step {
  const { liveAt } = model;
  if (liveAt === undefined || liveAt.at === "") return quiet(model);
  return ask(model, liveAt, shiftTime(liveAt.at, hours), liveAt.until);
}

/** Back to now, without a comparison. */
export function liveNow(model: Model): Step {
  return model.liveAt === undefined ? quiet(model) : ask(model, model.liveAt, undefined, undefined);
}

/** The same times once more. */
export function reloadLiveAt(model: Model): Step {
  const { liveAt } = model;
  return liveAt === undefined ? quiet(model) : ask(model, liveAt, liveAt.at === "" ? undefined : liveAt.at, liveAt.until);
}

/** Begins to type a time, or the second one of a comparison. */
export function typeTime(model: Model, input: "time" | "until"): Step {
  return model.liveAt === undefined ? quiet(model) : quiet({ ...model, input, liveAt: { ...model.liveAt, typed: "" } });
}

/** A key while a time is typed. */
export function inTime(model: Model, command: Command | undefined, key: Key): Step {
  const { liveAt, input } = model;
  if (liveAt === undefined || command === "cancel") return quiet({ ...model, input: "browse" });
  if (command !== "accept") return quiet({ ...model, liveAt: { ...liveAt, typed: editText(liveAt.typed, key).slice(0, 40) } });
  const typed = liveAt.typed.trim();
  const at = liveAt.at === "" ? undefined : liveAt.at;
  // Nothing typed: no first time is now, no second time is no comparison.
  if (input === "until") return ask(model, liveAt, at, typed === "" ? undefined : typedTime(typed, liveAt.at));
  return ask(model, liveAt, typed === "" ? undefined : typedTime(typed, liveAt.at), liveAt.until);
}

function grown<Row>(known: PagedRows<Row>, items: readonly Row[], { total, isFirst, isLast }: PageFacts): PagedRows<Row> {
  return { rows: isFirst ? items : [...known.rows, ...items], total, isLoading: !isLast, fault: undefined };
}

/** One page of what was live. */
export function onLivePage(model: Model, action: Extract<Action, { type: "live_page" }>): Step {
  const { liveAt } = model;
  if (liveAt === undefined || liveAt.target !== action.target || liveAt.until !== undefined) return quiet(model);
  return quiet({ ...model, liveAt: { ...liveAt, at: action.at, table: grown(liveAt.table, action.items, action) } });
}

/** One page of differences; the daemon says both times in full. */
export function onChangesPage(model: Model, action: Extract<Action, { type: "changes_page" }>): Step {
  const { liveAt } = model;
  if (liveAt === undefined || liveAt.target !== action.target || liveAt.until === undefined) return quiet(model);
  return quiet({
    ...model,
    liveAt: { ...liveAt, at: action.at, until: action.until, changes: grown(liveAt.changes, action.items, action) },
  });
}

/** The daemon would not say: such as a time it cannot read. */
export function onLiveFailed(model: Model, action: Extract<Action, { type: "live_failed" }>): Step {
  const { liveAt } = model;
  if (liveAt === undefined || liveAt.target !== action.target) return quiet(model);
  const failed = { rows: [], total: 0, isLoading: false, fault: action.reason };
  return quiet({ ...model, liveAt: { ...liveAt, table: failed, changes: failed } });
}
