// What is refused before a parser sees it, and that everything an honest client may send is not.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithinShape } from "../../../../daemon/transport/ipc/json-shape.ts";
import { parseFrame } from "../../../../daemon/transport/ipc/parse-frame.ts";
import { OPERATIONS } from "../../../../shared/contract/operations.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** One for its own bracket, one between two members, one in each named member. */
function marksOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const members: unknown[] = Object.values(value);
  const own = 1 + Math.max(0, members.length - 1) + (Array.isArray(value) ? 0 : members.length);
  return members.reduce<number>((sum, member) => sum + marksOf(member), own);
}

describe("the shape of a JSON text", () => {
  it("is within its depth exactly, and within its marks exactly, for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const depth = depthOf(value);
        expect(isWithinShape(text, { depth, marks: Number.POSITIVE_INFINITY })).toBe(true);
        if (depth > 0) expect(isWithinShape(text, { depth: depth - 1, marks: Number.POSITIVE_INFINITY })).toBe(false);
        const marks = marksOf(value);
        expect(isWithinShape(text, { depth, marks })).toBe(true);
        if (marks > 0) expect(isWithinShape(text, { depth, marks: marks - 1 })).toBe(false);
      }),
    );
  });

  it("does not count what stands in texts", () => {
    const text = JSON.stringify({ a: '[[[{{{,,,:::"\\"[\\', b: "," });
    expect(isWithinShape(text, { depth: 1, marks: 4 })).toBe(true);
  });
});

describe("a frame", () => {
  const call = (op: string, input: unknown): string => JSON.stringify({ t: "call", id: 1, op, input });

  it.each([
    ["a watch of 10,000 symbols", "live.watch", { symbols: Array.from({ length: 10_000 }, (_, i) => `SYMBOL${i}`) }],
    [
      "a page of 1,000 groups",
      "group.list",
      { source: "alpha", group_keys: Array.from({ length: 1000 }, (_, i) => `${"K".repeat(180)}${i}`) },
    ],
  ] as const)("may be as large as the largest request: %s", (_what, op, input) => {
    expect(OPERATIONS[op].input.safeParse(input).success).toBe(true);
    expect(parseFrame(call(op, input))).toEqual({ t: "call", id: 1, op, input });
  });

  it.each([
    ["empty lists", "[],"],
    ["empty objects", "{},"],
    ["empty texts", '"",'],
    ["numbers", "0,"],
    ["small objects", '{"a":1},'],
  ])("of a quarter of a megabyte of %s is refused unparsed", (_what, unit) => {
    const list = `[${unit.repeat(Math.floor(250_000 / unit.length))}0]`;
    expect(parseFrame(`{"t":"call","id":1,"op":"status","input":${list}}`)).toBeUndefined();
  });

  it("nested deeper than any input is refused", () => {
    const nest = (depth: number) => `{"t":"call","id":1,"op":"status","input":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expect(parseFrame(nest(31))).toBeDefined();
    expect(parseFrame(nest(32))).toBeUndefined();
  });
});
