// Aligned columns for people: nothing is cut, since a pipe has no width.

import { cellWidth, printable } from "../format/cell-width.ts";
import type { Role } from "../format/styled.ts";
import type { CliContext } from "./context.ts";

/** One column of a printed table. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly align?: "right";
  cell(row: Row): string;
  role?(row: Row): Role;
}

const GAP = "  ";

interface Cell {
  readonly text: string;
  readonly role: Role;
}

function toCells<Row>(columns: readonly TableColumn<Row>[], row: Row): Cell[] {
  return columns.map((column) => ({ text: printable(column.cell(row)), role: column.role?.(row) ?? "plain" }));
}

/** Prints a line of titles and one line for each row; `empty` instead when there is no row. */
export async function printTable<Row>(
  context: CliContext,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  empty: string,
): Promise<void> {
  if (rows.length === 0) return context.line(empty);
  const lines: Cell[][] = [columns.map(({ title }) => ({ text: title, role: "strong" })), ...rows.map((row) => toCells(columns, row))];
  const widths = columns.map((_column, at) => lines.reduce((width, cells) => Math.max(width, cellWidth(cells[at]?.text ?? "")), 0));
  for (const cells of lines) {
    const texts = cells.map((cell, at) => {
      const padding = " ".repeat((widths[at] ?? 0) - cellWidth(cell.text));
      const text = context.paint(cell.text, cell.role);
      if (columns[at]?.align === "right") return padding + text;
      return at === cells.length - 1 ? text : text + padding;
    });
    await context.line(texts.join(GAP));
  }
}

/** Prints `label  value` lines with the values in one column. Fields with an empty value are left out. */
export async function printFields(context: CliContext, fields: readonly (readonly [string, string, Role?])[]): Promise<void> {
  const shown = fields.filter(([, value]) => value !== "").map(([label, value, role]) => [printable(label), value, role] as const);
  const width = shown.reduce((most, [label]) => Math.max(most, cellWidth(label)), 0);
  for (const [label, value, role] of shown) {
    const padding = " ".repeat(width - cellWidth(label));
    await context.line(`${context.paint(label, "dim")}${padding}${GAP}${context.paint(printable(value), role ?? "plain")}`);
  }
}
