// The columns of a line's versions: those of captured files, and those of versions with gates, metrics and paper trading.

import type { VersionView } from "../../shared/contract/views.ts";
import { compact } from "../format/numbers.ts";
import type { Column } from "../format/table.ts";
import { shortTime } from "../format/times.ts";
import { versionKey } from "./columns.ts";
import { memoLast } from "./memo-last.ts";

/** A version, with what the line says about it. */
export interface VersionRow {
  readonly version: VersionView;
  readonly isPinned: boolean;
}

const GOLDEN = "golden";

const CAPTURED_COLUMNS: readonly Column<VersionRow>[] = [
  {
    id: "version",
    title: "version",
    letter: "v",
    align: "left",
    min: 5,
    max: 14,
    cell: (row) => row.version.version,
    sortKey: (row) => versionKey(row.version.version),
  },
  {
    id: "status",
    title: "status",
    letter: "t",
    align: "left",
    min: 8,
    max: 10,
    cell: (row) => row.version.status,
    sortKey: (row) => row.version.status,
  },
  { id: "live", title: "live", letter: "i", align: "left", min: 4, max: 12, cell: liveMark, sortKey: (row) => (row.version.live ? 0 : 1) },
  {
    id: GOLDEN,
    title: "golden",
    letter: "g",
    align: "left",
    min: 6,
    max: 9,
    cell: goldenMark,
    sortKey: (row) => (row.version.golden === "absent" ? null : row.version.golden),
  },
  {
    id: "created",
    title: "created",
    letter: "c",
    align: "left",
    min: 10,
    max: 20,
    cell: (row) => shortTime(row.version.created_at),
    sortKey: (row) => row.version.created_at,
  },
  {
    id: "sha",
    title: "sha256",
    letter: "h",
    align: "left",
    min: 6,
    max: 12,
    cell: (row) => (row.version.sha256 === "" ? "none" : row.version.sha256.slice(0, 12)),
    sortKey: (row) => row.version.sha256,
  },
  { id: "reason", title: "reason", letter: "r", align: "left", min: 8, max: 80, cell: versionReason, sortKey: versionReason },
];

function goldenMark({ version }: VersionRow): string {
  return version.golden === "absent" ? "" : version.golden === "not_checked" ? "unchecked" : version.golden;
}

function liveMark(row: VersionRow): string {
  if (!row.version.live) return "";
  return row.isPinned ? "LIVE pinned" : "LIVE";
}

function versionReason({ version }: VersionRow): string {
  const why = version.actor === "" ? version.reason : `${version.reason} (${version.actor})`;
  return version.bytes_kept ? why : `bytes no longer kept; ${why}`;
}

/** Which gates a version passes now, in a word. */
export function gatesMark({ version }: VersionRow): string {
  if (version.gates.length === 0) return "-";
  const refused = version.gates.filter((gate) => !gate.passed).length;
  return refused === 0 ? "passed" : `${refused} refused`;
}

/** Hours of paper trading; `>` while it runs. */
function paperMark({ version: { paper } }: VersionRow): string {
  if (paper === null) return "";
  return `${paper.stopped_at === null ? ">" : ""}${paper.hours.toFixed(1)}h`;
}

/** `testing` is a staged version with an open record of paper trading. */
function stageOf({ version }: VersionRow): string {
  return version.status === "staged" && version.paper !== null && version.paper.stopped_at === null ? "testing" : version.status;
}

function whoAndWhy({ version }: VersionRow): string {
  const why = version.bytes_kept ? version.reason : `bytes no longer kept; ${version.reason}`;
  return version.actor === "" ? why : `${version.actor}: ${why}`;
}

const METRIC = "metric:";
const METRIC_CELLS = 7;
const MOST_LABEL = 16;
/** Cells before the first column. */
const GUTTER = 2;

function metricColumn(name: string, at: number): Column<VersionRow> {
  return {
    ...{ id: METRIC + name, title: name, letter: String(at + 1), align: "right", min: METRIC_CELLS, max: 12 },
    cell: ({ version }) => (version.metrics[name] === undefined ? "" : compact(version.metrics[name], 4)),
    sortKey: ({ version }) => version.metrics[name] ?? null,
  };
}

const BEFORE_METRICS: readonly Column<VersionRow>[] = [
  ...CAPTURED_COLUMNS.filter(({ id }) => id === "version"),
  { ...{ id: "status", title: "status", letter: "t", align: "left", min: 10, max: 10 }, cell: stageOf, sortKey: stageOf },
  // Whether the line is pinned stands above the table.
  {
    ...{ id: "live", title: "live", letter: "i", align: "left", min: 4, max: 4 },
    cell: ({ version }) => (version.live ? "LIVE" : ""),
    sortKey: ({ version }) => (version.live ? 0 : 1),
  },
  { id: "gates", title: "gates", letter: "g", align: "left", min: 9, max: 9, cell: gatesMark, sortKey: gatesMark },
  {
    id: "paper",
    title: "paper",
    letter: "p",
    align: "right",
    min: 6,
    max: 8,
    cell: paperMark,
    sortKey: (row) => row.version.paper?.hours ?? null,
  },
];
/** From this width on times are shown in full. */
const WIDE = 120;
const CREATED: Column<VersionRow> = {
  ...{ id: "created", title: "created", letter: "c", align: "left", min: 10, max: 10 },
  cell: ({ version }) => version.created_at.slice(0, 10),
  sortKey: ({ version }) => version.created_at,
};
const WHO: Column<VersionRow> = {
  ...{ id: "reason", title: "by: why", letter: "r", align: "left", min: 8, max: 120 },
  cell: whoAndWhy,
  sortKey: whoAndWhy,
};

/** The metrics of these versions that are shown first: those that gates look at, then the most frequent. */
export function keyMetrics(rows: readonly VersionRow[], most: number): readonly string[] {
  const gated = rows.flatMap(({ version }) => version.gates.map((gate) => gate.metric));
  const counts = new Map<string, number>();
  for (const { version } of rows) for (const name of Object.keys(version.metrics)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const frequent = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  return [...new Set([...gated.filter((name) => counts.has(name)), ...FIRST.filter((name) => counts.has(name)), ...frequent])].slice(
    0,
    most,
  );
}

/** What a person looks for first. */
const FIRST = ["ic", "valid_ic", "sharpe"];
/** Digits are the letters of metric columns. */
const MOST_METRICS = 9;

/** The columns for these rows on a terminal this wide. */
export const versionColumns = memoLast((rows: readonly VersionRow[], width: number): readonly Column<VersionRow>[] => {
  const isRegistered = rows.some(({ version }) => version.registration !== null || version.gates.length > 0 || version.paper !== null);
  if (!isRegistered) {
    const isChecked = rows.some(({ version }) => version.golden !== "absent");
    return isChecked ? CAPTURED_COLUMNS : CAPTURED_COLUMNS.filter(({ id }) => id !== GOLDEN);
  }
  const label = Math.min(MOST_LABEL, Math.max(...rows.map(({ version }) => version.version.length)) + 1);
  const first = BEFORE_METRICS.map((column) => (column.id === "version" ? { ...column, min: label } : column));
  const created =
    width < WIDE ? CREATED : { ...CREATED, min: 20, max: 20, cell: ({ version }: VersionRow) => shortTime(version.created_at) };
  const fixed = [...first, created, WHO].reduce((sum, column) => sum + column.min + 1, GUTTER);
  const metrics = keyMetrics(rows, Math.max(0, Math.min(MOST_METRICS, Math.floor((width - fixed) / (METRIC_CELLS + 1)))));
  return [...first, ...metrics.map(metricColumn), created, WHO];
});

/** What a column sorts by, also one that does not fit now; undefined = there is no such column. */
export function versionSortColumn(id: string): Pick<Column<VersionRow>, "sortKey"> | undefined {
  if (id.startsWith(METRIC)) return metricColumn(id.slice(METRIC.length), 0);
  return [...BEFORE_METRICS, ...CAPTURED_COLUMNS].find((column) => column.id === id);
}
