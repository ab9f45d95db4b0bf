// Tables: columns share the width there is.

import { expect, test } from "vitest";
import { cellWidth } from "../../../tui/format/cell-width.ts";
import { layoutColumns, neededWidths, rowCells, titleText } from "../../../tui/format/table.ts";
import { GROUP_COLUMNS, SOURCE_COLUMNS } from "../../../tui/state/columns.ts";
import { group, source } from "../views/sample-catalog.ts";

const ROWS = [group("alpha", "ADABTC_ret_60"), group("alpha", `X${"y".repeat(80)}_ret_60`, { degraded: "a long reason ".repeat(10) })];

test("at every width from 60 up, every row and the titles fill exactly the width", () => {
  const needed = neededWidths(GROUP_COLUMNS, ROWS);
  for (let width = 58; width <= 220; width++) {
    const widths = layoutColumns(GROUP_COLUMNS, needed, width);
    for (const row of ROWS) expect(cellWidth(rowCells(GROUP_COLUMNS, widths, row).join(" "))).toBe(width);
    expect(cellWidth(titleText(GROUP_COLUMNS, widths, { column: "dim", mark: "^" }))).toBe(width);
  }
});

test("a path that is too long keeps its end", () => {
  const rows = [source("alpha", 1, { root_path: `/srv/${"deep/".repeat(30)}models` })];
  const widths = layoutColumns(SOURCE_COLUMNS, neededWidths(SOURCE_COLUMNS, rows), 78);
  const cells = rows.map((row) => rowCells(SOURCE_COLUMNS, widths, row))[0];
  expect(cells?.[5]).toMatch(/^~.*models$/);
});
