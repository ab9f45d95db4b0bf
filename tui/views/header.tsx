// The two lines at the top: who and in what state, then where we are.

import { glyphs } from "../format/charset.ts";
import { span, spread, type Span, type StyledLine } from "../format/styled.ts";
import { shortTime } from "../format/times.ts";
import type { LiveAt, Model, Screen } from "../state/model.ts";
import { isReadOnly } from "../state/permission.ts";
import { currentList, currentRows } from "../state/selectors.ts";
import { Line } from "./line.tsx";

function connectionSpans({ connection }: Model): Span[] {
  switch (connection.state) {
    case "live":
      return [span("live", "good")];
    case "stale":
      return [span(`stale since ${connection.since}Z`, "warn")];
    case "connecting":
      return [span("connecting", "warn")];
    case "refused":
      return [span("refused", "bad")];
  }
}

function stateLine(model: Model): StyledLine {
  const { connection } = model;
  const welcome = connection.state === "live" || connection.state === "stale" ? connection.welcome : undefined;
  const who = welcome === undefined ? "" : `  daemon ${welcome.daemon}  ${welcome.principal}`;
  const badge = isReadOnly(model) ? [span("READ ONLY", "warn"), span("  ")] : [];
  return spread([span("model-manager", "strong"), span(who, "dim")], [...badge, ...connectionSpans(model)], model.size.columns);
}

function crumbsOf(screen: Screen, liveAt: LiveAt | undefined): string[] {
  switch (screen.kind) {
    case "sources":
      return ["sources"];
    case "groups":
      return ["sources", screen.source];
    case "lines":
      return ["lines"];
    case "live_at":
      return liveAt === undefined ? ["live at a time"] : [timeWords(liveAt), ...(liveAt.target === "" ? [] : [liveAt.target])];
    case "line":
      return [...(screen.cameFrom === undefined ? ["sources"] : crumbsOf(screen.cameFrom, liveAt)), screen.source, screen.groupKey];
  }
}

function timeWords({ at, until }: LiveAt): string {
  if (at === "") return "live now";
  return until === undefined ? `live at ${shortTime(at)}` : `live at ${shortTime(at)} and ${shortTime(until)}`;
}

const NO_LIST = { rows: [], isLoading: false, total: 0 };

/** The list of the screen, as far as it has come; undefined where nothing is counted. */
function listOf(model: Model): { readonly rows: readonly unknown[]; readonly isLoading: boolean; readonly total: number } | undefined {
  const { screen, open, lines, liveAt } = model;
  switch (screen.kind) {
    case "sources":
      return { ...NO_LIST, rows: model.sources.value ?? [] };
    case "groups":
      return open ?? NO_LIST;
    case "lines":
      return lines ?? NO_LIST;
    case "live_at":
      return (liveAt?.until === undefined ? liveAt?.table : liveAt.changes) ?? NO_LIST;
    case "line":
      return undefined;
  }
}

/** How many rows are shown of how many: `37/10000` when filtered, and how far loading is. */
function countText(model: Model): string {
  const { filter } = currentList(model);
  const list = listOf(model);
  if (list === undefined) return filter === "" ? "" : `filter ${JSON.stringify(filter)}: ${currentRows(model).count}`;
  const count = list.rows.length;
  const shown = filter === "" ? "" : `filter ${JSON.stringify(filter)} ${currentRows(model).count}/${count}`;
  if (list.isLoading) return `${shown} loading ${count}${list.total > 0 ? `/${list.total}` : ""}`.trim();
  return shown !== "" ? shown : count === 0 ? "" : String(count);
}

/** Two lines. */
export function Header({ model }: { readonly model: Model }) {
  const separator = ` ${glyphs(model.charset).crumb} `;
  return (
    <>
      <Line line={stateLine(model)} />
      <Line
        line={spread(
          [span(crumbsOf(model.screen, model.liveAt).join(separator), "accent")],
          [span(countText(model), "dim")],
          model.size.columns,
        )}
      />
    </>
  );
}
