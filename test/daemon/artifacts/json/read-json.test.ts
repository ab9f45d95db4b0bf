// The JSON reader: strict, bounded, exact, and tolerant of bare NaN and Infinity only.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "../../../../daemon/artifacts/json/read-json.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");

function value(text: string): unknown {
  const read = readJson(bytes(text));
  if (!read.ok) throw new Error(`${read.offset}: ${read.reason}`);
  return read.value;
}

function fault(text: string): string {
  const read = readJson(bytes(text));
  return read.ok ? "" : `${read.offset}: ${read.reason}`;
}

/** Long integers as the doubles that JSON.parse makes of them. */
function asDoubles(json: unknown): unknown {
  if (typeof json === "bigint") return Number(json);
  if (Array.isArray(json)) return json.map(asDoubles);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, member]) => [key, asDoubles(member)]));
}

describe("readJson", () => {
  it("takes bare NaN and infinities", () => {
    expect(value('{"a": [NaN, Infinity, -Infinity, 1E-45, -0, "NaN"]}')).toEqual({ a: [NaN, Infinity, -Infinity, 1e-45, -0, "NaN"] });
  });

  it("keeps integers beyond 2^53 exact and everything else as numbers", () => {
    expect(value("[9007199254740991, 9007199254740993, -1515646500000000001, 9007199254740993.0, 1e20]")).toEqual([
      9007199254740991,
      9007199254740993n,
      -1515646500000000001n,
      9007199254740992,
      1e20,
    ]);
  });

  it("lets the last of equal keys win, on both paths", () => {
    expect(value('{"a": 1, "a": 2}')).toEqual({ a: 2 });
    expect(value('{"a": 1, "a": NaN}')).toEqual({ a: NaN });
  });

  it("treats __proto__ as a key like any other, on both paths", () => {
    for (const text of ['{"__proto__": {"x": 1}}', '{"__proto__": {"x": NaN}}']) {
      const read = value(text) as object;
      expect(Object.keys(read)).toEqual(["__proto__"]);
      expect("x" in read).toBe(false);
    }
  });

  it.each([
    ["", "0: the file is empty"],
    ["\ufeff{}", "0: a byte order mark stands before the JSON"],
    ["{} {}", "3: no JSON: more text follows the document"],
    ['{"\u00e4": 1,}', "9: no JSON: a member name is missing"],
    ["[1,]", "3: no JSON: a value is missing"],
    ["[1 2]", '3: no JSON: "," or "]" is missing'],
    ['{"a" 1}', '5: no JSON: ":" is missing'],
    ["[01]", "1: no JSON: a number has a wrong form"],
    ["[1.]", "1: no JSON: a number has a wrong form"],
    ["[1.5", '4: no JSON: "," or "]" is missing'],
    ["[-", "2: no JSON: the text ends too early"],
    ["['a']", "1: no JSON: a value is missing"],
    ['["a', "1: no JSON: a text has no end"],
    ['["\\x"]', "1: no JSON: a text has a bad escape (SyntaxError)"],
    ['["\n"]', "2: no JSON: a text holds a control character"],
    ["[nan]", "1: no JSON: a value is missing"],
    ["[truely]", '5: no JSON: "," or "]" is missing'],
  ])("%j is refused with its place", (text, reason) => {
    expect(fault(text)).toBe(reason);
  });

  it("refuses text that is not UTF-8 and nesting beyond the limit", () => {
    expect(readJson(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]))).toMatchObject({ ok: false, offset: 2 });
    expect(fault("[".repeat(50_000) + "]".repeat(50_000))).toBe("512: more than 512 levels of nesting");
    expect(fault(`${"[".repeat(600)}NaN${"]".repeat(600)}`)).toBe("512: more than 512 levels of nesting");
    expect(readJson(bytes("[[[]]]"), 2)).toMatchObject({ ok: false, offset: 2 });
    expect(readJson(bytes('["[[[[", "\\"]"]'), 2)).toMatchObject({ ok: true });
  });

  it("reads every generated document as JSON.parse does, also on the slow path", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(asDoubles(value(text))).toEqual(JSON.parse(text));
        expect(asDoubles(value(`[${text}, NaN]`))).toEqual([JSON.parse(text), NaN]);
      }),
      { numRuns: 300 },
    );
  });

  it("refuses what JSON.parse refuses, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{},:"\\u0d8e+-.1 \ntrulfasn') }), (text) => {
        let refused = false;
        try {
          JSON.parse(text);
        } catch {
          refused = true;
        }
        expect(readJson(bytes(text)).ok).toBe(!refused);
      }),
      { numRuns: 2000 },
    );
  });
});
