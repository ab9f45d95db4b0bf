// The IC table of `*_ic.csv`: one factor's rank correlation a row.

import type { IcRow } from "../../shared/domain/description.ts";
import { stripText } from "../../shared/domain/names.ts";
import { readCsv } from "./csv-rows.ts";
import { floatFromText } from "./lenient.ts";
import type { Rejected } from "./rejected.ts";

/** Columns that are read, by exact name. */
export const IC_COLUMNS = ["symbol", "factor_name", "return_name", "Kendall_tau"] as const;

export interface IcTable {
  readonly rows: readonly IcRow[];
  /** Columns that the header lacks. */
  readonly missing: readonly string[];
  /** Rows whose tau is NaN or infinite and was taken as missing. */
  readonly notFinite: number;
}

export type IcResult = ({ readonly ok: true } & IcTable) | Rejected;

/** Reads the table. A column that is missing, or a short row, gives an empty text or a null tau; other columns are ignored. */
export function parseIc(bytes: Uint8Array): IcResult {
  const csv = readCsv(bytes);
  if (!csv.ok) return csv;
  const [symbol, factor, ret, tau] = IC_COLUMNS.map((column) => csv.header.lastIndexOf(column));
  const cell = (row: readonly string[], at: number | undefined): string => (at === undefined || at < 0 ? "" : stripText(row[at] ?? ""));
  let notFinite = 0;
  const rows = csv.rows.map((row): IcRow => {
    const value = floatFromText(cell(row, tau));
    const finite = value !== undefined && Number.isFinite(value);
    if (value !== undefined && !finite) notFinite++;
    return { symbol: cell(row, symbol), factor_name: cell(row, factor), return_name: cell(row, ret), kendall_tau: finite ? value : null };
  });
  const missing = csv.header.length === 0 ? [] : IC_COLUMNS.filter((column) => !csv.header.includes(column));
  return { ok: true, rows, missing, notFinite };
}
