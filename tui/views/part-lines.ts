// Words for a part of a line that is not there: on its way, refused, or empty.

import { wrapCells } from "../format/cell-width.ts";
import { span, type Role, type StyledLine } from "../format/styled.ts";
import type { Loadable, PagedRows } from "../state/model.ts";

/** A paragraph after an empty line. */
export function paragraph(text: string, width: number, role: Role = "plain"): StyledLine[] {
  return [[], ...wrapCells(text, width - 2).map((line) => [span(` ${line}`, role)])];
}

/** What to show instead of the part; undefined when there is something to show. */
export function missingPart<T>(part: Loadable<T> | undefined, width: number): StyledLine[] | undefined {
  if (part?.value !== undefined) return undefined;
  return part?.fault === undefined || part.isLoading ? paragraph("loading", width, "dim") : paragraph(part.fault, width, "bad");
}

/** What to show instead of a list's rows; undefined when there are some. */
export function missingRows(list: PagedRows<unknown> | undefined, visible: number, width: number, empty: string): StyledLine[] | undefined {
  if (visible > 0) return undefined;
  if (list === undefined || (list.rows.length === 0 && list.isLoading)) return paragraph("loading", width, "dim");
  if (list.rows.length > 0) return paragraph("No row matches the filter; esc clears it.", width, "dim");
  return list.fault === undefined ? paragraph(empty, width, "dim") : paragraph(list.fault, width, "bad");
}
