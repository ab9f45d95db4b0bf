// The first screen: registered directories, or what to do while there is none.

import { wrapCells } from "../format/cell-width.ts";
import { span, type Role, type StyledLine } from "../format/styled.ts";
import { neededWidths } from "../format/table.ts";
import type { SourceView } from "../../shared/contract/views.ts";
import { SOURCE_COLUMNS, sourceCondition } from "../state/columns.ts";
import { bodyHeight } from "../state/layout.ts";
import { memoLast } from "../state/memo-last.ts";
import type { Model } from "../state/model.ts";
import { refusalOf } from "../state/permission.ts";
import { currentList, currentWindow, visibleSources } from "../state/selectors.ts";
import { Lines } from "./line.tsx";
import { Table } from "./table.tsx";

const neededOf = memoLast((rows: readonly SourceView[]) => neededWidths(SOURCE_COLUMNS, rows));

/** Words for a screen without rows; undefined when there are rows to show. */
function emptyLines(model: Model): StyledLine[] | undefined {
  const { sources, connection } = model;
  const width = model.size.columns - 2;
  const say = (text: string, role: Role = "plain"): StyledLine[] =>
    text.split("\n").flatMap((part) => wrapCells(part, width).map((line) => [span(` ${line}`, role)]));
  if (sources.value === undefined) {
    if (connection.state === "refused") return [[], ...say("The daemon refused the connection:"), ...say(connection.reason, "bad")];
    if (connection.state === "connecting")
      return [
        [],
        ...say(`connecting to ${model.target}`),
        ...(connection.fault === undefined
          ? []
          : [[], ...say(connection.fault, "warn"), [], ...say("Trying again until it answers.", "dim")]),
      ];
    return [[], ...say(sources.fault ?? "loading", sources.fault === undefined ? "dim" : "bad")];
  }
  if (sources.value.length > 0) return undefined;
  const refusal = refusalOf(model, "register");
  return [
    [],
    ...say("No directory of models is registered yet.", "strong"),
    [],
    ...say("n   register a directory of model artifacts"),
    ...say("v   lines of every namespace: registry, strategy, tech"),
    ...(model.demoPath === undefined ? [] : say("x   load the demo models, to look around")),
    ...(refusal === undefined ? [] : [[], ...say(`Not now: ${refusal}`, "warn")]),
  ];
}

function roleOf(source: SourceView): Role {
  return source.degraded !== "" ? "bad" : sourceCondition(source) === "ok" ? "plain" : "warn";
}

/** Titles and rows, one line more than the body. */
export function SourcesView({ model }: { readonly model: Model }) {
  const empty = emptyLines(model);
  if (empty !== undefined) return <Lines lines={empty} height={bodyHeight(model) + 1} />;
  return (
    <Table
      columns={SOURCE_COLUMNS}
      rows={visibleSources(model)}
      needed={neededOf(model.sources.value ?? [])}
      window={currentWindow(model)}
      sort={currentList(model).sort}
      width={model.size.columns}
      charset={model.charset}
      isMarked={(row) => model.marks.has(row.name)}
      roleOf={roleOf}
    />
  );
}
