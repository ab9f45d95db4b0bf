// How many lines each part of the screen has: arithmetic on the terminal's size, shared by reducer and views.

import type { Model, Tab } from "./model.ts";

/** The least terminal that everything fits in. */
export const LEAST_COLUMNS = 60;
export const LEAST_ROWS = 15;

/** Header, crumbs, titles above; news and keys below. */
const LIST_CHROME = 5;
/** Header, crumbs, tabs, summary above; news and keys below. */
const TAB_CHROME = 6;

/** True when the terminal is too small to show anything but that. */
export function isTooSmall(size: Model["size"]): boolean {
  return size.columns < LEAST_COLUMNS || size.rows < LEAST_ROWS;
}

/** Lines below the table of what was live that explain the selected row. */
export const LIVE_DETAIL = 4;
/** Lines below the history that explain the selected move, by the body's height. */
export function historyDetail(body: number): number {
  return Math.max(3, Math.min(12, Math.floor(body / 3)));
}

/** Lines between the chrome above and below. */
export function bodyHeight(model: Pick<Model, "size" | "screen">): number {
  return Math.max(1, model.size.rows - (model.screen.kind === "line" ? TAB_CHROME : LIST_CHROME));
}

/** Lines of the versions table without its title; the moves take the rest. */
export function versionsHeight(body: number): number {
  return Math.max(3, Math.floor((body - 2) / 2));
}

const TAB_LINES: Readonly<Record<Tab, (body: number) => number>> = {
  ic: (body) => body - 1,
  training: (body) => body,
  model: (body) => body,
  factors: (body) => body - 1,
  info: (body) => body,
  versions: versionsHeight,
  files: (body) => body - 1,
  history: (body) => body - 1 - historyDetail(body),
};

/** Rows of the current list that are visible at once. */
export function pageHeight(model: Pick<Model, "size" | "screen">): number {
  const body = bodyHeight(model);
  if (model.screen.kind === "line") return Math.max(1, TAB_LINES[model.screen.tab](body));
  return Math.max(1, model.screen.kind === "live_at" ? body - LIVE_DETAIL : body);
}

/** Lines of the help between the header and the keys. */
export function helpHeight(model: Pick<Model, "size">): number {
  return Math.max(1, model.size.rows - 4);
}
