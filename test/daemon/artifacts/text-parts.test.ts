// The small text files of a group: factors, IC table, manifest, golden set, series; and which file stands for a kind.

import { describe, expect, it } from "vitest";
import { chooseFiles } from "../../../daemon/artifacts/choose-files.ts";
import { parseFactors } from "../../../daemon/artifacts/factors.ts";
import { parseGolden } from "../../../daemon/artifacts/golden.ts";
import { parseIc } from "../../../daemon/artifacts/ic.ts";
import { parseManifest } from "../../../daemon/artifacts/manifest.ts";
import { checkSeries } from "../../../daemon/artifacts/series.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const HEADER = "symbol,factor_name,return_name,Kendall_tau\n";
const DIGEST = "ab".repeat(32);

describe("factors", () => {
  it("are stripped, keep duplicates and order, and lose blank lines and a byte order mark", () => {
    expect(parseFactors(bytes("\ufeff b \r\na\r\n\r\n  \nb\u2028c\u0085d\u001ce\ff"))).toEqual({
      ok: true,
      names: ["b", "a", "b", "c", "d", "e", "f"],
    });
  });

  it("that are not UTF-8 are refused at the first bad byte", () => {
    expect(parseFactors(Buffer.from("vol_5\nm\u00f6\n", "latin1"))).toMatchObject({ ok: false, offset: 7 });
    expect(parseFactors(Buffer.from([0x61, 0xe2, 0x82]))).toMatchObject({ ok: false, offset: 1 });
  });
});

describe("the IC table", () => {
  it("takes columns by name in any order, strips texts and passes over blank lines", () => {
    const read = parseIc(bytes('extra,Kendall_tau,return_name,factor_name,symbol\r\nx, 0.5 ,r, f1 , S \r\n\r\ny,1e-2,r,"f,2",S\r\n'));
    expect(read).toMatchObject({
      ok: true,
      missing: [],
      rows: [
        { symbol: "S", factor_name: "f1", return_name: "r", kendall_tau: 0.5 },
        { symbol: "S", factor_name: "f,2", return_name: "r", kendall_tau: 0.01 },
      ],
    });
  });

  it.each([
    ["", null],
    ["n/a", null],
    ["0.25", 0.25],
    ["-.5", -0.5],
    ["+1_0", 10],
    ["1e400", null],
    ["nan", null],
    ["-Infinity", null],
    ["0x10", null],
    ["1 2", null],
  ])("reads tau %j as %j", (text, tau) => {
    expect(parseIc(bytes(`${HEADER}S,f,r,${text}\n`))).toMatchObject({ rows: [{ kendall_tau: tau }] });
  });

  it("counts taus that are not finite", () => {
    expect(parseIc(bytes(`${HEADER}S,f,r,nan\nS,g,r,inf\nS,h,r,\n`))).toMatchObject({ notFinite: 2 });
  });

  it("with a header alone has no rows, with a short row has empty cells", () => {
    expect(parseIc(bytes(HEADER))).toMatchObject({ rows: [], missing: [] });
    expect(parseIc(bytes(`${HEADER}S\n`))).toMatchObject({ rows: [{ symbol: "S", factor_name: "", return_name: "", kendall_tau: null }] });
  });

  it("keeps a field beyond the old limit of 131,072 characters", () => {
    const long = "x".repeat(200_000);
    expect(parseIc(bytes(`${HEADER}S,${long},r,1\n`))).toMatchObject({ rows: [{ factor_name: long }] });
  });
});

describe("a manifest", () => {
  it("names plain files with digests", () => {
    expect(parseManifest(bytes(JSON.stringify({ files: { "A_model.json": DIGEST.toUpperCase() } })))).toEqual({
      ok: true,
      files: [{ name: "A_model.json", sha256: DIGEST }],
    });
  });

  it.each([
    ["[]", /no object "files"/],
    ["{", /ends too early|missing/],
    ['{"files": {}}', /names no files/],
    [`{"files": {"../x": "${DIGEST}"}}`, /no plain file name/],
    [`{"files": {"..": "${DIGEST}"}}`, /no plain file name/],
    ['{"files": {"x": "12"}}', /no sha256/],
    ['{"files": {"x": 5}}', /no sha256/],
  ])("%s is refused", (text, reason) => {
    const read = parseManifest(bytes(text));
    expect(read.ok ? "" : read.reason).toMatch(reason);
  });
});

describe("a golden set", () => {
  it("has as many margins as rows; null is a missing value", () => {
    expect(parseGolden(bytes('{"rows": [[1, null], [2, 3]], "margins": [0.5, [1, 2]]}'))).toMatchObject({
      ok: true,
      golden: { margins: [0.5, [1, 2]] },
    });
  });

  it.each([
    ['{"rows": [[1]], "margins": []}', /1 rows, but 0 margins/],
    ['{"rows": [], "margins": []}', /no rows/],
    ['{"rows": [[1], [1, 2]], "margins": [1, 2]}', /row 1 has 2 values, row 0 has 1/],
    ['{"rows": [["a"]], "margins": [1]}', /row 0 is no list/],
    ['{"rows": [[1]], "margins": ["x"]}', /margin 0 is no number/],
    ['{"margins": [1]}', /must be lists/],
  ])("%s is refused", (text, reason) => {
    const read = parseGolden(bytes(text));
    expect(read.ok ? "" : read.reason).toMatch(reason);
  });
});

describe("a series", () => {
  it("begins with its header", () => {
    expect(checkSeries(bytes("\ufeffdate,ic,ret\r\n2024-01-01,0.1,0.2\r\n"))).toEqual({ ok: true });
    expect(checkSeries(bytes("day,ic\n"))).toMatchObject({ ok: false });
    expect(checkSeries(bytes(""))).toMatchObject({ ok: false });
  });
});

describe("two files of one kind", () => {
  const file = (path: string, mtimeNs: string): { kind: "ic_csv"; path: string; mtimeNs: string } => ({ kind: "ic_csv", path, mtimeNs });

  it("the newest wins, and the other is named", () => {
    const { chosen, warnings } = chooseFiles([file("b/A_ic.csv", "999"), file("a/A_ic.csv", "1000")]);
    expect(chosen.get("ic_csv")?.path).toBe("a/A_ic.csv");
    expect(warnings).toEqual(["b/A_ic.csv is not used: a/A_ic.csv is the newer one, or comes later by path"]);
  });

  it("of the same age, the greater path by code points wins", () => {
    expect(chooseFiles([file("\u{1f600}/A_ic.csv", "5"), file("\uffee/A_ic.csv", "5")]).chosen.get("ic_csv")?.path).toBe(
      "\u{1f600}/A_ic.csv",
    );
  });
});
