// Texts of float32 numbers: short, and exactly the same number again.

import fc from "fast-check";
import { expect, test } from "vitest";
import { float32Text } from "../../../tui/format/float32.ts";

test.each([
  [Math.fround(0.1), "0.1"],
  [0.5, "0.5"],
  [-3, "-3"],
  [16777217, "16777216"],
  [Math.fround(1 / 3), "0.33333334"],
  [3.4028234663852886e38, "3.4028235e+38"],
  [1.401298464324817e-45, "1.4013e-45"],
  [0, "0"],
  [-0, "-0"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [1e39, "inf"],
  [NaN, "nan"],
  [null, "nan"],
])("%s is %s", (value, text) => {
  expect(float32Text(value)).toBe(text);
});

test("every float32 reads back as itself", () => {
  const bits = new DataView(new ArrayBuffer(4));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (pattern) => {
      bits.setUint32(0, pattern);
      const value = bits.getFloat32(0);
      if (!Number.isFinite(value)) return;
      expect(Object.is(Math.fround(Number(float32Text(value))), value)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
