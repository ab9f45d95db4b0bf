// The columns of the lists: titles, cells, and what each sorts by.

import type { GroupView, SourceView } from "../../shared/contract/views.ts";
import type { Column } from "../format/table.ts";

/** What a person needs to know about a source's condition, in one cell. */
export function sourceCondition(source: SourceView): string {
  if (source.degraded !== "") return `degraded: ${source.degraded}`;
  if (source.scan.state === "scanning" || source.scan.state === "waiting") return source.scan.state;
  if (source.scan.state === "reading") return `reading ${source.scan.done}/${source.scan.total}`;
  return source.warnings.length > 0 ? `warning: ${source.warnings[0] ?? ""}` : "ok";
}

/** A group's condition in a word or two; the reason follows the word. */
export function groupCondition(group: GroupView): string {
  const pinned = group.pinned ? "pinned" : "";
  if (group.degraded !== "") return `${pinned === "" ? "" : "pinned, "}degraded: ${group.degraded}`;
  if (pinned !== "") return pinned;
  return group.warnings.length > 0 ? `warning: ${group.warnings[0] ?? ""}` : "ok";
}

export const SOURCE_COLUMNS: readonly Column<SourceView>[] = [
  { id: "name", title: "name", letter: "n", align: "left", min: 6, max: 32, cell: (row) => row.name, sortKey: (row) => row.name },
  {
    id: "groups",
    title: "groups",
    letter: "g",
    align: "right",
    min: 4,
    max: 8,
    cell: (row) => String(row.group_count),
    sortKey: (row) => row.group_count,
  },
  {
    id: "symbols",
    title: "symbols",
    letter: "y",
    align: "right",
    min: 4,
    max: 8,
    cell: (row) => String(row.symbol_count),
    sortKey: (row) => row.symbol_count,
  },
  {
    id: "ready",
    title: "ready",
    letter: "r",
    align: "right",
    min: 4,
    max: 8,
    cell: (row) => String(row.ready_count),
    sortKey: (row) => row.ready_count,
  },
  {
    id: "degraded",
    title: "degraded",
    letter: "d",
    align: "right",
    min: 4,
    max: 8,
    cell: (row) => String(row.degraded_count),
    sortKey: (row) => row.degraded_count,
  },
  {
    id: "path",
    title: "path",
    letter: "p",
    align: "left",
    min: 8,
    max: 70,
    keepsEnd: true,
    cell: (row) => row.root_path,
    sortKey: (row) => row.root_path,
  },
  { id: "condition", title: "condition", letter: "c", align: "left", min: 8, max: 60, cell: sourceCondition, sortKey: sourceCondition },
];

export const GROUP_COLUMNS: readonly Column<GroupView>[] = [
  { id: "symbol", title: "symbol", letter: "y", align: "left", min: 6, max: 16, cell: (row) => row.symbol, sortKey: (row) => row.symbol },
  {
    id: "group",
    title: "group",
    letter: "g",
    align: "left",
    min: 8,
    max: 40,
    cell: (row) => row.group_key,
    sortKey: (row) => row.group_key,
  },
  {
    id: "return",
    title: "return",
    letter: "r",
    align: "left",
    min: 6,
    max: 16,
    cell: (row) => row.return_name,
    sortKey: (row) => row.return_name,
  },
  {
    id: "dim",
    title: "dim",
    letter: "d",
    align: "right",
    min: 3,
    max: 6,
    cell: (row) => String(row.feature_dim),
    sortKey: (row) => row.feature_dim,
  },
  {
    id: "factors",
    title: "fac",
    letter: "f",
    align: "right",
    min: 3,
    max: 6,
    cell: (row) => String(row.factor_count),
    sortKey: (row) => row.factor_count,
  },
  {
    id: "version",
    title: "live",
    letter: "v",
    align: "left",
    min: 4,
    max: 12,
    cell: (row) => (row.version === "" ? "none" : row.version),
    sortKey: (row) => versionKey(row.version),
  },
  {
    id: "ready",
    title: "ready",
    letter: "e",
    align: "left",
    min: 3,
    max: 6,
    cell: (row) => (row.ready ? "yes" : "no"),
    sortKey: (row) => (row.ready ? 0 : 1),
  },
  {
    id: "trained",
    title: "train end",
    letter: "n",
    align: "left",
    min: 10,
    max: 10,
    cell: (row) => row.train_end_date ?? "n/a",
    sortKey: (row) => row.train_end_date,
  },
  { id: "state", title: "state", letter: "t", align: "left", min: 6, max: 80, cell: groupCondition, sortKey: groupCondition },
];

/** Version labels in their order: `v2` before `v10`, `v1.2` before `v1.10`. */
export function versionKey(version: string): string | null {
  return version === "" ? null : version.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}
