// Rows of CSV: texts without quotes are split by ourselves, and give what the library makes of them.

import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readCsv } from "../../../daemon/artifacts/csv-rows.ts";

const OPTIONS = { relax_column_count: true, relax_quotes: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n", "\r"] };
const CHARACTERS = ["a", "1", ".", " ", ",", "\r", "\n", "\t", "\v", "\f", "\0", "\u0085", "\u2028", "\u00e9", "\ufeff", "'", ";"] as const;

it("a text without quotes gives the rows that the library reads", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 40 }), (text) => {
      const [header = [], ...rows] = parse(text.startsWith("\ufeff") ? text.slice(1) : text, OPTIONS);
      expect(readCsv(Buffer.from(text))).toEqual({ ok: true, header, rows });
    }),
    { numRuns: 2000 },
  );
});

it.each<readonly [string, readonly string[], readonly (readonly string[])[]]>([
  ['a,"b,c"\r\n"1\n2",3\n', ["a", "b,c"], [["1\n2", "3"]]],
  ["a,b\r\r\n\n1\n,,,\n", ["a", "b"], [["1"], ["", "", "", ""]]],
  ["", [], []],
])("%j", (text, header, rows) => expect(readCsv(Buffer.from(text))).toEqual({ ok: true, header, rows }));
