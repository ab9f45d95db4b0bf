// The lines of every namespace as they come: pages, rows that changed, pages of a line's history.

import type { LineSummaryView } from "../../shared/contract/registry-views.ts";
import { quiet, type Action, type Step } from "./action.ts";
import { mergeRows } from "./merge-rows.ts";
import type { HistoryPart, Model } from "./model.ts";

type Of<T extends Action["type"]> = Extract<Action, { type: T }>;

const nameOf = (row: LineSummaryView): string => row.line;

/** One page of lines; the first begins anew. */
export function onLinesPage(model: Model, { items, total, isFirst, isLast }: Of<"lines_page">): Step {
  if (model.lines === undefined) return quiet(model);
  const rows = isFirst ? items : mergeRows(model.lines.rows, items.map(nameOf), items, nameOf);
  return quiet({ ...model, lines: { rows, total, isLoading: !isLast, fault: undefined } });
}

/** Lines that were fetched again. */
export function onLinesRefreshed(model: Model, { lines, items }: Of<"lines_refreshed">): Step {
  if (model.lines === undefined) return quiet(model);
  const rows = mergeRows(model.lines.rows, lines, items, nameOf);
  return quiet({ ...model, lines: { ...model.lines, rows, total: model.lines.isLoading ? model.lines.total : rows.length } });
}

/** The list could not be had. */
export function onLinesFailed(model: Model, { reason }: Of<"lines_failed">): Step {
  return quiet(model.lines === undefined ? model : { ...model, lines: { ...model.lines, isLoading: false, fault: reason } });
}

/** The newest moves came again: older ones that are there already stay, for history never changes. */
export function mergeHistory(known: HistoryPart | undefined, newest: HistoryPart): HistoryPart {
  const oldest = newest.items.at(-1);
  const older = oldest === undefined ? [] : (known?.items ?? []).filter((move) => move.sequence < oldest.sequence);
  const isConnected = known?.items.some((move) => move.sequence === oldest?.sequence) === true;
  if (known === undefined || older.length === 0 || !isConnected) return newest;
  return { items: [...newest.items, ...older], total: newest.total, next: known.next };
}

/** One more page of the open line's history. */
export function onHistoryPage(model: Model, { line, page }: Of<"history_page">): Step {
  const history = model.openLine?.parts.history;
  if (model.openLine?.line !== line || history?.value === undefined) return quiet(model);
  const oldest = history.value.items.at(-1)?.sequence ?? Infinity;
  const items = [...history.value.items, ...page.items.filter((move) => move.sequence < oldest)];
  const value: HistoryPart = { items, total: page.total, next: page.next };
  return quiet({
    ...model,
    openLine: { line, parts: { ...model.openLine.parts, history: { value, isLoading: false, fault: undefined } } },
  });
}
