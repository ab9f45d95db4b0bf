// The IC table as bars that diverge around one zero column, with name, signed number and the reason where there is none.

import { cellWidth, cutCells, fitCells, printable } from "../format/cell-width.ts";
import { glyphs, type Charset } from "../format/charset.ts";
import { signed } from "../format/numbers.ts";
import { joinRuns, lineText, span, type StyledLine } from "../format/styled.ts";
import { barText } from "./bar-text.ts";

/** One factor; without a usable tau, `why` says why. */
export interface IcBarRow {
  readonly name: string;
  readonly tau: number | null;
  readonly why?: string;
}

export interface IcBarLayout {
  /** Cells of a whole line. */
  readonly width: number;
  readonly charset: Charset;
  readonly nameWidth: number;
  /** The |tau| that fills one side. */
  readonly scale: number;
}

export type IcOrder = "signed" | "absolute";

/** Largest first, by signed tau or by |tau|; equal ones keep their order; those without a tau last. */
export function sortIcRows<Row extends IcBarRow>(rows: readonly Row[], order: IcOrder): Row[] {
  const key = (row: Row): number =>
    row.tau === null || !Number.isFinite(row.tau) ? -Infinity : order === "signed" ? row.tau : Math.abs(row.tau);
  return rows.toSorted((a, b) => (key(a) === key(b) ? 0 : key(b) > key(a) ? 1 : -1));
}

/** A layout for these rows: names get at most a third of the width, the scale is the largest |tau|. */
export function icLayout(rows: readonly IcBarRow[], width: number, charset: Charset): IcBarLayout {
  let longest = 6;
  let scale = 0;
  for (const row of rows) {
    longest = Math.max(longest, cellWidth(printable(row.name)));
    if (row.tau !== null && Number.isFinite(row.tau)) scale = Math.max(scale, Math.abs(row.tau));
  }
  return { width, charset, nameWidth: Math.min(longest, Math.max(8, Math.floor(width / 3))), scale };
}

const NUMBER_WIDTH = 8;

/** Cells on each side of the zero column. */
function sideWidth(layout: IcBarLayout): number {
  return Math.max(1, Math.floor((layout.width - layout.nameWidth - NUMBER_WIDTH - 3) / 2));
}

/** One row: name, signed value, bar; or `n/a (why)`. */
export function icBarLine(row: IcBarRow, layout: IcBarLayout): StyledLine {
  const name = span(`${fitCells(row.name, layout.nameWidth)} `);
  if (row.tau === null || !Number.isFinite(row.tau)) {
    const room = layout.width - layout.nameWidth - 1;
    return [name, span(cutCells(`${"n/a".padStart(NUMBER_WIDTH)} (${row.why ?? "no tau"})`, room), "dim")];
  }
  const role = row.tau < 0 ? "bad" : "good";
  const side = sideWidth(layout);
  const halves = layout.scale > 0 ? Math.round((Math.abs(row.tau) / layout.scale) * side * 2) : 0;
  const bar = barText(halves, row.tau < 0, layout.charset);
  const zero = span(glyphs(layout.charset).axis, "dim");
  const left =
    row.tau < 0 ? [span(" ".repeat(side - cellWidth(bar))), span(bar, role), zero] : [span(" ".repeat(side)), zero, span(bar, role)];
  return joinRuns([name, span(`${signed(row.tau).padStart(NUMBER_WIDTH)} `, role), ...left]);
}

/** The line that says what the bars' ends stand for. */
export function icScaleLine(layout: IcBarLayout): StyledLine {
  const side = sideWidth(layout);
  const low = signed(-layout.scale);
  const high = signed(layout.scale);
  const start = layout.nameWidth + 1 + NUMBER_WIDTH + 1;
  const text = `${low.padEnd(side)}0${high.padStart(side)}`;
  return [span(`${" ".repeat(start)}${side > NUMBER_WIDTH ? text : ""}`.trimEnd(), "dim")];
}

/** The whole table as plain lines, scale last; for the command line. */
export function icBarLines(
  rows: readonly IcBarRow[],
  options: { readonly width: number; readonly charset: Charset; readonly order?: IcOrder },
): string[] {
  if (rows.length === 0) return ["no factors with an IC"];
  const sorted = sortIcRows(rows, options.order ?? "signed");
  const layout = icLayout(sorted, options.width, options.charset);
  return [...sorted.map((row) => icBarLine(row, layout)), icScaleLine(layout)].map((line) => lineText(line).trimEnd());
}
