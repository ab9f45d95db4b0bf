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

/**
 * Widths whose sum, with gaps, is at most `width`: while there is too little room the column furthest above its least width gives a cell;
 * what is left over goes to the last column.
 */
export function layoutColumns<Row>(columns: readonly Column<Row>[], needed: readonly number[], width: number): readonly number[] {
  const widths = [...needed];
  let spare = width - widths.reduce((sum, cells) => sum + cells + GAP, -GAP);
  while (spare < 0) {
    let widest = -1;
    let most = 0;
    for (const [at, column] of columns.entries()) {
      const above = (widths[at] ?? 0) - column.min;
      if (above > most) {
        most = above;
        widest = at;
      }
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 1) - 1;
    spare++;
  }
  const last = widths.length - 1;
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
