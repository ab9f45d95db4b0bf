// A table: titles, and the visible slice of its rows as one padded text each.

import { layoutColumns, rowCells, titleText, type Column } from "../format/table.ts";
import { glyphs, type Charset } from "../format/charset.ts";
import { cutLine, span, type Role, type StyledLine } from "../format/styled.ts";
import type { ListWindow } from "../state/list-window.ts";
import type { ListState } from "../state/model.ts";
import { Line } from "./line.tsx";

interface TableProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Cells that each column would like. */
  readonly needed: readonly number[];
  readonly window: ListWindow;
  readonly sort: ListState["sort"];
  readonly width: number;
  readonly charset: Charset;
  /** True for a row that changed lately. */
  readonly isMarked: (row: Row) => boolean;
  /** Colour of the last column, whose text says the same. */
  readonly roleOf: (row: Row) => Role;
}

/** Cells for the selection's and the change's mark. */
const GUTTER = 2;

/** Draws `window.height` rows and a line of titles above them. */
export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, window, sort, charset } = props;
  const widths = layoutColumns(columns, props.needed, props.width - GUTTER);
  const signs = glyphs(charset);
  const sorted = sort === undefined ? undefined : { column: sort.column, mark: sort.isReversed ? signs.down : signs.up };
  return (
    <>
      <Line line={[span(" ".repeat(GUTTER) + titleText(columns, widths, sorted), "dim")]} />
      {Array.from({ length: window.height }, (_row, at) => {
        const row = rows[window.top + at];
        const isSelected = window.top + at === window.index;
        return <Line key={at} isInverse={isSelected} line={row === undefined ? [] : tableLine(props, widths, row, isSelected)} />;
      })}
    </>
  );
}

function tableLine<Row>(props: TableProps<Row>, widths: readonly number[], row: Row, isSelected: boolean): StyledLine {
  const gutter = (isSelected ? ">" : " ") + (props.isMarked(row) ? "*" : " ");
  const cells = rowCells(props.columns, widths, row);
  const line = [span(`${gutter}${cells.slice(0, -1).join(" ")} `), span(cells.at(-1) ?? "", props.roleOf(row))];
  return cutLine(line, props.width);
}
