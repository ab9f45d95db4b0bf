// Floats are written as XGBoost writes them: the shortest text that reads back as the same float32, always with an exponent.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floatText } from "../../../../../daemon/artifacts/xgboost/write/float-text.ts";
import { nearestSingle } from "../../../../../daemon/artifacts/xgboost/single.ts";

/** Bits of a float32 and the text that numpy gives it; float_texts.py made them. */
const goldens = JSON.parse(readFileSync(new URL("float-texts.json", import.meta.url), "utf8")) as readonly (readonly [number, string])[];

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
}

describe("the text of a float32", () => {
  it("is numpy's shortest, for every exponent, for denormals and for halves between two texts", () => {
    const wrong = goldens.filter(([bits, text]) => floatText(floatOf(bits)) !== text);
    expect(goldens.length).toBeGreaterThan(2000);
    expect(wrong).toEqual([]);
  });

  it("always has an exponent, keeps the sign of zero, and spells what is no number as XGBoost does", () => {
    expect([2, -2, 0, -0, 0.5, 1e10, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(floatText)).toEqual([
      ...["2E0", "-2E0", "0E0", "-0E0", "5E-1", "1E10", "NaN", "Infinity", "-Infinity"],
    ]);
  });

  it("reads back as the same float, whichever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (bits) => {
        const float = floatOf(bits);
        const text = floatText(float);
        return Object.is(nearestSingle(text), float) && (/^-?\d(?:\.\d{1,8})?E-?\d{1,2}$/.test(text) || !Number.isFinite(float));
      }),
      { numRuns: 3000 },
    );
  });
});
