// The lines of every namespace.

import type { LineSummaryView } from "../../shared/contract/registry-views.ts";
import type { Role } from "../format/styled.ts";
import { neededWidths } from "../format/table.ts";
import { bodyHeight } from "../state/layout.ts";
import { LINE_COLUMNS } from "../state/line-columns.ts";
import { memoLast } from "../state/memo-last.ts";
import type { Model } from "../state/model.ts";
import { currentList, currentWindow, visibleLines } from "../state/selectors.ts";
import { Lines } from "./line.tsx";
import { missingRows } from "./part-lines.ts";
import { Table } from "./table.tsx";

const neededOf = memoLast((rows: readonly LineSummaryView[]) => neededWidths(LINE_COLUMNS, rows));

const EMPTY = "There is no line yet: register a directory (esc, n), or a model with `model-manager registry register`.";

function roleOf(row: LineSummaryView): Role {
  if (row.degraded !== "") return "bad";
  return row.pinned ? "accent" : "plain";
}

/** Titles and rows, one line more than the body. */
export function LinesView({ model }: { readonly model: Model }) {
  const rows = visibleLines(model);
  const missing = missingRows(model.lines, rows.length, model.size.columns, EMPTY);
  if (missing !== undefined) return <Lines lines={missing} height={bodyHeight(model) + 1} />;
  return (
    <Table
      columns={LINE_COLUMNS}
      rows={rows}
      needed={neededOf(model.lines?.rows ?? [])}
      window={currentWindow(model)}
      sort={currentList(model).sort}
      width={model.size.columns}
      charset={model.charset}
      isMarked={(row) => model.marks.has(row.line)}
      roleOf={roleOf}
    />
  );
}
