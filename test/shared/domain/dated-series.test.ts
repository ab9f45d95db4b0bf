// Series files as numbers: what counts as a value, what as missing, and what makes a file unusable.

import { describe, expect, test } from "vitest";
import { parseSeries } from "../../../shared/domain/dated-series.ts";

const read = (...lines: readonly string[]) => parseSeries(["date,ic,ret", ...lines].join("\n"));

describe("a series", () => {
  test("is one row a date; an empty field is a missing value", () => {
    expect(read("2026-01-05,0.1,-2e-3", "2026-01-06,,0.5", "2026-01-07,.5,")).toEqual({
      ok: true,
      rows: [
        { date: "2026-01-05", ic: 0.1, ret: -0.002 },
        { date: "2026-01-06", ic: null, ret: 0.5 },
        { date: "2026-01-07", ic: 0.5, ret: null },
      ],
    });
  });

  test("may have a byte order mark, quotes, spaces, line ends of other systems and empty lines at its end", () => {
    expect(parseSeries('\uFEFF"date","ic","ret"\r\n2026-01-05, "1" ,2\r\n\r\n')).toEqual({
      ok: true,
      rows: [{ date: "2026-01-05", ic: 1, ret: 2 }],
    });
  });

  test("keeps values that are no finite numbers, for those who must refuse them", () => {
    expect(read("a,nan,-Infinity")).toEqual({ ok: true, rows: [{ date: "a", ic: Number.NaN, ret: -Infinity }] });
  });

  test.each([
    ["2026-01-05,0.1", "two fields"],
    ["2026-01-05,0.1,0.2,0.3", "four fields"],
    ["2026-01-05,high,0.2", "a word"],
    ["2026-01-05,0x10,0.2", "a number that JavaScript would take and CSV has not"],
    [",0.1,0.2", "no date"],
  ])("with the line %j (%s) cannot be used, and the line is named", (line) => {
    expect(read("2026-01-04,1,1", line)).toMatchObject({ ok: false, reason: expect.stringMatching(/^line 3 is no date with two numbers/) });
  });

  test("with another header cannot be used", () => {
    expect(parseSeries("day,ic,ret\n1,2,3")).toEqual({ ok: false, reason: 'the header is "day,ic,ret", not date,ic,ret' });
    expect(parseSeries("").ok).toBe(false);
  });
});
