// Exact JSON: every digit survives, whatever else the text holds, and the quick way gives what the slow way gives.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayHoldLongInteger, parseExact, stringifyExact } from "../../../shared/lib/exact-json.ts";

describe("exact JSON", () => {
  it("keeps all digits of integers beyond 2^53 and leaves the others numbers", () => {
    const text =
      '{"a":9007199254740993,"b":"9007199254740993","c":-9007199254740993,"d":9007199254740991,"e":1e20,"f":[12345678901234567890]}';
    expect(parseExact(text)).toEqual({
      a: 9007199254740993n,
      b: "9007199254740993",
      c: -9007199254740993n,
      d: 9007199254740991,
      e: 1e20,
      f: [12345678901234567890n],
    });
  });

  it("keeps the sign of zero", () => {
    expect(stringifyExact([-0, 0])).toBe("[-0.0,0]");
    expect(parseExact(stringifyExact([-0, 0]))).toEqual([-0, 0]);
  });

  it("sees long integers behind strings of any kind, and no digits within them", () => {
    expect(mayHoldLongInteger('{"x\\\\":"\\"1234567890123456","y":1234567890123456}')).toBe(true);
    expect(mayHoldLongInteger('{"x\\\\":"\\"1234567890123456","y":123456789012345}')).toBe(false);
    expect(mayHoldLongInteger('{"y":0.12345678901234567,"z":[-1.1234567890123456]}')).toBe(false);
    expect(mayHoldLongInteger("[-1234567890123456]")).toBe(true);
    expect(mayHoldLongInteger(`["${'\\"1234567890123456'.repeat(1_000_000)}"]`)).toBe(false);
  });

  it("reads back what it printed", () => {
    const leaf = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.bigInt(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant("1234567890123456789"),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("any")), fc.dictionary(fc.string(), tie("any"))),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        expect(stringifyExact(parseExact(stringifyExact(given)))).toBe(stringifyExact(given));
      }),
      { numRuns: 100 },
    );
  });

  it("refuses what is no JSON, with and without long digits", () => {
    for (const text of ["", "{", '"1234567890123456', "1234567890123456,", "[1,]"]) expect(() => parseExact(text)).toThrow(SyntaxError);
  });
});
