// The list of factor names in `*_factors.txt`: one name a line, in the order of the model's inputs.

import { stripText } from "../../shared/domain/names.ts";
import type { Rejected } from "./rejected.ts";
import { decodeUtf8, withoutBom } from "./utf8-text.ts";

/** The line breaks of Python's `str.splitlines`. */
// oxlint-disable-next-line no-control-regex
const LINE_BREAK = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;

export type FactorsResult = { readonly ok: true; readonly names: readonly string[] } | Rejected;

/** Reads the names: stripped, blank lines dropped, duplicates kept, a byte order mark ignored. Text that is not UTF-8 is refused. */
export function parseFactors(bytes: Uint8Array): FactorsResult {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return decoded;
  const names = withoutBom(decoded.text)
    .split(LINE_BREAK)
    .map(stripText)
    .filter((name) => name !== "");
  return { ok: true, names };
}
