// The pickle reader against generated values and bytes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeValue } from "../../../../daemon/artifacts/pickle/describe.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { writePickle, type PickleValue as Written } from "../../../support/pickle-writer.ts";

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

const { tree } = fc.letrec<{ tree: Written }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt(INT64),
    fc.double({ noNaN: true }).filter((value) => !Number.isSafeInteger(value)),
    fc.string({ unit: "binary" }),
    fc.array(tie("tree"), { maxLength: 5 }),
    fc.array(tie("tree"), { maxLength: 5 }).map((tuple) => ({ tuple })),
    fc.dictionary(fc.string(), tie("tree"), { maxKeys: 5, noNullPrototype: true }).map((dict) => ({ dict })),
  ),
}));

/** The description that a written value must have. */
function expected(value: Written): unknown {
  if (typeof value === "bigint")
    return value >= -(2n ** 53n) + 1n && value <= 2n ** 53n - 1n ? Number(value) : { $: "int", v: String(value) };
  if (typeof value === "number") {
    if (Number.isFinite(value) && !Number.isInteger(value)) return value;
    return { $: "float", v: expect.any(String) as unknown };
  }
  if (typeof value !== "object" || value === null) return value;
  if ("tuple" in value) return { $: "tuple", v: value.tuple.map(expected) };
  if ("dict" in value) return { $: "dict", v: Object.entries(value.dict).map(([key, member]) => [key, expected(member)]) };
  return value.map(expected);
}

describe("the pickle reader", () => {
  it("gives back every generated value exactly", () => {
    fc.assert(
      fc.property(tree, (value) => {
        const read = readPickle(writePickle(value));
        expect(read.ok && describeValue(read.value).json).toEqual(expected(value));
      }),
      { numRuns: 300 },
    );
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = readPickle(bytes);
        if (read.ok) describeValue(read.value);
        else expect(read.reason).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });
});
