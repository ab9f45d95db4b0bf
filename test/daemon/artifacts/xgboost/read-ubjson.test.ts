// XGBoost's dialect of UBJSON: every kind of value, every breach with its place, and bounds before anything is allocated.

import { describe, expect, it } from "vitest";
import { readUbjson } from "../../../../daemon/artifacts/xgboost/read-ubjson.ts";

/** A 64-bit big-endian length behind its mark. */
function length(count: number | bigint): Buffer {
  const bytes = Buffer.alloc(9, "L");
  bytes.writeBigInt64BE(BigInt(count), 1);
  return bytes;
}

/** Texts are taken as they stand; a text in an array is a key or text with its length before it. */
function ubjson(...parts: readonly (string | Buffer | readonly [string])[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string" || Buffer.isBuffer(part)) return Buffer.from(part);
      const text = Buffer.from(part[0]);
      return Buffer.concat([length(text.length), text]);
    }),
  );
}

/** `[$` type `#` count payload. */
function packed(type: string, width: number, payload: readonly number[]): Buffer {
  return ubjson(`[$${type}#`, length(payload.length / width), Buffer.from(payload));
}

function value(bytes: Uint8Array): unknown {
  const read = readUbjson(bytes);
  return read.ok ? read.value : read;
}

describe("values", () => {
  it.each<readonly [string, Buffer, unknown]>([
    ["null", ubjson("Z"), null],
    ["true", ubjson("T"), true],
    ["false", ubjson("F"), false],
    ["an 8-bit integer", ubjson("i", Buffer.of(0xff)), -1],
    ["an unsigned 8-bit integer", ubjson("U", Buffer.of(0xff)), 255],
    ["a 16-bit integer", ubjson("I", Buffer.of(0xff, 0xfe)), -2],
    ["a 32-bit integer", ubjson("l", Buffer.of(0x7f, 0xff, 0xff, 0xff)), 2147483647],
    ["a 64-bit integer", length(-5), -5],
    ["a 64-bit integer beyond 2^53", length(9007199254740993n), 9007199254740993n],
    ["a float", ubjson("d", Buffer.of(0xbf, 0xc0, 0, 0)), -1.5],
    ["the smallest float, which is no zero", ubjson("d", Buffer.of(0, 0, 0, 1)), 2 ** -149],
    ["a double", ubjson("D", Buffer.of(0x3f, 0xf8, 0, 0, 0, 0, 0, 0)), 1.5],
    ["a text", ubjson("S", ["größe"]), "größe"],
    ["an empty object", ubjson("{}"), {}],
    ["an object", ubjson("{", ["a"], "T", ["b"], "{", ["c"], "Z", "}", "}"), { a: true, b: { c: null } }],
    ["a member called __proto__", ubjson("{", ["__proto__"], "T", "}"), JSON.parse('{"__proto__":true}')],
    ["an empty list", ubjson("[]"), []],
    ["a list with a bracket at its end", ubjson("[TF]"), [true, false]],
    ["a counted list, which has none", ubjson("[#", length(2), "[#", length(0), "T"), [[], true]],
    ["packed floats", packed("d", 4, [0x3f, 0x80, 0, 0, 0x7f, 0xc0, 0, 0, 0x80, 0, 0, 0]), Float32Array.of(1, Number.NaN, -0)],
    ["packed doubles", packed("D", 8, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0]), Float64Array.of(1.5)],
    ["packed 8-bit integers", packed("i", 1, [0xff, 1]), Int8Array.of(-1, 1)],
    ["packed unsigned 8-bit integers", packed("U", 1, [0xff, 1]), Uint8Array.of(255, 1)],
    ["packed 16-bit integers", packed("I", 2, [0xff, 0xfe]), Int16Array.of(-2)],
    ["packed 32-bit integers", packed("l", 4, [0x80, 0, 0, 0, 0, 0, 0, 7]), Int32Array.of(-2147483648, 7)],
    ["packed 64-bit integers", packed("L", 8, [...length(-3).subarray(1), ...length(2 ** 40).subarray(1)]), Float64Array.of(-3, 2 ** 40)],
    [
      "packed 64-bit integers, one beyond 2^53",
      packed("L", 8, [...length(1).subarray(1), ...length(9007199254740993n).subarray(1)]),
      [1, 9007199254740993n],
    ],
    ["an empty packed list", packed("l", 4, []), new Int32Array()],
  ])("%s", (_what, bytes, expected) => {
    expect(value(bytes)).toEqual(expected);
  });

  it("packed numbers are no view of the file", () => {
    const bytes = packed("U", 1, [1, 2]);
    const read = value(bytes);
    bytes.fill(9);
    expect(read).toEqual(Uint8Array.of(1, 2));
  });
});

describe("breaches", () => {
  it.each<readonly [string, Buffer, number, RegExp]>([
    ["nothing", ubjson(""), 0, /ends too early/],
    ["an unknown mark", ubjson("{", ["a"], "H"), 11, /0x48 begins no value/],
    ["a high-precision number", ubjson("[H]"), 1, /0x48 begins no value/],
    ["a key with a mark", ubjson("{", "S", ["a"], "T}"), 1, /a length begins with "L"/],
    ["a short length", ubjson("S", "U", Buffer.of(1), "a"), 1, /a length begins with "L"/],
    ["a negative length", ubjson("S", length(-1)), 1, /a length of -1 is announced, but 0 bytes are left/],
    ["a length beyond the end", ubjson("S", length(4), "abc"), 1, /a length of 4 is announced, but 3 bytes are left/],
    ["a huge length", ubjson("[$d#", length(2n ** 62n)), 4, /a length of 4611686018427387904 is announced/],
    ["fewer numbers than announced", ubjson("[$d#", length(3), "12345678"), 4, /a length of 3 is announced, but 8 bytes are left/],
    ["a length that overflows with its width", ubjson("[$L#", length(2n ** 61n + 1n), "12345678"), 4, /announced/],
    ["a huge counted list", ubjson("[#", length(2 ** 40), "TT"), 2, /announced, but 2 bytes are left/],
    ["a typed list without a count", ubjson("[$d", length(0)), 3, /"#" is missing/],
    ["a list of a type that is none", ubjson("[$S#", length(0)), 2, /"S" is no type of packed numbers/],
    ["a key twice", ubjson("{", ["a"], "T", ["a"], "F}"), 12, /"a" stands twice/],
    ["a text that is no UTF-8", ubjson("S", length(3), Buffer.of(0x61, 0xff, 0x61)), 11, /not UTF-8/],
    ["an open object", ubjson("{", ["a"], "T"), 12, /ends too early/],
    ["more behind", ubjson("{}", "{}"), 2, /more bytes follow/],
    ["too deep nesting", Buffer.alloc(1000, "["), 512, /more than 512 levels/],
  ])("%s", (_what, bytes, offset, reason) => {
    expect(readUbjson(bytes)).toEqual({ ok: false, offset, reason: expect.stringMatching(reason) as string });
  });

  it("floods of lists, objects and values are refused before they cost memory", () => {
    for (const piece of ["[]", "{}", "T", "[$l#L\0\0\0\0\0\0\0\0"]) {
      const flood = Buffer.concat([Buffer.from("["), Buffer.alloc(2_000_000, piece, "latin1")]);
      expect(readUbjson(flood)).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/more (values|lists and objects) than/) as string,
      });
    }
  });
});
