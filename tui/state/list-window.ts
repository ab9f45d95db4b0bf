// Which rows of a list are visible, and where the selection is: plain arithmetic on fixed-height rows.

import type { ListState } from "./model.ts";

/** A list as it stands: where the selection is, and which slice is visible. */
export interface ListWindow {
  /** Index of the selected row; -1 in an empty list. */
  readonly index: number;
  readonly top: number;
  /** Rows visible from `top`. */
  readonly height: number;
  readonly count: number;
}

/** Where the selection is: the row with the selected id, else the one that took its place. */
export function selectedIndex<Row>(list: ListState, rows: readonly Row[], idOf: (row: Row) => string): number {
  if (rows.length === 0) return -1;
  const expected = rows[list.index];
  if (list.selected === undefined || (expected !== undefined && idOf(expected) === list.selected))
    return Math.min(list.index, rows.length - 1);
  const found = rows.findIndex((row) => idOf(row) === list.selected);
  return found >= 0 ? found : Math.min(list.index, rows.length - 1);
}

/** The visible slice: unchanged while the selection is in it, else moved so that the selection stands in its middle (half a page at a time). */
export function windowAround(list: ListState, index: number, count: number, height: number): ListWindow {
  const rows = Math.max(1, height);
  const highest = Math.max(0, count - rows);
  let top = Math.min(list.top, highest);
  if (index >= 0 && index < top) top = Math.max(0, index - Math.floor(rows / 2));
  if (index >= top + rows) top = Math.min(highest, index - Math.floor(rows / 2));
  return { index, top, height: rows, count };
}

export type Motion = "up" | "down" | "page_up" | "page_down" | "top" | "bottom";

/** Where a motion leads from `at` among `count` places, `page` at a time. */
export function moved(motion: Motion, at: number, count: number, page: number): number {
  const steps: Readonly<Record<Motion, number>> = { up: -1, down: 1, page_up: -page, page_down: page, top: -count, bottom: count };
  return Math.max(0, Math.min(count - 1, at + steps[motion]));
}
