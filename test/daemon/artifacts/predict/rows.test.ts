// Rows of features come out of .npy and CSV files as float32 numbers, or with the row and column that is wrong.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNpy } from "../../../../daemon/artifacts/predict/npy.ts";
import { readRows, type RowShape } from "../../../../daemon/artifacts/predict/rows.ts";
import { differences } from "./fixture-models.ts";

/** What numpy saved, by `npy_files.py`. */
interface SavedFile {
  readonly name: string;
  readonly file: string;
  readonly shape: readonly number[];
  readonly bits: readonly number[];
}

const saved = JSON.parse(readFileSync(new URL("npy-files.json", import.meta.url), "utf8")) as readonly SavedFile[];

function savedBytes(name: string): Buffer {
  return Buffer.from(saved.find((entry) => entry.name === name)?.file ?? "", "base64");
}

/** The bytes of a file with another header of the same length, or with what `change` makes of them. */
function withHeader(from: string, to: string): Buffer {
  const bytes = savedBytes("<f4");
  const at = bytes.indexOf(from, 0, "latin1");
  bytes.write(to.padEnd(from.length), at, "latin1");
  return bytes;
}

const shape = (numFeature: number, featureNames: readonly string[] = []): RowShape => ({ numFeature, featureNames });
const csv = (text: string, of: RowShape) => readRows(Buffer.from(text), of);
const values = (result: ReturnType<typeof readRows>): readonly number[] => {
  if (!result.ok) throw new Error(result.reason);
  return Array.from(result.rows);
};

describe(".npy files", () => {
  it.each(saved.map((entry) => [entry.name, entry] as const))("%s holds the numbers that numpy says", (_name, entry) => {
    const read = readNpy(Buffer.from(entry.file, "base64"));
    if (!read.ok) throw new Error(read.reason);
    expect(read.shape).toEqual(entry.shape);
    expect(differences(read.values, new Float32Array(Uint32Array.from(entry.bits).buffer))).toBe("");
  });

  it("the table has every type in both orders", () => {
    expect(saved.length).toBeGreaterThan(40);
  });

  it.each([
    [
      "another version",
      Buffer.concat([savedBytes("<f4").subarray(0, 6), Buffer.of(4), savedBytes("<f4").subarray(7)]),
      /^\.npy format version 4 /,
      6,
    ],
    ["objects", withHeader("'<f4'", "'|O'"), /^elements of type "\|O" are no numbers that can be features/, 6],
    ["complex numbers", withHeader("'<f4'", "'<c8'"), /^elements of type "<c8" /, 6],
    ["a structure", withHeader("'<f4'", "[('a"), /^the header does not give descr/, 10],
    ["a negative length", withHeader("(2, 3)", "(2,-3)"), /^shape \(2,-3\) is none of rows/, 10],
    ["no shape", withHeader("(2, 3)", "()"), /^shape \(\) is none of rows/, 10],
    ["a shape that needs more", withHeader("(2, 3)", "(9, 9)"), /^24 bytes of data are not 9 × 9 elements of 4 bytes/, 128],
    ["a shape beyond all memory", withHeader("(2, 3)", `(${"9".repeat(15)},)`), /bytes of data are not|is none of rows/, 128],
    ["a shape that needs less", withHeader("(2, 3)", "(1, 3)"), /^24 bytes of data are not 1 × 3 elements/, 128],
    [
      "a header longer than the file",
      Buffer.concat([Buffer.from("\x93NUMPY\x01\0\xff\xff", "latin1")]),
      /^the header's length 65535 is beyond/,
      8,
    ],
  ] as const)("with %s is refused", (_what, bytes, reason, offset) => {
    expect(readNpy(bytes)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) as string, offset });
  });

  it("cut anywhere, or with any byte changed, is read or refused, never an exception", () => {
    for (const name of ["<f4", ">u8 Fortran", "version 2"]) {
      const bytes = savedBytes(name);
      for (let end = 0; end < bytes.length; end++) expect(readNpy(bytes.subarray(0, end)).ok).toBe(false);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
          const changed = Buffer.from(bytes);
          changed[at] = byte;
          const read = readNpy(changed);
          return read.ok ? read.values.length === read.shape.reduce((product, length) => product * length, 1) : read.reason !== "";
        }),
        { numRuns: 2000 },
      );
    }
  });

  it("as rows: two axes, or one for a single row; another width or a third axis is refused", () => {
    expect(values(readRows(savedBytes("version 1"), shape(3)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(readRows(savedBytes("version 1"), shape(3))).toMatchObject({ count: 4 });
    expect(readRows(savedBytes("one row"), shape(3))).toMatchObject({ count: 1, rows: Float32Array.of(0, 1, 2) });
    expect(readRows(savedBytes("no rows"), shape(3))).toMatchObject({ count: 0 });
    expect(readRows(savedBytes("version 1"), shape(4))).toMatchObject({ reason: "the rows have 3 columns, but the model has 4 features" });
    expect(readRows(savedBytes("three axes, Fortran"), shape(12))).toMatchObject({ reason: "the array has 3 dimensions; rows have two" });
  });
});

describe("CSV rows", () => {
  it("without a header are the features in order; empty, nan and null are missing", () => {
    expect(csv("1,2.5,-3e2\n,NaN,null\n inf , -Infinity,1_000\n", shape(3))).toEqual({
      ok: true,
      count: 3,
      rows: Float32Array.of(1, 2.5, -300, Number.NaN, Number.NaN, Number.NaN, Infinity, -Infinity, 1000),
    });
  });

  it("with a header that names every feature are taken by name, in any order, and other columns are ignored", () => {
    expect(values(csv('date,b,"a"\r\n2018-01-02,1,2\r\n2018-01-03,3,4\r\n', shape(2, ["a", "b"])))).toEqual([2, 1, 4, 3]);
  });

  it("with a header of other names are the features in order when the model has no names", () => {
    expect(values(csv("\ufeffx,y\n1,2\n", shape(2)))).toEqual([1, 2]);
  });

  it("numbers as names of features are a header when they are those of the model", () => {
    expect(values(csv("1,0\n5,6\n", shape(2, ["0", "1"])))).toEqual([6, 5]);
  });

  it("are rounded to float32", () => {
    expect(values(csv("0.1,16777217,1e39,1e-46,4.9e-324\n", shape(5)))).toEqual([Math.fround(0.1), 16_777_216, Infinity, 0, 0]);
  });

  it.each([
    ["text", "a,b\n1,x y\n", shape(2, ["a", "b"]), 'row 1, column "b": "x y" is no number'],
    ["text without a header", "1,2\n3,abc\n", shape(2), 'row 2, column 2: "abc" is no number'],
    ["text under a header without names", "p,q\n3,abc\n", shape(2), 'row 1, column "q": "abc" is no number'],
    ["hexadecimal", "a\n0x10\n", shape(1, ["a"]), 'row 1, column "a": "0x10" is no number'],
    ["a short row", "1,2\n3\n", shape(2), "row 2 has 1 cells instead of 2"],
    ["a long row", "a,b\n1,2,3\n", shape(2, ["a", "b"]), "row 1 has 3 cells instead of 2"],
    ["too few columns", "1,2\n", shape(3), "the rows have 2 columns, but the model has 3 features"],
    [
      "a header that lacks features",
      "a,c\n1,2\n",
      shape(3, ["a", "b", "d"]),
      'the header lacks 2 of the model\'s features, the first is "b"',
    ],
    ["a feature twice", "a,b,a\n1,2,3\n", shape(2, ["a", "b"]), 'the header names feature "a" twice'],
    ["a quote that is never closed", '1,"2\n', shape(2), "a quote is opened and never closed (line 1)"],
    ["no bytes", "", shape(2), "the rows have 0 columns, but the model has 2 features"],
    [
      "escapes for a terminal",
      `a\n\u001b[31m${"9".repeat(99)}x\n`,
      shape(1, ["a"]),
      `row 1, column "a": "\ufffd[31m${"9".repeat(55)}…" is no number`,
    ],
  ] as const)("with %s are refused, naming the place", (_what, text, of, reason) => {
    expect(csv(text, of)).toMatchObject({ ok: false, reason });
  });

  it("that are no UTF-8 are refused with the byte", () => {
    expect(readRows(Buffer.from("1,2\n3,\xff\n", "latin1"), shape(2))).toEqual({ ok: false, reason: "the text is not UTF-8", offset: 6 });
  });

  it("10,000 features are found by name at once", () => {
    const names = Array.from({ length: 10_000 }, (_, feature) => `f${feature}`);
    const read = csv(`${names.toReversed().join(",")}\n${names.map((_name, place) => place).join(",")}\n`, shape(10_000, names));
    expect(values(read).slice(0, 3)).toEqual([9999, 9998, 9997]);
  });
});
