// exp and log of float32 numbers are those of the C library, also where that is a unit off.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expFloat, logFloat } from "../../../../daemon/artifacts/predict/float-math.ts";
import { softplusFloat, softplusInverseFloat } from "../../../../daemon/artifacts/predict/softplus.ts";

type Name = "expf" | "logf" | "softplus" | "softplusInverse";

/** Bit patterns from `float_math.py`: an argument, and what the C library makes of it, by turns. */
const patterns = JSON.parse(readFileSync(new URL("float-math.json", import.meta.url), "utf8")) as Readonly<Record<Name, readonly number[]>>;

const asBits = new Uint32Array(1);
const asFloat = new Float32Array(asBits.buffer);

function floatOf(bits: number): number {
  asBits[0] = bits;
  return asFloat[0] ?? Number.NaN;
}

/** Arguments and results. */
function pairsOf(name: Name): readonly (readonly [number, number])[] {
  const floats = patterns[name].map(floatOf);
  return floats.flatMap((x, place) => (place % 2 === 0 ? [[x, floats[place + 1] ?? Number.NaN] as const] : []));
}

/** The arguments for which `ours` gives another float. */
function wrong(name: Name, ours: (x: number) => number): readonly string[] {
  return pairsOf(name)
    .filter(([x, result]) => !Object.is(ours(x), result))
    .map(([x, result]) => `${name}(${x}) is ${result}, not ${ours(x)}`);
}

describe("float32 functions of the C library", () => {
  it("exp", () => expect(wrong("expf", expFloat)).toEqual([]));
  it("log", () => expect(wrong("logf", logFloat)).toEqual([]));

  it("the table has many numbers that correct rounding gets wrong", () => {
    expect(wrong("expf", (x) => Math.fround(Math.exp(x))).length).toBeGreaterThan(50);
    expect(wrong("logf", (x) => Math.fround(Math.log(x))).length).toBeGreaterThan(50);
    expect(wrong("softplus", (x) => Math.fround(Math.max(x, 0) + Math.fround(Math.log1p(expFloat(-Math.abs(x)))))).length).toBeGreaterThan(
      50,
    );
    const inverse = (x: number): number => Math.fround(x + logFloat(-Math.fround(Math.expm1(-x))));
    expect(wrong("softplusInverse", inverse).length).toBeGreaterThan(50);
  });

  it("NaN and the infinities", () => {
    expect([expFloat(Number.NaN), logFloat(Number.NaN), logFloat(-1)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([expFloat(Infinity), expFloat(-Infinity), logFloat(Infinity), logFloat(0)]).toEqual([Infinity, 0, Infinity, -Infinity]);
  });
});

describe("softplus", () => {
  it("and its inverse take log1p and expm1 of the C library", () => {
    expect(wrong("softplus", softplusFloat)).toEqual([]);
    expect(wrong("softplusInverse", softplusInverseFloat)).toEqual([]);
  });

  it("inverts, but for steps below a millionth, which count as one", () => {
    expect(softplusInverseFloat(0)).toBe(softplusInverseFloat(1e-6));
    expect(softplusInverseFloat(-5)).toBe(softplusInverseFloat(1e-6));
    for (const d of [1e-5, 0.1, 1, 30]) expect(Math.abs(softplusFloat(softplusInverseFloat(Math.fround(d))) / d - 1)).toBeLessThan(1e-5);
  });

  it("of NaN is NaN", () => expect([softplusFloat(Number.NaN), softplusInverseFloat(Number.NaN)]).toEqual([Number.NaN, Number.NaN]));
});
