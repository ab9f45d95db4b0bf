// Decay curves and half-lives.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { autocorrelation, decayCurve, halfLife, type LagPoint } from "../../../shared/stats/decay.ts";
import { pearson } from "../../../shared/stats/pearson.ts";
import { expectEqual, readGoldens } from "./goldens.ts";

const { decays, lines } = readGoldens();
const curveOf = (values: readonly (number | null)[]): LagPoint[] => values.map((value, lag) => ({ lag, value, pairs: 100 }));

describe("a decay curve", () => {
  it("has at each lag the correlation that scipy finds of the pairs that lag apart, and as many pairs", () => {
    for (const golden of decays) {
      const curve = decayCurve(golden.values, golden.values, { from: 0, to: 20 });
      expect(curve.map(({ lag, pairs }) => ({ lag, pairs }))).toEqual(golden.lags.map(({ lag, pairs }) => ({ lag, pairs })));
      for (const [at, point] of golden.lags.entries()) expectEqual(`${golden.name}, ${at}`, { value: curve[at]?.value ?? null }, point, 1);
      expect(autocorrelation(golden.values, 20)).toEqual(curve.slice(1));
    }
  });

  it("pairs a score with what came lag rows later, not earlier", () => {
    const signal = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7];
    const outcome = [0, 0, ...signal.slice(0, -2)];
    const curve = decayCurve(signal, outcome, { from: 0, to: 3 });
    expect(curve[2]?.value).toBe(1);
    expect(curve.filter(({ value }) => value === 1)).toHaveLength(1);
  });

  it("leaves a missing or infinite value its place, so that lags stay true", () => {
    const signal = Array.from({ length: 40 }, (_, at) => (at % 9 === 4 ? null : Math.sin(at)));
    const outcome = [0, 0, 0, ...signal.slice(0, -3)].map((value, at) => (at === 20 ? Infinity : value));
    const point = decayCurve(signal, outcome, { from: 3, to: 3 })[0];
    expect(point?.value).toBeCloseTo(1, 15);
    expect(point?.pairs).toBe(32);
  });

  it("has no value where fewer than ten pairs are, and refuses lags that are none", () => {
    const values = Array.from({ length: 12 }, (_, at) => at * at);
    expect(autocorrelation(values, 14).map(({ value, pairs }) => [value !== null, pairs])).toEqual(
      Array.from({ length: 14 }, (_, at) => [at < 2, Math.max(0, 11 - at)]),
    );
    expect(() => decayCurve([1], [1, 2], { from: 0, to: 1 })).toThrow("1 and 2");
    for (const from of [-1, 0.5, Number.NaN]) expect(() => decayCurve([1], [1], { from, to: 1 })).toThrow("whole numbers");
  });
});

describe("a half-life", () => {
  it("is that of scipy's line through the logarithms", () => {
    for (const golden of lines) {
      const { halfLife: life, slope, reason } = halfLife(curveOf(golden.values));
      expectEqual(golden.name, { slope, half_life: life }, golden);
      expect(reason).toBe("");
    }
  });

  it("is found again from a curve that was made with one", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 500, noNaN: true }), fc.integer({ min: 3, max: 40 }), (life, count) => {
        const found = halfLife(curveOf(Array.from({ length: count }, (_, lag) => 0.5 * 2 ** (-lag / life)))).halfLife;
        expect(found === null ? 0 : found / life).toBeCloseTo(1, 10);
      }),
    );
  });

  it.each([
    ["there are too few positive values", [0.5, 0.25], "only 2 positive"],
    ["it turns negative too soon", [0.5, 0.25, -0.1, 0.1, 0.05, 0.02], "only 2 positive"],
    ["it is undefined too soon", [0.5, null, 0.1, 0.05, 0.02], "only 1 positive"],
    ["it rises", [0.1, 0.2, 0.3, 0.4], "does not fall"],
    ["it stays", [0.1, 0.1, 0.1, 0.1], "does not fall"],
    ["it wanders", [0.5, 0.1, 0.4, 0.12, 0.45, 0.11, 0.3], "up and down"],
    ["there is nothing", [], "only 0 positive"],
  ] as const)("is not given when %s", (_case, values, reason) => {
    const found = halfLife(curveOf(values));
    expect(found.halfLife).toBeNull();
    expect(found.reason).toContain(reason);
  });

  it("does not rest on what comes behind the first point that is not positive", () => {
    const start = [0.8, 0.4, 0.2, 0.1];
    expect(halfLife(curveOf([...start, -0.01, 0.09, 0.08]))).toEqual(halfLife(curveOf(start)));
    expect(halfLife(curveOf(start)).halfLife).toBeCloseTo(1, 14);
  });
});

describe("pearson", () => {
  it("is symmetric, bounded, and 1 of a line with itself", () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 40 }), (rows) => {
        const [x, y] = [Float64Array.from(rows, ([a]) => a), Float64Array.from(rows, ([, b]) => b)];
        const [there, back, self] = [pearson(x, y), pearson(y, x), pearson(x, x)];
        expect(back).toBe(there);
        if (there !== null) expect(Math.abs(there)).toBeLessThanOrEqual(1);
        if (self !== null) expect(self).toBeCloseTo(1, 15);
      }),
    );
  });
});
