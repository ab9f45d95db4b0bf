// What the views need, derived from the model; answers are kept while their inputs stay the same.

import type { LineSummaryView, LiveAtView, LiveDifferenceView } from "../../shared/contract/registry-views.ts";
import type { GroupView, SourceView, VersionView } from "../../shared/contract/views.ts";
import { icBarRows } from "../charts/ic-rows.ts";
import { sortIcRows, type IcBarRow, type IcOrder } from "../charts/ic-bars.ts";
import { treeLines } from "../format/info-lines.ts";
import type { Charset } from "../format/charset.ts";
import { featureNames, type ImportanceMeasure } from "../charts/importance-bars.ts";
import type { StyledLine } from "../format/styled.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Place } from "../keys/keymap.ts";
import { GROUP_COLUMNS, groupCondition, SOURCE_COLUMNS, sourceCondition } from "./columns.ts";
import { isTooSmall, pageHeight } from "./layout.ts";
import { selectedIndex, windowAround, type ListWindow } from "./list-window.ts";
import { memoLast } from "./memo-last.ts";
import { modelLines } from "./model-lines.ts";
import {
  FRESH_LIST,
  type Dialog,
  type ListState,
  type Loadable,
  type Model,
  type PartName,
  type LineParts,
  type Screen,
  type Tab,
} from "./model.ts";
import { LINE_COLUMNS } from "./line-columns.ts";
import { changeRowsOf, lineRowsOf, liveRowsOf } from "./registry-rows.ts";
import { filtered, sorted } from "./sort-rows.ts";
import { versionColumns, versionSortColumn, type VersionRow } from "./version-columns.ts";

/** What the keys mean now. */
export function placeOf(model: Model): Place {
  if (isTooSmall(model.size)) return "small";
  const { dialog } = model;
  if (dialog !== undefined) return dialogPlace(dialog);
  if (model.input !== "browse") return model.input;
  return screenPlace(model.screen);
}

function dialogPlace(dialog: Dialog): Place {
  if (dialog.kind === "resume") return dialog.isTyping ? "reason" : "confirm";
  if (dialog.kind !== "move" || dialog.isProduction) return dialog.kind;
  return dialog.field === "none" ? "confirm" : "reason";
}

/** What the keys mean on a screen when nothing else has them. */
export function screenPlace(screen: Screen): Place {
  return screen.kind === "line" ? screen.tab : screen.kind;
}

/** The name under which a screen's list keeps its selection, filter and order. */
export function listKey(screen: Screen): string {
  if (screen.kind !== "line" && screen.kind !== "groups") return screen.kind;
  return screen.kind === "groups" ? `groups:${screen.source}` : `${screen.tab}:${lineName(screen.source, screen.groupKey)}`;
}

/** The current list's state. */
export function currentList(model: Model): ListState {
  return model.lists.get(listKey(model.screen)) ?? FRESH_LIST;
}

/** A part of the open line; undefined when it was never asked for. */
export function linePart<P extends PartName>(model: Model, part: P): Loadable<LineParts[P]> | undefined {
  return model.openLine?.parts[part];
}

/** The row of the open line in the list of groups, newest first: what the line says itself, else what the list says. */
export function openGroup(model: Model): GroupView | undefined {
  const shown = linePart(model, "show")?.value?.group;
  if (shown !== undefined || model.screen.kind !== "line") return shown;
  const { groupKey } = model.screen;
  return model.open?.rows.find((row) => row.group_key === groupKey);
}

const NOTHING: readonly never[] = [];

function columnOf<C extends { readonly id: string }>(columns: readonly C[], sort: ListState["sort"]): C | undefined {
  return columns.find((one) => one.id === sort?.column);
}

const sourceRowsOf = memoLast((rows: readonly SourceView[], filter: string, sort: ListState["sort"]) =>
  sorted(
    filtered(rows, filter, (row) => `${row.name} ${row.root_path} ${sourceCondition(row)}`),
    columnOf(SOURCE_COLUMNS, sort),
    sort,
  ),
);
const groupRowsOf = memoLast((rows: readonly GroupView[], filter: string, sort: ListState["sort"]) =>
  sorted(filtered(rows, filter, groupText), columnOf(GROUP_COLUMNS, sort), sort),
);
const versionRowsOf = memoLast((rows: readonly VersionView[], isPinned: boolean, sort: ListState["sort"]): readonly VersionRow[] =>
  sorted(
    rows.map((version) => ({ version, isPinned: isPinned && version.live })),
    versionSortColumn(sort?.column ?? ""),
    sort,
  ),
);
const icRowsOf = memoLast(
  (ic: LineParts["ic"] | undefined, factors: LineParts["factors"] | undefined, filter: string, order: IcOrder): readonly IcBarRow[] =>
    ic === undefined ? NOTHING : filtered(sortIcRows(icBarRows(ic, factors), order), filter, (row) => row.name),
);
const factorRowsOf = memoLast((factors: LineParts["factors"] | undefined, filter: string) =>
  filtered(factors?.items ?? NOTHING, filter, (row) => `${row.dim} ${row.factor_name}`),
);
const infoLinesOf = memoLast((show: LineParts["show"] | undefined, width: number): readonly StyledLine[] =>
  show === undefined ? NOTHING : treeLines({ info: show.info_summary, model: show.model_meta, warnings: show.group.warnings }, width),
);
const modelLinesOf = memoLast(
  (
    view: LineParts["model"] | undefined,
    factors: LineParts["factors"] | undefined,
    width: number,
    charset: Charset,
    measure: ImportanceMeasure,
  ): readonly StyledLine[] => {
    if (view === undefined) return NOTHING;
    return modelLines(view, { width, charset, measure, names: featureNames(factors) });
  },
);

function groupText(row: GroupView): string {
  return `${row.symbol} ${row.group_key} ${row.return_name} ${row.version} ${row.ready ? "ready" : "not-ready"} ${groupCondition(row)}`;
}

/** Sources as listed: filtered and sorted. */
export function visibleSources(model: Model): readonly SourceView[] {
  const list = model.lists.get("sources") ?? FRESH_LIST;
  return sourceRowsOf(model.sources.value ?? NOTHING, list.filter, list.sort);
}

/** Groups as listed: filtered and sorted. */
export function visibleGroups(model: Model): readonly GroupView[] {
  const list = model.screen.kind === "groups" ? currentList(model) : FRESH_LIST;
  return groupRowsOf(model.open?.rows ?? NOTHING, list.filter, list.sort);
}

/** Lines of every namespace as listed: filtered and sorted. */
export function visibleLines(model: Model): readonly LineSummaryView[] {
  const list = currentList(model);
  return lineRowsOf(model.lines?.rows ?? NOTHING, list.filter, columnOf(LINE_COLUMNS, list.sort), list.sort);
}

/** What was live then, as listed. */
export function visibleLive(model: Model): readonly LiveAtView[] {
  return liveRowsOf(model.liveAt?.table.rows ?? NOTHING, currentList(model).filter);
}

/** What differs between two times, as listed. */
export function visibleChanges(model: Model): readonly LiveDifferenceView[] {
  return changeRowsOf(model.liveAt?.changes.rows ?? NOTHING, currentList(model).filter);
}

/** Versions of the open line, in the order of the table. */
export function visibleVersions(model: Model): readonly VersionRow[] {
  return versionRowsOf(linePart(model, "versions")?.value ?? NOTHING, openGroup(model)?.pinned === true, currentList(model).sort);
}

/** Rows of the IC tab, in their order. */
export function visibleIcRows(model: Model): readonly IcBarRow[] {
  return icRowsOf(linePart(model, "ic")?.value, linePart(model, "factors")?.value, currentList(model).filter, model.icOrder);
}

/** Rows of the factors tab. */
export function visibleFactors(model: Model): readonly LineParts["factors"]["items"][number][] {
  return factorRowsOf(linePart(model, "factors")?.value, currentList(model).filter);
}

/** Lines of the info tab. */
export function infoLines(model: Model): readonly StyledLine[] {
  return infoLinesOf(linePart(model, "show")?.value, model.size.columns);
}

/** Lines of the model tab. */
export function shownModelLines(model: Model): readonly StyledLine[] {
  const { size, charset, measure } = model;
  return modelLinesOf(linePart(model, "model")?.value, linePart(model, "factors")?.value, size.columns, charset, measure);
}

/** Number of places in the current list, and the id of each; lists without ids only scroll. */
interface CurrentRows {
  readonly count: number;
  readonly index: number;
  idAt(index: number): string | undefined;
  readonly isScroll: boolean;
}

function selectable<Row>(list: ListState, rows: readonly Row[], idOf: (row: Row) => string): CurrentRows {
  const idAt = (index: number): string | undefined => {
    const row = rows[index];
    return row === undefined ? undefined : idOf(row);
  };
  return { count: rows.length, index: selectedIndex(list, rows, idOf), idAt, isScroll: false };
}

function scrolling(count: number): CurrentRows {
  return { count, index: -1, idAt: () => undefined, isScroll: true };
}

/** The rows that the keys move over. */
export function currentRows(model: Model): CurrentRows {
  const list = currentList(model);
  if (model.screen.kind === "sources") return selectable(list, visibleSources(model), (row) => row.name);
  if (model.screen.kind === "groups") return selectable(list, visibleGroups(model), (row) => row.group_key);
  if (model.screen.kind === "lines") return selectable(list, visibleLines(model), (row) => row.line);
  if (model.screen.kind === "live_at")
    return model.liveAt?.until === undefined
      ? selectable(list, visibleLive(model), (row) => row.line)
      : selectable(list, visibleChanges(model), (row) => row.line);
  return tabRows(model, model.screen.tab, list);
}

function tabRows(model: Model, tab: Tab, list: ListState): CurrentRows {
  switch (tab) {
    case "history":
      // A move is known by its event: two lines of one event are told apart by version.
      return selectable(list, linePart(model, "history")?.value?.items ?? NOTHING, (row) => `${row.sequence}:${row.version}`);
    case "versions":
      return selectable(list, visibleVersions(model), (row) => row.version.version);
    case "ic":
      return scrolling(visibleIcRows(model).length);
    case "factors":
      return scrolling(visibleFactors(model).length);
    case "info":
      return scrolling(infoLines(model).length);
    case "model":
      return scrolling(shownModelLines(model).length);
    case "files":
      return scrolling(linePart(model, "show")?.value?.artifacts.length ?? 0);
    case "training":
      return scrolling(0);
  }
}

/** The visible slice of the current list. */
export function currentWindow(model: Model): ListWindow {
  const rows = currentRows(model);
  return windowAround(currentList(model), rows.index, rows.count, pageHeight(model));
}

/** The source under the cursor, or the one that is open. */
export function selectedSource(model: Model): string | undefined {
  if (model.screen.kind === "sources") return currentRows(model).idAt(currentRows(model).index);
  return "source" in model.screen ? model.screen.source : undefined;
}

/** What is to be known of a line before anything is asked of it. */
export type LineFacts = Pick<GroupView, "source" | "group_key" | "line" | "version" | "pinned" | "policy">;

function factsOfSummary(row: LineSummaryView): LineFacts {
  return { ...row, source: row.namespace, group_key: row.name };
}

/** The line under the cursor, or the one that is open. */
export function selectedLine(model: Model): LineFacts | undefined {
  const { screen } = model;
  if (screen.kind === "lines") {
    const row = visibleLines(model)[currentRows(model).index];
    return row === undefined ? undefined : factsOfSummary(row);
  }
  if (screen.kind !== "line") return selectedGroup(model);
  const summary = model.lines?.rows.find((row) => row.namespace === screen.source && row.name === screen.groupKey);
  return openGroup(model) ?? (summary === undefined ? undefined : factsOfSummary(summary));
}

/** The group under the cursor, or the one that is open. */
export function selectedGroup(model: Model): GroupView | undefined {
  if (model.screen.kind === "line") return openGroup(model);
  return model.screen.kind === "groups" ? visibleGroups(model)[currentRows(model).index] : undefined;
}

/** The columns by which the current list sorts. */
export function sortColumns(model: Model): readonly { readonly id: string; readonly title: string; readonly letter: string }[] {
  if (model.screen.kind === "sources") return SOURCE_COLUMNS;
  if (model.screen.kind === "groups") return GROUP_COLUMNS;
  if (model.screen.kind === "lines") return LINE_COLUMNS;
  const isVersions = model.screen.kind === "line" && model.screen.tab === "versions";
  return isVersions ? versionColumns(visibleVersions(model), model.size.columns) : [];
}
