// The columns of a line's history.

import type { MoveView } from "../../shared/contract/views.ts";
import type { Column } from "../format/table.ts";
import { shortTime } from "../format/times.ts";

/** What the gates said when it was decided; a move that skipped them says so first. */
export function moveGates({ gates, gates_skipped: isSkipped }: MoveView): string {
  const refused = gates.filter((gate) => !gate.passed).length;
  if (isSkipped) return `OVERRIDE ${refused}/${gates.length}`;
  return gates.length === 0 ? "-" : refused === 0 ? "passed" : `${refused} refused`;
}

/** `staged → production`, or only where a version began. */
export function moveChange(move: MoveView, arrow: string): string {
  return move.from_status === null ? move.to_status : `${move.from_status} ${arrow} ${move.to_status}`;
}

/** The history's columns with this charset's arrow. */
export function historyColumns(arrow: string): readonly Column<MoveView>[] {
  const change = (row: MoveView): string => moveChange(row, arrow);
  const why = (row: MoveView): string => (row.actor === "" ? row.reason : `${row.actor}: ${row.reason}`);
  return [
    {
      ...{ id: "at", title: "at", letter: "a", align: "left", min: 20, max: 20 },
      cell: (row) => shortTime(row.at),
      sortKey: (row) => row.at,
    },
    {
      ...{ id: "version", title: "version", letter: "v", align: "left", min: 7, max: 16 },
      cell: (row) => row.version,
      sortKey: (row) => row.version,
    },
    {
      ...{ id: "action", title: "move", letter: "m", align: "left", min: 9, max: 11 },
      cell: (row) => row.action,
      sortKey: (row) => row.action,
    },
    { ...{ id: "change", title: "status", letter: "t", align: "left", min: 10, max: 24 }, cell: change, sortKey: change },
    { ...{ id: "gates", title: "gates", letter: "g", align: "left", min: 9, max: 12 }, cell: moveGates, sortKey: moveGates },
    { ...{ id: "why", title: "by: why", letter: "w", align: "left", min: 8, max: 120 }, cell: why, sortKey: why },
  ];
}
