// What a series of ICs says as a whole: numpy's and scipy's numbers, and what must hold for any numbers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { icSummary } from "../../../shared/stats/ic-summary.ts";
import { meanInterval, testMean } from "../../../shared/stats/mean-test.ts";
import { expectEqual, readGoldens } from "./goldens.ts";

const { summaries } = readGoldens();
const finite = (values: readonly number[]) => Float64Array.from(values.filter((value) => Number.isFinite(value)));

describe("a summary of ICs", () => {
  it("equals numpy and scipy to 1e-12 on every golden case: mean, std (n − 1), IR, t, p, hit rate", () => {
    expect(summaries.length).toBeGreaterThan(30);
    for (const golden of summaries) {
      const { mean, std, ir, t, pValue, hitRate } = icSummary(golden.values);
      expectEqual(golden.name, { mean, std, ratio: ir, t, p: pValue }, golden);
      expect(hitRate, golden.name).toBe(golden.hit_rate);
    }
  });

  it("has scipy's interval of the mean", () => {
    for (const golden of summaries) {
      const test = testMean(finite(golden.values));
      const interval = meanInterval(test, 0.95);
      const scale = Math.max(Math.abs(test.mean ?? 0), test.std ?? 0);
      expectEqual(golden.name, { low: interval?.low ?? null, high: interval?.high ?? null }, golden, scale);
    }
  });

  it("counts only finite values, and says how many it left out", () => {
    expect(icSummary([0.5, null, Number.NaN, Infinity, -0.25])).toMatchObject({ count: 2, dropped: 3, mean: 0.125, hitRate: 0.5 });
    expect(icSummary([null, Number.NaN])).toEqual({
      ...{ count: 0, dropped: 2, mean: null, std: null, ir: null, t: null, pValue: null, hitRate: null },
    });
  });

  it("gives equal values exactly their value, a std of exactly 0, and neither IR nor t", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 2, max: 50 }), (value, count) => {
        const summary = icSummary(Array.from({ length: count }, () => value));
        expect(summary).toMatchObject({ std: 0, ir: null, t: null, pValue: null });
        expect(summary.mean === value).toBe(true);
      }),
    );
  });

  it("lies between the least and the largest value, whatever their size and order", () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(values, (list) => {
        const { mean, std, hitRate } = icSummary(list);
        const [low, high] = [Math.min(...list), Math.max(...list)];
        const slack = Number.EPSILON * Math.max(Math.abs(low), Math.abs(high));
        expect(mean !== null && mean >= low - slack && mean <= high + slack).toBe(true);
        expect(std !== null && std >= 0).toBe(true);
        expect(hitRate).toBe(list.filter((value) => value > 0).length / list.length);
        const turned = icSummary(list.toReversed());
        expect(Math.abs((turned.mean ?? 0) - (mean ?? 0))).toBeLessThanOrEqual(slack);
      }),
    );
  });

  it("keeps mean and spread under a change of unit by a power of two, exactly", () => {
    const values = fc.array(
      fc.double({ min: -1, max: 1, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-100),
      { minLength: 2, maxLength: 30 },
    );
    fc.assert(
      fc.property(values, (list) => {
        const [once, scaled] = [icSummary(list), icSummary(list.map((value) => value * 2 ** 40))];
        expect(scaled.mean).toBe((once.mean ?? 0) * 2 ** 40);
        expect(scaled.std).toBe((once.std ?? 0) * 2 ** 40);
        expect(scaled.t).toBe(once.t);
      }),
    );
  });
});
