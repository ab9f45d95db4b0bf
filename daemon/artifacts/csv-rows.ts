// CSV bytes to rows of texts, as Python's csv reader splits them: commas, double quotes, any line break.

import { CsvError, parse } from "csv-parse/sync";
import { rejected, type Rejected } from "./rejected.ts";
import { decodeUtf8, withoutBom } from "./utf8-text.ts";

export type CsvResult = { readonly ok: true; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } | Rejected;

const LINE_BREAK = /\r\n|\n|\r/;

/** Reads a header and rows; blank lines are passed over, rows may be short or long. Refused: no UTF-8, a quote that is never closed. */
export function readCsv(bytes: Uint8Array): CsvResult {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return decoded;
  const text = withoutBom(decoded.text);
  return text.includes('"') ? readQuoted(text) : readPlain(text);
}

/** Without quotes a line break ends a row and a comma a cell, whatever stands beside them: a tenth of the time. */
function readPlain(text: string): CsvResult {
  const [header = [], ...rows] = text
    .split(LINE_BREAK)
    .filter((line) => line !== "")
    .map((line) => line.split(","));
  return { ok: true, header, rows };
}

function readQuoted(text: string): CsvResult {
  try {
    const [header = [], ...rows] = parse(text, {
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n", "\r"],
    });
    return { ok: true, header, rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = error["lines"];
    const where = typeof line === "number" ? ` (line ${line})` : "";
    return rejected(error.code === "CSV_QUOTE_NOT_CLOSED" ? `a quote is opened and never closed${where}` : `no CSV: ${error.code}${where}`);
  }
}
