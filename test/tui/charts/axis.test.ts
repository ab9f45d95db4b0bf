// Axes: round ticks inside the range, labels that tell them apart.

import fc from "fast-check";
import { expect, test } from "vitest";
import { niceTicks, stepDigits, tickLabel, valueRange } from "../../../tui/charts/axis.ts";

test("an IC range gets labels with enough digits", () => {
  const ticks = niceTicks({ min: -0.03, max: 0.03 }, 4);
  expect(ticks.values.map((value) => tickLabel(value, ticks.digits))).toEqual(["-0.02", "0.00", "0.02"]);
});

test("digits come from the step", () => {
  expect([1, 0.5, 0.1, 0.02, 0.001, 100].map(stepDigits)).toEqual([0, 1, 1, 2, 3, 0]);
});

test("ticks lie inside the range, are few, and have different labels", () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(finite, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.integer({ min: 2, max: 12 }), (min, span, target) => {
      const range = { min, max: min + span };
      const ticks = niceTicks(range, target);
      expect(ticks.values.length).toBeLessThanOrEqual(target + 1);
      for (const value of ticks.values) {
        expect(value).toBeGreaterThanOrEqual(range.min - ticks.step * 1e-6);
        expect(value).toBeLessThanOrEqual(range.max + ticks.step * 1e-6);
      }
      const labels = ticks.values.map((value) => tickLabel(value, ticks.digits));
      expect(new Set(labels).size).toBe(labels.length);
    }),
  );
});

test("a range is never empty, and only counts what can be drawn", () => {
  expect(valueRange([[null, NaN, Infinity]])).toBeUndefined();
  expect(valueRange([[3, 3]])).toEqual({ min: 2.7, max: 3.3 });
  expect(valueRange([[0]])).toEqual({ min: -1, max: 1 });
  // Widened beyond the largest double, the ends would be infinite.
  expect(valueRange([[-1.7e308, 1.7e308]])).toEqual({ min: -1e300, max: 1e300 });
  expect(valueRange([[-1.7e308]])).toMatchObject({ min: -1.1e300 });
  // And widened by a tenth, a denormal number stays what it is.
  expect(valueRange([[5e-324]])).toEqual({ min: -1e-300, max: 1e-300 });
  expect(valueRange([[0, -1, 4], [2]], true)).toEqual({ min: 2, max: 4 });
});
