// The ASCII chart: exact size, gaps, and nothing that makes it throw.

import fc from "fast-check";
import { expect, test } from "vitest";
import { renderAsciiChart } from "../../../tui/charts/ascii-chart.ts";

test("whatever the values, the chart is pure ASCII of exactly its size", () => {
  const value = fc.oneof(fc.double(), fc.constant(null), fc.constantFrom(NaN, Infinity, -Infinity));
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { maxLength: 200 }), { maxLength: 3 }),
      fc.integer({ min: 30, max: 100 }),
      fc.integer({ min: 2, max: 20 }),
      fc.boolean(),
      (series, width, height, isLog) => {
        const { lines } = renderAsciiChart(
          series.map((values) => ({ values, letter: "A" })),
          { width, height, isLog },
        );
        expect(lines.length).toBe(height);
        expect(lines.every((line) => line.length === width && /^[ -~]*$/.test(line))).toBe(true);
      },
    ),
  );
});

test("a small range keeps its shape and its labels tell the rows apart", () => {
  const { lines } = renderAsciiChart([{ values: [-0.03, 0, 0.03] }], { width: 30, height: 5 });
  expect(lines.map((line) => line.slice(0, 6))).toEqual([" 0.030", " 0.015", " 0.000", "-0.015", "-0.030"]);
  expect(lines[0]?.trimEnd().length).toBe(30);
});

test("a gap stays blank", () => {
  const { lines, plotStart } = renderAsciiChart([{ values: [1, 1, 1, 1, null, null, null, null, 1, 1, 1, 1] }], { width: 40, height: 3 });
  expect(lines.some((line) => /-+ {5,}-+/.test(line.slice(plotStart)))).toBe(true);
});

test("a hundred thousand points keep their one spike", () => {
  const { lines } = renderAsciiChart([{ values: Array.from({ length: 100_000 }, (_value, at) => (at === 50_000 ? 9 : 1)) }], {
    width: 60,
    height: 6,
  });
  expect(lines[0]?.replace(/^[^|]*\|/, "").trim()).not.toBe("");
});

test("without a finite value it says so", () => {
  expect(renderAsciiChart([{ values: [null, NaN] }], { width: 40, height: 3 }).lines.join("")).toContain("no finite values");
});
