// Kendall's tau-b and Spearman's rho: scipy's numbers, and what must hold for any numbers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kendallTauB } from "../../../shared/stats/kendall.ts";
import { spearman } from "../../../shared/stats/spearman.ts";
import { expectEqual, readGoldens } from "./goldens.ts";

const { correlations } = readGoldens();

describe("rank correlations", () => {
  it.each([
    ["kendall", kendallTauB],
    ["spearman", spearman],
  ] as const)("%s equals scipy to 1e-12 on every golden case, and says null where scipy has NaN", (name, correlate) => {
    expect(correlations.length).toBeGreaterThan(100);
    for (const golden of correlations) {
      const { value, pValue } = correlate(golden.x, golden.y);
      expectEqual(`${name} of ${golden.name}`, { value, p: pValue }, golden[name]);
    }
  });

  it("count pairs with null or NaN as dropped, and infinities as the ends of the order", () => {
    const x = [1, null, 3, Number.NaN, Infinity, -Infinity];
    const y = [1, 2, null, 4, 10, -10];
    for (const correlate of [kendallTauB, spearman]) expect(correlate(x, y)).toMatchObject({ value: 1, pairs: 3, dropped: 3 });
  });

  it("are undefined, not 0, where nothing varies or too little is there", () => {
    for (const correlate of [kendallTauB, spearman]) {
      expect(correlate([], [])).toEqual({ value: null, pValue: null, pairs: 0, dropped: 0 });
      expect(correlate([1], [1])).toEqual({ value: null, pValue: null, pairs: 1, dropped: 0 });
      expect(correlate([2, 2, 2], [1, 2, 3])).toEqual({ value: null, pValue: null, pairs: 3, dropped: 0 });
    }
  });

  it("are exactly 1 and −1 for what is in order, with ties too", () => {
    for (const correlate of [kendallTauB, spearman]) {
      for (const list of [[1, 2, 3], [0.1, 0.1, 0.2, 0.3, 0.3, 0.3, 7], Array.from({ length: 1001 }, (_, at) => at / 3)]) {
        expect(correlate(list, list).value).toBe(1);
        expect(
          correlate(
            list,
            list.map((value) => -value),
          ).value,
        ).toBe(-1);
      }
    }
  });

  it("refuse lists of different lengths", () => {
    for (const correlate of [kendallTauB, spearman]) expect(() => correlate([1, 2], [1])).toThrow("2 and 1");
  });

  it("take 100,000 values with many ties in one go, and keep whole numbers whole", () => {
    const x = Float64Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 1000);
    expect(spearman(x, x)).toMatchObject({ value: 1, pValue: 0 });
    expect(kendallTauB(x, x)).toMatchObject({ value: 1, pairs: 100_000 });
  });
});

/** Small whole numbers tie often; missing ones are among them. */
const cell = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 4, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const table = fc.array(fc.tuple(cell, cell), { maxLength: 60 });
const columns = (rows: readonly (readonly [number | null, number | null])[]) => [rows.map(([x]) => x), rows.map(([, y]) => y)] as const;

/** Tau-b by its definition, pair by pair. */
function slowTau(x: readonly number[], y: readonly number[]): number | null {
  let [surplus, looseX, looseY] = [0, 0, 0];
  for (const [at, a] of x.entries()) {
    for (let other = 0; other < at; other += 1) {
      const [signX, signY] = [order(a, x[other] ?? 0), order(y[at] ?? 0, y[other] ?? 0)];
      surplus += signX * signY;
      looseX += signX * signX;
      looseY += signY * signY;
    }
  }
  return looseX === 0 || looseY === 0 ? null : surplus / Math.sqrt(looseX * looseY);
}

/** −1, 0 or 1; a difference of infinities would be NaN. */
function order(a: number, b: number): number {
  return Number(a > b) - Number(a < b);
}

describe.each([
  ["kendall", kendallTauB],
  ["spearman", spearman],
] as const)("%s, for any numbers", (_name, correlate) => {
  it("lies within −1 … 1, with a p within 0 … 1, and accounts for every pair", () => {
    fc.assert(
      fc.property(table, (rows) => {
        const [x, y] = columns(rows);
        const { value, pValue, pairs, dropped } = correlate(x, y);
        expect(pairs + dropped).toBe(rows.length);
        if (value !== null) expect(Math.abs(value)).toBeLessThanOrEqual(1);
        if (pValue !== null) expect(pValue >= 0 && pValue <= 1).toBe(true);
      }),
    );
  });

  it("is the same when the sides change places and when the rows are in another order", () => {
    fc.assert(
      fc.property(
        table.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, moved]) => {
          const [x, y] = columns(rows);
          expect(correlate(y, x)).toEqual(correlate(x, y));
          expect(correlate(...columns(moved))).toEqual(correlate(x, y));
        },
      ),
    );
  });

  it("turns its sign when one side is turned, and does not see a change of unit", () => {
    fc.assert(
      fc.property(table, (rows) => {
        const [x, y] = columns(rows);
        const { value, pValue } = correlate(x, y);
        const turned = correlate(
          x.map((one) => (one === null ? null : -one)),
          y,
        );
        expect(turned.value).toBe(value === null ? null : 0 - value);
        const mayDouble = x.every((one) => one === null || Math.abs(one) < 1e300);
        if (mayDouble)
          expect(
            correlate(
              x.map((one) => (one === null ? null : 2 * one)),
              y,
            ),
          ).toEqual(correlate(x, y));
        if (pValue !== null && turned.pValue !== null) expect(turned.pValue).toBeCloseTo(pValue, 13);
      }),
    );
  });
});

describe("kendall", () => {
  it("is the share of agreeing pairs that its definition counts one by one", () => {
    const ordered = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(ordered, ordered), { maxLength: 40 }), (rows) => {
        const [x, y] = [rows.map(([a]) => a), rows.map(([, b]) => b)];
        const [fast, slow] = [kendallTauB(x, y).value, slowTau(x, y)];
        if (slow === null) expect(fast).toBeNull();
        else expect(fast).toBeCloseTo(slow, 14);
      }),
    );
  });
});
