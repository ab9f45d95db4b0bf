// Two versions on their common dates, and live against training.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { liveAgainstTraining } from "../../../shared/stats/mean-difference.ts";
import { comparePaired, repeatedDate, type DatedValue } from "../../../shared/stats/paired-comparison.ts";
import { expectEqual, readGoldens } from "./goldens.ts";

const { paired, welch } = readGoldens();
const rowsOf = (rows: readonly (readonly [string, number | null])[]): DatedValue[] => rows.map(([date, value]) => ({ date, value }));

describe("a paired comparison", () => {
  it("equals scipy's paired test and interval to 1e-12 on every golden case", () => {
    expect(paired.length).toBeGreaterThan(50);
    for (const golden of paired) {
      const found = comparePaired(rowsOf(golden.first), rowsOf(golden.second), golden.level);
      const { meanDifference: mean, std, t, pValue: p, interval } = found;
      const scale = Math.max(Math.abs(mean ?? 0), std ?? 0);
      expectEqual(golden.name, { std, t, p }, golden);
      expectEqual(golden.name, { mean, low: interval?.low ?? null, high: interval?.high ?? null }, golden, scale);
      expect(found).toMatchObject({ dates: golden.dates, dropped: golden.dropped, shareHigher: golden.share_higher });
      expect(found.dates + found.dropped + found.onlyFirst).toBe(golden.first.length);
      expect(found.dates + found.dropped + found.onlySecond).toBe(golden.second.length);
    }
  });

  it("takes a difference that means alone would hide", () => {
    const market = [0.3, -0.2, 0.25, -0.3, 0.1, -0.15, 0.2, -0.25, 0.3, -0.1];
    const dates = market.map((_, at) => `2026-01-${String(at + 10)}`);
    const first = market.map((value, at) => ({ date: dates[at] ?? "", value }));
    const second = market.map((value, at) => ({ date: dates[at] ?? "", value: value + 0.02 + (at % 2) / 1000 }));
    expect(comparePaired(first, second)).toMatchObject({ verdict: "better", from: "2026-01-10", until: "2026-01-19", shareHigher: 1 });
    expect(comparePaired(second, first).verdict).toBe("worse");
    expect(
      liveAgainstTraining(
        second.map(({ value }) => value),
        market,
      ).pValue,
    ).toBeGreaterThan(0.5);
  });

  it("is undecided when 0 is within, undefined below two common dates", () => {
    const first = rowsOf([
      ["d1", 1],
      ["d2", 2],
      ["d3", 3],
    ]);
    expect(
      comparePaired(
        first,
        rowsOf([
          ["d1", 2],
          ["d2", 1],
          ["d3", 3],
        ]),
      ).verdict,
    ).toBe("undecided");
    expect(
      comparePaired(
        first,
        rowsOf([
          ["d3", 9],
          ["d4", 9],
        ]),
      ),
    ).toMatchObject({ verdict: "undefined", dates: 1, interval: null, meanDifference: 6 });
    expect(comparePaired(first, first)).toMatchObject({ verdict: "undecided", interval: { low: 0, high: 0 } });
  });

  it("leaves out dates on which one side has no finite value, and says how many", () => {
    const found = comparePaired(
      rowsOf([
        ["d1", 1],
        ["d2", null],
        ["d3", Number.NaN],
        ["d4", 1.7e308],
        ["d5", 5],
      ]),
      rowsOf([
        ["d1", 2],
        ["d2", 2],
        ["d3", 3],
        ["d4", -1.7e308],
        ["d5", Infinity],
      ]),
    );
    expect(found).toMatchObject({ dates: 1, dropped: 4 });
  });

  it("refuses a series that has a date twice, and names the date", () => {
    expect(() =>
      comparePaired(
        rowsOf([
          ["d1", 1],
          ["d2", 1],
          ["d1", 2],
        ]),
        [],
      ),
    ).toThrow("the date d1 twice");
    expect(
      repeatedDate(
        rowsOf([
          ["d1", 1],
          ["d2", 1],
        ]),
      ),
    ).toBeUndefined();
  });

  it("turns about when the sides change places, whatever the order of the rows", () => {
    const value = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(null));
    const series = fc.uniqueArray(
      fc.tuple(
        fc.integer({ min: 10, max: 40 }).map((day) => `d${day}`),
        value,
      ),
      { selector: ([date]) => date },
    );
    fc.assert(
      fc.property(series, series, (first, second) => {
        const there = comparePaired(rowsOf(first), rowsOf(second));
        const back = comparePaired(rowsOf(second.toReversed()), rowsOf(first.toReversed()));
        const turned = { better: "worse", worse: "better", undecided: "undecided", undefined: "undefined" } as const;
        expect(back.verdict).toBe(turned[there.verdict]);
        expect(back.dates).toBe(there.dates);
        expect(back.std).toBe(there.std);
        if (there.interval !== null && there.meanDifference !== null) {
          expect(back.interval?.low).toBe(0 - there.interval.high);
          expect(there.interval.low <= there.meanDifference && there.meanDifference <= there.interval.high).toBe(true);
        }
      }),
    );
  });
});

describe("live against training", () => {
  it("equals scipy's test of unequal variances to 1e-12, degrees of freedom and interval too", () => {
    for (const golden of welch) {
      const { difference, t, degreesOfFreedom: dof, pValue: p, interval } = liveAgainstTraining(golden.live, golden.training);
      expectEqual(golden.name, { difference, t, dof, p, low: interval?.low ?? null, high: interval?.high ?? null }, golden, 0.01);
    }
  });

  it("leaves out what is not finite", () => {
    const found = liveAgainstTraining([0.1, null, 0.3], [0.2, Number.NaN, 0.4, Infinity, 0.1]);
    expect(found.live.count).toBe(2);
    expect(found.training.count).toBe(3);
    expect(found).toEqual(liveAgainstTraining([0.1, 0.3], [0.2, 0.4, 0.1]));
  });
});
