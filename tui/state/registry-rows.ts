// The rows of the lists of lines as they are shown; kept while their inputs stay the same.

import type { LineSummaryView, LiveAtView, LiveDifferenceView } from "../../shared/contract/registry-views.ts";
import type { Column } from "../format/table.ts";
import { clientsText, lineText } from "./line-columns.ts";
import { memoLast } from "./memo-last.ts";
import type { ListState } from "./model.ts";
import { filtered, sorted } from "./sort-rows.ts";

/** Lines, filtered and sorted. */
export const lineRowsOf = memoLast(
  (rows: readonly LineSummaryView[], filter: string, column: Column<LineSummaryView> | undefined, sort: ListState["sort"]) =>
    sorted(filtered(rows, filter, lineText), column, sort),
);

/** What was live, filtered. */
export const liveRowsOf = memoLast((rows: readonly LiveAtView[], filter: string) =>
  filtered(rows, filter, (row) => `${row.line} ${row.version === "" ? "none" : row.version} ${clientsText(row)}`),
);

/** What differs, filtered. */
export const changeRowsOf = memoLast((rows: readonly LiveDifferenceView[], filter: string) =>
  filtered(rows, filter, (row) => `${row.line} ${row.before} ${row.after}`),
);
