// Tables of fixed-width cells: how wide each column is, and a row as one padded text.

import { cellWidth, cutCellsLeft, fitCells, printable } from "./cell-width.ts";

/** One column: how a row fills it, and how it sorts. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** The key that sorts by it, after `s`. */
  readonly letter: string;
  readonly align: "left" | "right";
  /** Fewest and most cells it is given. */
  readonly min: number;
  readonly max: number;
  /** A text that is too long keeps its end (a path), not its beginning. */
  readonly keepsEnd?: boolean;
  cell(row: Row): string;
  /** Missing values (null) sort last, whatever the direction. */
  sortKey(row: Row): string | number | null;
}

/** Cells between two columns. */
const GAP = 1;

/** The most cells that any of the rows needs in each column, at least the title. */
export function neededWidths<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly number[] {
  return columns.map((column) => {
    let needed = Math.max(column.min, cellWidth(column.title) + 1);
    for (const row of rows) {
      if (needed >= column.max) break;
      needed = Math.max(needed, cellWidth(printable(column.cell(row))));
    }
    return Math.min(needed, column.max);
  });
}

/** Cells that the last column, which explains, leaves to the others when there is little room. */
const LAST_LEAST = 10;

/**
 * Widths whose sum, with gaps, is at most `width` where the least widths allow it. While there is too little room the last column gives cells
 * first, then the column furthest above its least width; what is left over goes to the last column.
 */
export function layoutColumns<Row>(columns: readonly Column<Row>[], needed: readonly number[], width: number): readonly number[] {
  const widths = [...needed];
  const last = widths.length - 1;
  const take = (at: number, cells: number): void => {
    widths[at] = (widths[at] ?? 0) - cells;
    spare += cells;
  };
  let spare = width - widths.reduce((sum, cells) => sum + cells + GAP, -GAP);
  take(last, Math.max(0, Math.min(-spare, (widths[last] ?? 0) - LAST_LEAST)));
  while (spare < 0) {
    const above = columns.map((column, at) => (widths[at] ?? 0) - column.min);
    const most = Math.max(...above);
    if (most <= 0) break;
    take(above.indexOf(most), 1);
  }
  if (spare > 0 && last >= 0) widths[last] = (widths[last] ?? 0) + spare;
  return widths;
}

/** The cells of one row, each padded to its column. */
export function rowCells<Row>(columns: readonly Column<Row>[], widths: readonly number[], row: Row): readonly string[] {
  return columns.map((column, at) => {
    const width = widths[at] ?? column.min;
    const text = column.cell(row);
    return fitCells(column.keepsEnd === true ? cutCellsLeft(text, width) : text, width, column.align);
  });
}

/** The line of titles; the column that sorts carries `mark`. */
export function titleText<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
  sorted: { readonly column: string; readonly mark: string } | undefined,
): string {
  return columns
    .map((column, at) => fitCells(column.title + (sorted?.column === column.id ? sorted.mark : ""), widths[at] ?? column.min, column.align))
    .join(" ");
}
