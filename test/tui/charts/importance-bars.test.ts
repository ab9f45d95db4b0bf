// Bars of importance and of coefficients: order, scale, names, and what is no number.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  coefficientRows,
  featureNames,
  importanceLines,
  importanceRows,
  type ImportanceMeasure,
} from "../../../tui/charts/importance-bars.ts";
import { CHARSETS } from "../../../tui/format/charset.ts";
import { lineText, lineWidth } from "../../../tui/format/styled.ts";
import { modelViewOf } from "../../support/sample-answers.ts";

const VIEW = modelViewOf("alpha/BTC");

test("each measure has its own order; a feature without a name shows its position", () => {
  const order = (measure: ImportanceMeasure) => importanceRows(VIEW, measure).map(({ name }) => name);
  expect(order("total_gain")).toEqual(["mom_48", "rsi_56", "f1"]);
  expect(order("gain")).toEqual(["mom_48", "f1", "rsi_56"]);
  expect(order("cover")).toEqual(["rsi_56", "f1", "mom_48"]);
  expect(order("weight")).toEqual(["rsi_56", "mom_48", "f1"]);
});

test("the largest fills the line, half a cell is the step", () => {
  const lines = importanceLines(importanceRows(VIEW, "total_gain"), { width: 40, charset: "braille", isSigned: false });
  expect(lines.map((line) => lineText(line).trimEnd())).toEqual([
    "mom_48           80 ████████████████████",
    "rsi_56           50 ████████████▌",
    "f1             32.5 ████████",
  ]);
  const ascii = importanceLines(importanceRows(VIEW, "total_gain"), { width: 40, charset: "ascii", isSigned: false });
  expect(lineText(ascii[1] ?? [])).toBe("rsi_56           50 ############-");
});

test("coefficients are ordered by size and keep their sign in the text and in the role", () => {
  const rows = coefficientRows({ coefficients: [[0.5], [-2], [null]] }, ["a"]);
  const lines = importanceLines(rows, { width: 40, charset: "ascii", isSigned: true });
  expect(lines.map((line) => lineText(line).trimEnd())).toEqual([
    "f1               -2 ####################",
    "a              +0.5 #####",
    "f2              n/a",
  ]);
  expect(lines.map((line) => line[1]?.role)).toEqual(["bad", "good", "dim"]);
});

test("several outputs of a feature are rows of their own", () => {
  expect(coefficientRows({ coefficients: [[1, 3]] }, []).map(({ name }) => name)).toEqual(["f0 to output 1", "f0 to output 0"]);
});

test("factors name the features by position", () => {
  const items = [
    { dim: 2, factor_name: "c", kendall_tau: null },
    { dim: 0, factor_name: "a", kendall_tau: null },
  ];
  expect(coefficientRows({ coefficients: [[3], [2], [1]] }, featureNames({ items })).map(({ name }) => name)).toEqual(["a", "f1", "c"]);
  expect(featureNames(undefined)).toEqual([]);
});

test("no line is wider than it may be", () => {
  const row = fc.record({
    name: fc.array(fc.constantFrom("a", "_", "漢", "🙂", "\u001b"), { maxLength: 40 }).map((parts) => parts.join("")),
    value: fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(null, 0, 1e300, 5e-324)),
  });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 30, max: 200 }),
      fc.constantFrom(...CHARSETS),
      fc.boolean(),
      (rows, width, charset, isSigned) => {
        const largest = rows.toSorted((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0));
        for (const line of importanceLines(largest, { width, charset, isSigned })) expect(lineWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});
