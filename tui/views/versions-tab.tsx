// The versions of a line, and below them every move: which was live when, and why.

import type { MoveView } from "../../shared/contract/views.ts";
import { cutLine, span, type Role, type StyledLine } from "../format/styled.ts";
import { neededWidths } from "../format/table.ts";
import { shortTime } from "../format/times.ts";
import { versionFactLines } from "../format/version-facts.ts";
import { versionsHeight } from "../state/layout.ts";
import { memoLast } from "../state/memo-last.ts";
import type { Model } from "../state/model.ts";
import { currentList, currentRows, currentWindow, linePart, visibleVersions } from "../state/selectors.ts";
import { versionColumns, type VersionRow } from "../state/version-columns.ts";
import { arrowOf } from "./footer.tsx";
import { Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart, paragraph } from "./part-lines.ts";
import { Table } from "./table.tsx";

const neededOf = memoLast((rows: readonly VersionRow[], width: number) => neededWidths(versionColumns(rows, width), rows));

function roleOf({ version }: VersionRow): Role {
  if (version.status === "failed" || version.golden === "failed") return "bad";
  return version.live ? "good" : "plain";
}

/** Table above, moves below. */
export function VersionsTab({ model, height }: TabProps) {
  const width = model.size.columns;
  const missing = missingPart(linePart(model, "versions"), width);
  if (missing !== undefined) return <Lines lines={missing} height={height} />;
  const rows = visibleVersions(model);
  if (rows.length === 0)
    return (
      <Lines lines={paragraph("There is no version yet: nothing readable was captured or registered.", width, "dim")} height={height} />
    );
  return (
    <>
      <Table
        columns={versionColumns(rows, width)}
        rows={rows}
        needed={neededOf(rows, width)}
        window={currentWindow(model)}
        sort={currentList(model).sort}
        width={width}
        charset={model.charset}
        isMarked={(row) => row.version.live && model.marks.has(row.version.line)}
        roleOf={roleOf}
      />
      <Lines lines={lowerLines(model, height - versionsHeight(height) - 1)} height={height - versionsHeight(height) - 1} />
    </>
  );
}

/** Lines that moves always get: a title and two of them. */
const LEAST_MOVES = 3;

/** What is known of the selected version, then the moves; without gates, metrics and paper trading only the moves. */
function lowerLines(model: Model, height: number): StyledLine[] {
  const row = visibleVersions(model)[currentRows(model).index];
  const width = model.size.columns;
  const facts = row === undefined ? [] : versionFactLines(row.version, linePart(model, "policy")?.value, width);
  return [...facts.slice(0, Math.max(0, height - LEAST_MOVES)), ...movesLines(model)];
}

function movesLines(model: Model): StyledLine[] {
  const history = linePart(model, "history");
  const missing = missingPart(history, model.size.columns);
  const title = [span("  moves, newest first (> of the selected version)", "dim")];
  if (missing !== undefined) return [title, ...missing];
  const rows = currentRows(model);
  const selected = rows.idAt(rows.index);
  return [
    title,
    ...(history?.value?.items ?? []).map((move) => cutLine(moveLine(move, move.version === selected, arrowOf(model)), model.size.columns)),
  ];
}

function moveLine(move: MoveView, isSelected: boolean, arrow: string): StyledLine {
  const change = move.from_status === null ? move.to_status : `${move.from_status} ${arrow} ${move.to_status}`;
  const why = [move.reason, move.actor === "" ? "" : `(${move.actor})`].filter((part) => part !== "").join(" ");
  return [
    span(`${isSelected ? "> " : "  "}${shortTime(move.at)}  `, "dim"),
    span(
      `${move.version.padEnd(6)} ${move.action.padEnd(11)} ${change.padEnd(24)} `,
      move.to_status === "production" ? "good" : move.to_status === "failed" ? "bad" : "plain",
    ),
    span(why),
  ];
}
