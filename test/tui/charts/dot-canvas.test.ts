// The canvas and the series on it: exact size, gaps, infinities, spikes.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createDotCanvas } from "../../../tui/charts/dot-canvas.ts";
import { valueRange } from "../../../tui/charts/axis.ts";
import { plotSeries } from "../../../tui/charts/plot-series.ts";
import { CHARSETS, type Charset } from "../../../tui/format/charset.ts";
import { lineText, lineWidth } from "../../../tui/format/styled.ts";

function draw(values: (number | null)[], columns: number, rows: number, charset: Charset, isDotted = false): string[] {
  const canvas = createDotCanvas(columns, rows, charset);
  const range = valueRange([values]) ?? { min: 0, max: 1 };
  plotSeries(canvas, values, { range, isLog: false, isDotted, role: "valid", length: values.length });
  return canvas.toLines().map(lineText);
}

const anyValue = fc.oneof(fc.double(), fc.constant(null), fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e308, -1e308));

test("whatever the values, the picture has exactly its size", () => {
  const charsets = fc.constantFrom(...CHARSETS);
  fc.assert(
    fc.property(
      fc.array(anyValue, { maxLength: 300 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 20 }),
      charsets,
      fc.boolean(),
      (values, columns, rows, charset, isDotted) => {
        const canvas = createDotCanvas(columns, rows, charset);
        plotSeries(canvas, values, {
          range: valueRange([values]) ?? { min: 0, max: 1 },
          isLog: false,
          isDotted,
          role: "train",
          length: values.length,
        });
        const lines = canvas.toLines();
        expect(lines.length).toBe(rows);
        expect(lines.every((line) => lineWidth(line) === columns)).toBe(true);
      },
    ),
  );
});

test("a hundred thousand points keep their one spike", () => {
  const values = Array.from({ length: 100_000 }, (_value, at) => (at === 70_123 ? 1 : 0));
  const lines = draw(values, 50, 5, "braille");
  expect(lines.length).toBe(5);
  const top = lines[0] ?? "";
  expect(top.trim()).not.toBe("");
  expect(top.search(/\S/)).toBe(34);
});

test("one point is a dot, a flat series a line in the middle", () => {
  expect(draw([5], 4, 3, "ascii")).toEqual(["    ", "*   ", "    "]);
  expect(draw([2, 2, 2, 2], 4, 3, "ascii")).toEqual(["    ", "****", "    "]);
  expect(draw([], 3, 1, "ascii")).toEqual(["   "]);
});

test("a missing value is a gap, not a line across it", () => {
  expect(draw([0, 0, null, NaN, 1, 1], 6, 2, "ascii")).toEqual(["    **", "**    "]);
});

test("an infinite value is marked at the edge it left by", () => {
  const [top, bottom] = draw([0, Infinity, 1, -Infinity, 0], 5, 2, "ascii");
  expect(top?.[1]).toBe("^");
  expect(bottom?.[3]).toBe("v");
});

test("a dotted line leaves out every other column", () => {
  expect(draw([1, 1, 1, 1, 1, 1], 6, 1, "ascii", true)).toEqual(["* * * "]);
});

test("braille and quadrants put a dot where it belongs", () => {
  const corner = (charset: Charset, x: number, y: number): string => {
    const canvas = createDotCanvas(1, 1, charset);
    canvas.dot(x, y, "plain");
    return canvas.toLines().map(lineText).join("");
  };
  expect([corner("braille", 0, 0), corner("braille", 1, 0), corner("braille", 0, 3), corner("braille", 1, 3)]).toEqual([
    "⠁",
    "⠈",
    "⡀",
    "⢀",
  ]);
  expect([corner("block", 0, 0), corner("block", 1, 0), corner("block", 0, 1), corner("block", 1, 1)]).toEqual(["▘", "▝", "▖", "▗"]);
});

test("dots outside are ignored", () => {
  const canvas = createDotCanvas(2, 1, "ascii");
  canvas.dot(-1, 0, "plain");
  canvas.dot(0, 7, "plain");
  canvas.sign(9, 9, "x", "plain");
  canvas.column(1, -5, 99, "plain");
  expect(canvas.toLines().map(lineText)).toEqual([" *"]);
});
