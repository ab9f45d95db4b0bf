// Every move of a line, newest first; below the table what was known when the selected one was decided.

import type { MoveView } from "../../shared/contract/views.ts";
import { wrapCells } from "../format/cell-width.ts";
import { gateLine } from "../format/gate-texts.ts";
import { cutLine, span, type Role, type StyledLine } from "../format/styled.ts";
import { neededWidths } from "../format/table.ts";
import { historyColumns, moveChange } from "../state/history-columns.ts";
import { historyDetail } from "../state/layout.ts";
import { memoLast } from "../state/memo-last.ts";
import type { HistoryPart } from "../state/model.ts";
import { currentRows, currentWindow, linePart } from "../state/selectors.ts";
import { arrowOf } from "./footer.tsx";
import { Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart, paragraph } from "./part-lines.ts";
import { Table } from "./table.tsx";

const columnsOf = memoLast(historyColumns);
const neededOf = memoLast((rows: readonly MoveView[], arrow: string) => neededWidths(columnsOf(arrow), rows));

function roleOf(move: MoveView): Role {
  if (move.gates_skipped) return "warn";
  return move.to_status === "production" ? "good" : move.to_status === "failed" ? "bad" : "plain";
}

function detailLines(move: MoveView | undefined, { items, total }: HistoryPart, arrow: string, width: number): StyledLine[] {
  const loaded = items.length < total ? `  (${items.length} of ${total} moves)` : `  (${total} moves)`;
  if (move === undefined) return [];
  const change = moveChange(move, arrow);
  const skipped = move.gates_skipped ? [span("its gates were skipped  ", "warn")] : [];
  const id = move.request_id === "" ? "" : `  request ${move.request_id}`;
  const texts = [move.actor, move.reason].filter((text) => text !== "");
  return [
    [span(`  event ${move.sequence} at ${move.at}: ${change}`, "strong"), span(loaded, "dim")],
    ...wrapCells(texts.join(": "), width - 3).map((text): StyledLine => [span(`  ${text}`)]),
    ...(skipped.length === 0 ? [] : [[span("  "), ...skipped]]),
    ...move.gates.map((gate): StyledLine => [span("  "), ...gateLine(gate)]),
    [span(move.hash === "" ? "  from before the chain" : `  chained as ${move.hash}${id}`, "dim")],
  ].map((line) => cutLine(line, width));
}

/** Table above, the selected move below. */
export function HistoryTab({ model, height }: TabProps) {
  const width = model.size.columns;
  const history = linePart(model, "history");
  const missing = missingPart(history, width);
  if (missing !== undefined || history?.value === undefined) return <Lines lines={missing ?? []} height={height} />;
  const { items } = history.value;
  if (items.length === 0) return <Lines lines={paragraph("Nothing has happened on this line yet.", width, "dim")} height={height} />;
  const arrow = arrowOf(model);
  return (
    <>
      <Table
        columns={columnsOf(arrow)}
        rows={items}
        needed={neededOf(items, arrow)}
        window={currentWindow(model)}
        sort={undefined}
        width={width}
        charset={model.charset}
        isMarked={() => false}
        roleOf={roleOf}
      />
      <Lines lines={detailLines(items[currentRows(model).index], history.value, arrow, width)} height={historyDetail(height)} />
    </>
  );
}
