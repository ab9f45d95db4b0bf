// Moving between screens, tabs and rows.

import { lineName, splitLineName } from "../../shared/domain/names.ts";
import { asking, quiet, type Step } from "./action.ts";
import { moved, type Motion, windowAround } from "./list-window.ts";
import { helpEntries } from "../keys/help-entries.ts";
import { helpHeight, pageHeight } from "./layout.ts";
import { NO_ROWS, TABS, type ListState, type Model, type OpenLine, type PartName, type Screen, type Tab } from "./model.ts";
import { currentList, currentRows, listKey, screenPlace } from "./selectors.ts";

/** The parts that a tab shows; `show` is needed by all of them, for the summary line. */
const TAB_PARTS: Readonly<Record<Tab, readonly PartName[]>> = {
  ic: ["show", "ic", "factors"],
  training: ["show", "curve"],
  // Names of the features, which a linear model does not tell.
  model: ["show", "model", "factors"],
  factors: ["show", "factors"],
  info: ["show"],
  versions: ["show", "versions", "policy", "history"],
  files: ["show"],
  history: ["show", "history"],
};

/** The model with another state of the current list. */
export function withList(model: Model, change: Partial<ListState>): Model {
  const lists = new Map(model.lists);
  lists.set(listKey(model.screen), { ...currentList(model), ...change });
  return { ...model, lists };
}

/** Ties the selection to the row it stands on, so that rows which arrive above do not put another one under the cursor. */
export function anchorSelection(model: Model): Model {
  if (currentList(model).selected !== undefined) return model;
  const rows = currentRows(model);
  const selected = rows.idAt(rows.index);
  return selected === undefined ? model : withList(model, { selected, index: rows.index });
}

/** Moves the selection, or scrolls a list that has none. */
export function move(model: Model, motion: Motion): Step {
  if (model.dialog?.kind === "help") return quiet(scrollHelp(model, model.dialog.top, motion));
  const rows = currentRows(model);
  const list = currentList(model);
  const page = pageHeight(model);
  if (rows.count === 0) return quiet(model);
  if (rows.isScroll)
    return quiet(
      withList(model, { top: moved(motion, Math.min(list.top, Math.max(0, rows.count - page)), Math.max(1, rows.count - page + 1), page) }),
    );
  const index = moved(motion, rows.index, rows.count, Math.max(1, page - 1));
  const view = windowAround(list, index, rows.count, page);
  const next = withList(model, { selected: rows.idAt(index), index, top: view.top });
  return index + page < rows.count ? quiet(next) : moreRows(next);
}

/** Near the end of a list of which only the beginning is there: asks for more. */
function moreRows(model: Model): Step {
  const history = model.screen.kind === "line" && model.screen.tab === "history" ? model.openLine?.parts.history : undefined;
  if (model.openLine === undefined || history?.value === undefined || history.isLoading || history.value.next === null) return quiet(model);
  const { line, parts } = model.openLine;
  const waiting = { ...history, isLoading: true };
  return asking(
    { ...model, openLine: { line, parts: { ...parts, history: waiting } } },
    { type: "more_history", line, after: history.value.next },
  );
}

function scrollHelp(model: Model, top: number, motion: Motion): Model {
  const page = helpHeight(model);
  const places = Math.max(1, helpEntries(screenPlace(model.screen)).length - page + 1);
  return { ...model, dialog: { kind: "help", top: moved(motion, top, places, page) } };
}

/** Marks parts as on their way and asks for them. Parts that are there already are fetched again. */
export function loadParts(model: Model, line: string, parts: readonly PartName[]): Step {
  const known = model.openLine?.line === line ? model.openLine.parts : {};
  return asking({ ...model, openLine: { line, parts: parts.reduce(markLoading, known) } }, { type: "load_parts", line, parts });
}

function markLoading(known: OpenLine["parts"], part: PartName): OpenLine["parts"] {
  return { ...known, [part]: { value: known[part]?.value, isLoading: true, fault: known[part]?.fault } };
}

/** Asks again for all parts of the open line that are there or on their way. */
export function reloadOpenLine(model: Model): Step {
  const open = model.openLine;
  if (open === undefined) return quiet(model);
  return loadParts(model, open.line, partNames(open.parts));
}

function partNames(parts: object): PartName[] {
  return Object.values(TAB_PARTS)
    .flat()
    .filter((part, at, all) => part in parts && all.indexOf(part) === at);
}

/** Opens a line on a tab; `cameFrom` is where esc leads, the groups of the source without it. */
export function openLine(model: Model, source: string, groupKey: string, tab: Tab, cameFrom?: Screen): Step {
  const line = lineName(source, groupKey);
  const isSame = model.openLine?.line === line;
  const next: Model = {
    ...model,
    screen: { kind: "line", source, groupKey, tab, ...(cameFrom === undefined ? {} : { cameFrom }) },
    openLine: isSame ? model.openLine : { line, parts: {} },
  };
  const known = next.openLine?.parts ?? {};
  const missing = TAB_PARTS[tab].filter((part) => known[part] === undefined || (known[part].fault !== undefined && !known[part].isLoading));
  return missing.length === 0 ? quiet(next) : loadParts(next, line, missing);
}

/** Opens the groups of a source. */
export function openSource(model: Model, source: string): Step {
  const next: Model = { ...model, screen: { kind: "groups", source } };
  if (model.open?.source === source && model.open.fault === undefined) return quiet(next);
  return asking({ ...next, open: { source, rows: [], total: 0, isLoading: true, fault: undefined } }, { type: "load_groups", source });
}

/** Opens the lines of every namespace. */
export function openLines(model: Model): Step {
  if (model.screen.kind === "lines") return quiet(model);
  return asking({ ...model, screen: { kind: "lines" }, openLine: undefined, lines: NO_ROWS }, { type: "load_lines" });
}

/** Enter: one screen further in. */
export function openSelected(model: Model): Step {
  const { screen } = model;
  const rows = currentRows(model);
  const selected = rows.idAt(rows.index);
  if (selected === undefined || screen.kind === "line") return quiet(model);
  if (screen.kind === "sources") return openSource(model, selected);
  if (screen.kind === "groups") return openLine(model, screen.source, selected, "ic");
  const name = splitLineName(selected);
  return name === undefined ? quiet(model) : openLine(model, name.namespace, name.name, "versions", screen);
}

/** Esc: the message first, then the filter, then one screen out. */
export function goBack(model: Model): Step {
  if (model.toast?.level === "error") return quiet({ ...model, toast: undefined });
  if (currentList(model).filter !== "") return quiet(withList(model, { filter: "", index: 0, top: 0 }));
  return leave(model);
}

/** A screen that was left for another one; its line may have been closed meanwhile. */
function showAgain(model: Model, screen: Screen): Step {
  if (screen.kind !== "line") return quiet({ ...model, screen });
  return openLine(model, screen.source, screen.groupKey, screen.tab, screen.cameFrom);
}

/** One screen out. */
export function leave(model: Model): Step {
  const { screen } = model;
  if (screen.kind === "sources") return quiet(model);
  if (screen.kind === "live_at") return showAgain({ ...model, liveAt: undefined }, screen.cameFrom);
  if (screen.kind === "line" && screen.cameFrom !== undefined) return showAgain({ ...model, openLine: undefined }, screen.cameFrom);
  if (screen.kind === "line") return openSource({ ...model, openLine: undefined }, screen.source);
  return asking({ ...model, screen: { kind: "sources" }, lines: undefined }, { type: "load_sources" });
}

/** Shows another tab of the open line. */
export function showTab(model: Model, tab: Tab): Step {
  const { screen } = model;
  return screen.kind === "line" ? openLine(model, screen.source, screen.groupKey, tab, screen.cameFrom) : quiet(model);
}

/** The tab `by` places further, round and round. */
export function turnTab(model: Model, by: number): Step {
  if (model.screen.kind !== "line") return quiet(model);
  const at = TABS.indexOf(model.screen.tab);
  return showTab(model, TABS[(at + by + TABS.length) % TABS.length] ?? "ic");
}

/** The order of the list after a column was named: its own direction first, then the other. */
export function sortBy(model: Model, column: string): Model {
  const sort = currentList(model).sort;
  return withList(model, { sort: { column, isReversed: sort?.column === column ? !sort.isReversed : false }, top: 0 });
}
