// The distributions behind p-values and intervals, against scipy and against each other.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalTwoSidedTail } from "../../../shared/stats/normal-tail.ts";
import { studentHalfWidth, studentTwoSidedTail } from "../../../shared/stats/student-t.ts";
import { expectEqual, readGoldens } from "./goldens.ts";

const { quantiles, tails, normal_tails: normalTails } = readGoldens();

describe("Student's t", () => {
  it("has scipy's quantiles to 1e-12, for 0.5 to a million degrees of freedom", () => {
    expect(quantiles.length).toBeGreaterThan(150);
    for (const golden of quantiles)
      expectEqual(`${golden.dof}, ${golden.level}`, { t: studentHalfWidth(golden.level, golden.dof) }, golden);
  });

  it("has scipy's tails to 1e-12 of their value, however small", () => {
    for (const golden of tails) {
      for (const t of [golden.t, -golden.t]) expectEqual(`${golden.dof}, ${t}`, { p: studentTwoSidedTail(t, golden.dof) }, golden);
    }
  });

  it("knows the ends: nothing beyond infinity, everything beyond 0, NaN stays NaN", () => {
    expect(studentTwoSidedTail(Infinity, 3)).toBe(0);
    expect(studentTwoSidedTail(0, 3)).toBe(1);
    expect(studentTwoSidedTail(Number.NaN, 3)).toBeNaN();
  });

  it("refuses levels and degrees of freedom that mean nothing", () => {
    for (const level of [0, 1, -1, 2, Number.NaN]) expect(() => studentHalfWidth(level, 5)).toThrow("between 0 and 1");
    for (const dof of [0, -1, Number.NaN]) expect(() => studentHalfWidth(0.95, dof)).toThrow("above 0");
  });

  it("turns a quantile back into its level", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999999, noNaN: true }), fc.double({ min: 0.3, max: 1e5, noNaN: true }), (level, dof) => {
        const tail = studentTwoSidedTail(studentHalfWidth(level, dof), dof);
        expect(Math.abs(tail - (1 - level))).toBeLessThan(1e-12);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the normal distribution", () => {
  it("has scipy's tails to 1e-12 of their value, however small", () => {
    for (const golden of normalTails) expectEqual(String(golden.z), { p: normalTwoSidedTail(golden.z) }, golden);
    expect(normalTwoSidedTail(Infinity)).toBe(0);
    expect(normalTwoSidedTail(Number.NaN)).toBeNaN();
  });

  it("falls without a step where the two formulas meet", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 38, noNaN: true }), (z) => {
        expect(normalTwoSidedTail(z + 1e-9)).toBeLessThanOrEqual(normalTwoSidedTail(z) * (1 + 1e-13));
      }),
    );
  });
});
