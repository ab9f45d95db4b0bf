// pickleparser as the differential oracle: our reader agrees with it where it is right, and does better at each of its known faults.

import fc from "fast-check";
import { Parser } from "pickleparser";
import { describe, expect, it } from "vitest";
import { describeValue } from "../../../../daemon/artifacts/pickle/describe.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { writePickle, type PickleValue as Written } from "../../../support/pickle-writer.ts";
import { assemble, described, le, named, refusal } from "./assemble.ts";
import { fixtureBytes, globalNames, goldenFiles, hostileManifest } from "./fixture-pickles.ts";

/** The names that it asks for, in order; undefined when it cannot read the bytes. What it makes of a name is an inert function. */
function oracleNames(bytes: Uint8Array): string[] | undefined {
  const names = new Set<string>();
  const inert = (module: string, name: string): ((...args: unknown[]) => unknown) => {
    names.add(`${module} ${name}`);
    return function Inert() {
      return Object.assign(() => new Map(), { push: () => 0, set: () => 0, add: () => 0 });
    };
  };
  try {
    new Parser({ nameResolver: { resolve: inert }, unpicklingTypeOfDictionary: "Map" }).parse(Buffer.from(bytes));
    return [...names];
  } catch {
    // One of its faults, or ours to refuse, too.
    return undefined;
  }
}

describe("both see the same names", () => {
  it("in the valid files that it reads", () => {
    let read = 0;
    for (const file of goldenFiles("info_pickles").filter((name) => !name.endsWith(".joblib"))) {
      const bytes = fixtureBytes("info_pickles", file);
      const names = oracleNames(bytes);
      if (names === undefined) continue;
      read++;
      expect(globalNames(readPickle(bytes).facts), file).toEqual(names);
    }
    expect(read).toBeGreaterThan(100);
  });

  it("in the hostile files that it reads", () => {
    let read = 0;
    for (const { name, attempts } of hostileManifest().files) {
      // It takes a number for a name, or would not come back.
      if (name === "stack_global_nonstring.p4.pkl") continue;
      if (/endless loop|key|doubled|quadratic|flood|10\^|nested/.test(attempts) || /^(binbytes_negative|laughs|long)/.test(name)) continue;
      const bytes = fixtureBytes("hostile", name);
      const names = oracleNames(bytes);
      if (names === undefined) continue;
      read++;
      expect(globalNames(readPickle(bytes).facts), name).toEqual(names.slice(0, 1000));
    }
    expect(read).toBeGreaterThan(30);
  });
});

describe("both read the same value", () => {
  const { simple } = fc.letrec<{ simple: Written }>((tie) => ({
    simple: fc.oneof(
      { depthSize: "small" },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true }).filter((value) => !Number.isInteger(value)),
      fc.string().filter((text) => !text.includes("\ufeff")),
      fc.array(tie("simple"), { maxLength: 4 }),
      fc.array(tie("simple"), { maxLength: 4 }).map((tuple) => ({ tuple })),
      fc
        .dictionary(
          fc.string({ minLength: 1 }).map((key) => `k${key}`),
          tie("simple"),
          { maxKeys: 4, noNullPrototype: true },
        )
        .map((dict) => ({ dict })),
    ),
  }));

  it("of texts, floats, lists, tuples and dicts", () => {
    fc.assert(
      fc.property(simple, (value) => {
        const bytes = writePickle(value);
        const read = readPickle(bytes);
        const other: unknown = new Parser({ unpicklingTypeOfDictionary: "object" }).parse(bytes);
        expect(read.ok && plain(describeValue(read.value).json)).toEqual(other);
      }),
      { numRuns: 300 },
    );
  });
});

/** Tagged dicts as plain objects, tuples as lists. */
function plain(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(plain);
  if (typeof json !== "object" || json === null) return json;
  const { $, v } = json as { readonly $: string; readonly v: unknown };
  if ($ === "tuple") return plain(v);
  if ($ === "float") return Number(String(v).replace("inf", "Infinity"));
  return Object.fromEntries((v as readonly (readonly [string, unknown])[]).map(([key, member]) => [key, plain(member)]));
}

function oracle(bytes: Uint8Array, dictionary: "object" | "Map" = "object"): unknown {
  return new Parser({ unpicklingTypeOfDictionary: dictionary }).parse(Buffer.from(bytes));
}

describe("its faults in numbers are not ours", () => {
  it("LONG1 and LONG4 have a sign", () => {
    const bytes = assemble(0x8a, 6, le(-(2n ** 40n), 6), ".");
    expect(oracle(bytes)).toBe(2 ** 48 - 2 ** 40);
    expect(described(bytes)).toBe(-(2 ** 40));
    expect(described(assemble(0x8b, le(6, 4), le(-(2n ** 40n), 6), "."))).toBe(-(2 ** 40));
  });

  it("NaT is the smallest integer, not the largest", () => {
    expect(described(assemble(0x8a, 8, le(-(2n ** 63n), 8), "."))).toEqual({ $: "int", v: String(-(2n ** 63n)) });
  });

  it("integers of more than 8 bytes are read", () => {
    const bytes = assemble(0x8a, 9, le(2n ** 70n, 9), ".");
    expect(() => oracle(bytes)).toThrow(/too large/);
    expect(described(bytes)).toEqual({ $: "int", v: String(2n ** 70n) });
  });

  it("integers beyond 2^53 keep their last digits, without a word on the console", () => {
    const bytes = assemble("L9007199254740993L\n.");
    expect(oracle(bytes)).toBe(9007199254740992);
    expect(described(bytes)).toEqual({ $: "int", v: "9007199254740993" });
  });

  it("a float text may be infinite", () => {
    const bytes = assemble("Finf\n.");
    expect(oracle(bytes)).toBeNaN();
    expect(described(bytes)).toEqual({ $: "float", v: "inf" });
  });

  it("an int and a float of the same size differ", () => {
    expect(described(assemble("(K", 3, "G", 0x40, 0x08, 0, 0, 0, 0, 0, 0, "l."))).toEqual([3, { $: "float", v: "3.0" }]);
  });

  it("an integer of 190 KB is refused before it is computed", () => {
    expect(refusal(assemble(0x8b, le(190_000, 4), Buffer.alloc(190_000, 1), "."))).toMatch(/integer of 190000 bytes/);
  });
});

describe("its faults in texts are not ours", () => {
  it.each<readonly [string, Uint8Array, unknown, unknown]>([
    ["escapes of STRING are read", assemble("S'a\\n\\x41'\n."), "a\\n\\x41", "a\nA"],
    ["escapes of UNICODE are read", assemble("Va\\u00e9\n."), "a\\u00e9", "a\u00e9"],
    ["8-bit text is Latin-1, not windows-1252", assemble("U", 1, 0x80, "."), "\u20ac", "\x80"],
    ["a byte order mark is kept", assemble(0x8c, 3, 0xef, 0xbb, 0xbf, "."), "", "\ufeff"],
    ["lone surrogates are kept", assemble(0x8c, 3, 0xed, 0xa0, 0x80, "."), "\ufffd\ufffd\ufffd", "\ud800"],
  ])("%s", (_name, bytes, theirs, ours) => {
    expect(oracle(bytes)).toBe(theirs);
    expect(described(bytes)).toBe(ours);
  });
});

describe("its faults in structure are not ours", () => {
  it("BINBYTES of a negative length is refused, where it goes back for ever", () => {
    expect(refusal(assemble("B", le(-5, 4), "."))).toMatch(/bytes are announced/);
  });

  it("a key of shared tuples costs nothing, where it is turned into text of 2^27 members", () => {
    const bytes = assemble("})", "2\x86".repeat(27), "Ns.");
    expect(readPickle(bytes).ok).toBe(true);
  });

  it("a key named __proto__ changes no prototype", () => {
    const bytes = assemble("}(V__proto__\n}VisAdmin\n", 0x88, "su.");
    expect((oracle(bytes) as { isAdmin?: boolean }).isAdmin).toBe(true);
    expect(described(bytes)).toEqual({ $: "dict", v: [["__proto__", { $: "dict", v: [["isAdmin", true]] }]] });
  });

  it("DICT fills the dict", () => {
    const bytes = assemble("(Va\nK", 1, "d.");
    expect((oracle(bytes, "Map") as Map<string, unknown>).size).toBe(0);
    expect(described(bytes)).toEqual({ $: "dict", v: [["a", 1]] });
  });

  it("OBJ takes its first member as the class", () => {
    const bytes = assemble("(cm\nC\ncn\nD\no.");
    expect(readPickle(bytes).facts.calls).toMatchObject([{ opcode: "OBJ", module: "m", name: "C" }]);
    expect(Object.getPrototypeOf(oracle(bytes))).toMatchObject({ __name__: "D" });
  });

  it("SETITEM never writes into the file's bytes", () => {
    const bytes = assemble("C", 3, "abcK", 0, "K", 90, "s.");
    const copy = Buffer.from(bytes);
    expect(refusal(bytes)).toMatch(/takes no keys/);
    expect(bytes).toEqual(copy);
    new Parser().parse(bytes);
    expect(bytes).not.toEqual(copy);
  });

  it("a state given to a class changes nothing for the next file", () => {
    const change = assemble(named("collections", "OrderedDict"), "}(Vmark\nK", 7, "ub.");
    expect(described(change)).toEqual({ $: "global", v: "collections.OrderedDict" });
    expect(described(assemble(named("collections", "OrderedDict"), ")R."))).toEqual({ $: "OrderedDict", v: [] });
  });

  it("a memo entry that was never stored, an empty stack and a missing MARK are refused", () => {
    expect(oracle(assemble("h", 5, "."))).toBeUndefined();
    expect(refusal(assemble("h", 5, "."))).toMatch(/never stored/);
    expect(oracle(assemble("."))).toBeUndefined();
    expect(refusal(assemble("."))).toMatch(/stack is empty/);
    expect(refusal(assemble("]K", 1, "e."))).toMatch(/no MARK/);
  });

  it("bytes behind STOP are reported", () => {
    expect(readPickle(assemble("N.rest")).facts.trailing).toBe(4);
  });

  it("a batch of 200,000 items is one batch like any other", () => {
    const bytes = assemble("](", "N".repeat(200_000), "e.");
    expect(() => oracle(bytes)).toThrow(RangeError);
    const read = readPickle(bytes);
    expect(read.ok && read.value).toMatchObject({ kind: "list", items: { length: 200_000 } });
  });

  it("OrderedDict and defaultdict take their members", () => {
    const bytes = assemble(named("collections", "OrderedDict"), ")R(Va\nK", 1, "u.");
    expect(() => oracle(bytes, "Map")).toThrow(/set is not a function/);
    expect(described(bytes)).toEqual({ $: "OrderedDict", v: [["a", 1]] });
  });

  it("joblib's files are read", () => {
    const files = goldenFiles("info_pickles").filter((file) => file.endsWith(".joblib"));
    expect(files).toHaveLength(40);
    for (const file of files) {
      const bytes = fixtureBytes("info_pickles", file);
      const { ok, facts } = readPickle(bytes);
      expect(ok, file).toBe(true);
      // It gives up, or takes the arrays' bytes for opcodes.
      expect(oracleNames(bytes), file).not.toEqual(globalNames(facts));
    }
  });

  it("a tuple is no list, a bytearray no bytes, and a fault has its place", () => {
    expect(described(assemble("(])C", 1, "a", 0x96, le(1, 8), "al."))).toEqual([
      [],
      { $: "tuple", v: [] },
      { $: "bytes", v: "YQ==" },
      { $: "bytearray", v: "YQ==" },
    ]);
    expect(readPickle(assemble("NN", 0xff))).toMatchObject({ ok: false, offset: 2 });
  });
});
