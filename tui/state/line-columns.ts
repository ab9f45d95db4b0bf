// The columns of the lists of lines: what is live now, what was live at a time, and what differs between two.

import type { LineSummaryView, LiveAtView, LiveDifferenceView } from "../../shared/contract/registry-views.ts";
import type { Column } from "../format/table.ts";
import { minuteTime } from "../format/times.ts";
import { versionKey } from "./columns.ts";

const orNone = (version: string): string => (version === "" ? "none" : version);
const timeOf = (time: string | null): string => (time === null ? "" : minuteTime(time));
const countOf = (count: number): string => (count === 0 ? "" : String(count));

/** A line's condition: a word or two, and the reason. */
export function lineCondition(row: LineSummaryView): string {
  const states = [row.pinned ? "pinned" : "", row.degraded === "" ? "" : `degraded: ${row.degraded}`].filter((state) => state !== "");
  return states.length === 0 ? "ok" : states.join(", ");
}

export const LINE_COLUMNS: readonly Column<LineSummaryView>[] = [
  {
    ...{ id: "namespace", title: "namespace", letter: "n", align: "left", min: 9, max: 24 },
    cell: (row) => row.namespace,
    sortKey: (row) => row.namespace,
  },
  { ...{ id: "name", title: "name", letter: "a", align: "left", min: 12, max: 48 }, cell: (row) => row.name, sortKey: (row) => row.name },
  {
    ...{ id: "version", title: "live", letter: "v", align: "left", min: 7, max: 16 },
    cell: (row) => orNone(row.version),
    sortKey: (row) => versionKey(row.version),
  },
  {
    ...{ id: "since", title: "since", letter: "i", align: "left", min: 16, max: 16 },
    cell: (row) => timeOf(row.live_since),
    sortKey: (row) => row.live_since,
  },
  {
    ...{ id: "policy", title: "policy", letter: "p", align: "left", min: 6, max: 7 },
    cell: (row) => row.policy,
    sortKey: (row) => row.policy,
  },
  {
    ...{ id: "staged", title: "stg", letter: "g", align: "right", min: 3, max: 6 },
    cell: (row) => countOf(row.staged),
    sortKey: (row) => row.staged,
  },
  {
    ...{ id: "testing", title: "test", letter: "t", align: "right", min: 4, max: 6 },
    cell: (row) => countOf(row.testing),
    sortKey: (row) => row.testing,
  },
  {
    ...{ id: "condition", title: "condition", letter: "c", align: "left", min: 8, max: 80 },
    cell: lineCondition,
    sortKey: lineCondition,
  },
];

/** What the filter looks at. */
export function lineText(row: LineSummaryView): string {
  const states = [row.staged > 0 ? "staged" : "", row.testing > 0 ? "testing" : "", lineCondition(row)];
  return `${row.line} ${orNone(row.version)} ${row.policy} ${states.join(" ")}`;
}

/** The clients that had a version of the line, `client version` each. */
export function clientsText(row: LiveAtView): string {
  return row.clients.map((client) => `${client.client_id} ${client.version}`).join(", ");
}

export const LIVE_COLUMNS: readonly Column<LiveAtView>[] = [
  { ...{ id: "line", title: "line", letter: "l", align: "left", min: 16, max: 60 }, cell: (row) => row.line, sortKey: (row) => row.line },
  {
    ...{ id: "version", title: "live", letter: "v", align: "left", min: 5, max: 16 },
    cell: (row) => orNone(row.version),
    sortKey: (row) => versionKey(row.version),
  },
  {
    ...{ id: "since", title: "since", letter: "i", align: "left", min: 16, max: 16 },
    cell: (row) => timeOf(row.since),
    sortKey: (row) => row.since,
  },
  {
    ...{ id: "until", title: "until", letter: "u", align: "left", min: 16, max: 16 },
    cell: (row) => (row.until === null ? "now" : timeOf(row.until)),
    sortKey: (row) => row.until,
  },
  { ...{ id: "clients", title: "loaded by then", letter: "c", align: "left", min: 10, max: 120 }, cell: clientsText, sortKey: clientsText },
];

export const CHANGE_COLUMNS: readonly Column<LiveDifferenceView>[] = [
  { ...{ id: "line", title: "line", letter: "l", align: "left", min: 16, max: 60 }, cell: (row) => row.line, sortKey: (row) => row.line },
  {
    ...{ id: "before", title: "first", letter: "f", align: "left", min: 6, max: 16 },
    cell: (row) => orNone(row.before),
    sortKey: (row) => versionKey(row.before),
  },
  {
    ...{ id: "after", title: "second", letter: "e", align: "left", min: 6, max: 16 },
    cell: (row) => orNone(row.after),
    sortKey: (row) => versionKey(row.after),
  },
  {
    ...{ id: "changes", title: "changes in between", letter: "c", align: "left", min: 8, max: 80 },
    cell: (row) => String(row.changes),
    sortKey: (row) => row.changes,
  },
];
