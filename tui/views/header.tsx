// The two lines at the top: who and in what state, then where we are.

import { glyphs } from "../format/charset.ts";
import { span, spread, type Span, type StyledLine } from "../format/styled.ts";
import type { Model } from "../state/model.ts";
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

function crumbs(model: Model): string[] {
  const { screen } = model;
  if (screen.kind === "sources") return ["sources"];
  return screen.kind === "groups" ? ["sources", screen.source] : ["sources", screen.source, screen.groupKey];
}

/** How many rows are shown of how many: `37/10000` when filtered, and how far loading is. */
function countText(model: Model): string {
  const { screen, open } = model;
  const list = currentList(model);
  const total =
    screen.kind === "sources" ? (model.sources.value?.length ?? 0) : screen.kind === "groups" ? (open?.rows.length ?? 0) : undefined;
  const shown =
    total === undefined || list.filter === "" ? "" : `filter ${JSON.stringify(list.filter)} ${currentRows(model).count}/${total}`;
  if (screen.kind === "line") return list.filter === "" ? "" : `filter ${JSON.stringify(list.filter)}: ${currentRows(model).count}`;
  if (screen.kind === "groups" && open?.isLoading === true)
    return `${shown} loading ${open.rows.length}${open.total > 0 ? `/${open.total}` : ""}`.trim();
  return shown !== "" ? shown : total === 0 || total === undefined ? "" : String(total);
}

/** Two lines. */
export function Header({ model }: { readonly model: Model }) {
  const separator = ` ${glyphs(model.charset).crumb} `;
  return (
    <>
      <Line line={stateLine(model)} />
      <Line line={spread([span(crumbs(model).join(separator), "accent")], [span(countText(model), "dim")], model.size.columns)} />
    </>
  );
}
