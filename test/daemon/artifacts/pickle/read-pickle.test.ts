// The pickle reader, opcode by opcode: values are exact, nothing is called, everything is reported.

import { gzipSync, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { describeValue } from "../../../../daemon/artifacts/pickle/describe.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { assemble, described, le, named, refusal } from "./assemble.ts";

describe("numbers", () => {
  it.each<readonly [string, Uint8Array, unknown]>([
    ["INT", assemble("I-12\n."), -12],
    ["INT as a boolean", assemble("(I00\nI01\nI001\nl."), [false, true, 1]],
    ["LONG", assemble("L123456789012345678901234567890L\n."), { $: "int", v: "123456789012345678901234567890" }],
    ["BININT, negative", assemble("J", le(-5, 4), "."), -5],
    ["BININT1 and BININT2", assemble("(K", 255, "M", 0xff, 0xff, "l."), [255, 65535]],
    ["LONG1 of no bytes", assemble(0x8a, 0, "."), 0],
    ["LONG1, negative", assemble(0x8a, 6, le(-(2n ** 40n), 6), "."), -(2 ** 40)],
    ["LONG1 beyond 2^53", assemble(0x8a, 8, le(1515646500000000001n, 8), "."), { $: "int", v: "1515646500000000001" }],
    ["LONG4, negative", assemble(0x8b, le(9, 4), le(-(2n ** 70n), 9), "."), { $: "int", v: String(-(2n ** 70n)) }],
    ["FLOAT", assemble("(F1.5\nF2\nF-inf\nFnan\nl."), [1.5, { $: "float", v: "2.0" }, { $: "float", v: "-inf" }, { $: "float", v: "nan" }]],
    ["BINFLOAT of a whole number", assemble("G", 0x40, 0x08, 0, 0, 0, 0, 0, 0, "."), { $: "float", v: "3.0" }],
    ["BINFLOAT of -0.0", assemble("G", 0x80, 0, 0, 0, 0, 0, 0, 0, "."), { $: "float", v: "-0.0" }],
  ])("%s", (_name, bytes, expected) => {
    expect(described(bytes)).toEqual(expected);
  });
});

describe("texts and bytes", () => {
  it.each<readonly [string, Uint8Array, unknown]>([
    ["STRING with escapes", assemble("S'a\\n\\x41\\101\\'\\q'\n."), "a\nAA'\\q"],
    ["UNICODE with escapes", assemble("Va\\u00e9\\\\u0041\\U0001f600\n."), "a\u00e9\\\\u0041\u{1f600}"],
    ["BINSTRING is Latin-1", assemble("T", le(2, 4), 0xe9, "x."), "\u00e9x"],
    ["BINUNICODE", assemble("X", le(3, 4), 0xe2, 0x82, 0xac, "."), "\u20ac"],
    ["a lone surrogate", assemble(0x8c, 4, "a", 0xed, 0xa0, 0x80, "."), "a\ud800"],
    ["a byte order mark inside a text", assemble(0x8c, 3, 0xef, 0xbb, 0xbf, "."), "\ufeff"],
    ["BINBYTES8", assemble(0x8e, le(2, 8), "hi."), { $: "bytes", v: "aGk=" }],
    ["BYTEARRAY8", assemble(0x96, le(2, 8), "hi."), { $: "bytearray", v: "aGk=" }],
  ])("%s", (_name, bytes, expected) => {
    expect(described(bytes)).toEqual(expected);
  });

  it.each([
    ["a text that is not UTF-8", assemble(0x8c, 2, 0xff, 0xfe, "."), /not UTF-8/],
    ["a STRING without quotes", assemble("Sabc\n."), /not quoted/],
    ["a STRING with other quotes at the end", assemble("S'abc\"\n."), /not quoted/],
    ["a cut \\u escape", assemble("V\\u12\n."), /escape is cut off/],
    ["an INT that is none", assemble("I12x\n."), /no.* decimal integer/],
    ["a FLOAT that is none", assemble("F1.2.3\n."), /not a float/],
  ])("%s is refused", (_name, bytes, reason) => {
    expect(refusal(bytes)).toMatch(reason);
  });
});

describe("containers", () => {
  it.each<readonly [string, Uint8Array, unknown]>([
    [
      "tuples of every length",
      assemble("()K", 1, 0x85, "K", 1, "K", 2, 0x86, "K", 1, "K", 2, "K", 3, 0x87, "t."),
      {
        $: "tuple",
        v: [
          { $: "tuple", v: [] },
          { $: "tuple", v: [1] },
          { $: "tuple", v: [1, 2] },
          { $: "tuple", v: [1, 2, 3] },
        ],
      },
    ],
    ["LIST, APPEND, APPENDS", assemble("(K", 1, "lK", 2, "a(K", 3, "K", 4, "e."), [1, 2, 3, 4]],
    [
      "DICT and SETITEM",
      assemble("(K", 1, "K", 2, "dK", 3, "K", 4, "s."),
      {
        $: "dict",
        v: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    ["sets", assemble(0x8f, "(K", 1, "K", 2, 0x90, "."), { $: "set", v: [1, 2] }],
    ["frozensets", assemble("(K", 1, 0x91, "."), { $: "frozenset", v: [1] }],
    [
      "equal keys are one key, the last value wins",
      assemble("}(K", 1, "Va\n", 0x88, "Vb\n", "G", 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, "Vc\n", "u."),
      { $: "dict", v: [[1, "c"]] },
    ],
    ["PUT, GET, DUP, POP, POP_MARK", assemble("]p0\n0(g0\n2K", 9, "0tN(K", 1, "10."), { $: "tuple", v: [[], []] }],
    ["MEMOIZE counts on", assemble("N", 0x94, 0x88, 0x94, "0h", 1, "."), true],
    ["a sparse memo index", assemble("K", 7, "r", le(4294967295, 4), "0j", le(4294967295, 4), "."), 7],
  ])("%s", (_name, bytes, expected) => {
    expect(described(bytes)).toEqual(expected);
  });

  it("a key named __proto__ is a key like any other", () => {
    const value = readPickle(assemble("}(V__proto__\n}VisAdmin\n", 0x88, "su."));
    expect(value.ok && describeValue(value.value).json).toEqual({ $: "dict", v: [["__proto__", { $: "dict", v: [["isAdmin", true]] }]] });
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it.each([
    ["APPENDS without MARK", assemble("]e."), /no MARK/],
    ["SETITEMS with a key alone", assemble("}(K", 1, "u."), /key without a value/],
    ["APPEND on a number", assemble("K", 1, "Na."), /takes no items/],
    ["SETITEM on bytes", assemble("C", 1, "xNNs."), /takes no keys/],
    ["POP of an empty stack", assemble("0."), /stack is empty/],
    ["STOP on an empty stack", assemble("."), /stack is empty/],
    ["a value below a MARK", assemble("K", 1, "(", 0x85, "."), /stack is empty/],
    ["a memo entry that was never stored", assemble("h", 5, "."), /never stored/],
    ["a negative memo index", assemble("Np-1\n."), /no.* memo index/],
    ["an unknown opcode", assemble("N", 0xff, "."), /0xff is no opcode/],
    ["protocol 9", assemble(0x80, 9, "N."), /protocol 9 is unknown/],
    ["no STOP", assemble("N"), /ends before STOP/],
    ["nothing", assemble(), /empty/],
  ])("%s is refused", (_name, bytes, reason) => {
    expect(refusal(bytes)).toMatch(reason);
  });
});

describe("names and calls", () => {
  it("a call of an unknown name is recorded, with its place, and never made", () => {
    const read = readPickle(assemble("cos\nsystem\n(Vexit 0\ntR."));
    expect(read.ok && describeValue(read.value).json).toEqual({ $: "object", class: "os.system", args: ["exit 0"] });
    expect(read.facts).toMatchObject({
      globals: [{ module: "os", name: "system", offset: 0 }],
      calls: [{ opcode: "REDUCE", module: "os", name: "system", offset: 21, known: false }],
      unknownCallsTotal: 1,
    });
  });

  it("a call whose result is thrown away is reported all the same", () => {
    const read = readPickle(assemble("cos\nsystem\n)R0K", 1, "."));
    expect(read).toMatchObject({ ok: true, value: 1, facts: { unknownCallsTotal: 1 } });
  });

  it("what stands before a fault is reported although the file is refused", () => {
    const read = readPickle(assemble(0x80, 4, 0x95, le(1000, 8), named("os", "system"), ")R", 0xff));
    expect(read).toMatchObject({ ok: false, facts: { globals: [{ module: "os", name: "system" }], unknownCallsTotal: 1 } });
  });

  it.each<readonly [string, Uint8Array, string]>([
    ["INST", assemble("(Vx\nios\nsystem\n."), "INST os system"],
    ["OBJ", assemble("(cos\nsystem\nVx\no."), "OBJ os system"],
    ["NEWOBJ_EX", assemble(named("m", "C"), ")}(Vk\nNu", 0x92, "."), "NEWOBJ_EX m C"],
    ["the result of a call called again", assemble("cm\nf\n)R)R."), "REDUCE m f"],
    ["a known name with other arguments", assemble("cdatetime\ndate\n(VNo\ntR."), "REDUCE datetime date"],
    [
      "_reconstruct with a foreign class",
      assemble("cnumpy.core.multiarray\n_reconstruct\n(csubprocess\nPopen\n(K", 0, "tC", 1, "btR."),
      "REDUCE numpy.core.multiarray _reconstruct",
    ],
    ["an extension code", assemble(0x82, 5, ")R."), "REDUCE copyreg extension_5"],
  ])("%s is an unknown call", (_name, bytes, call) => {
    const { facts } = readPickle(bytes);
    expect(facts.unknownCalls.map((fact) => `${fact.opcode} ${fact.module} ${fact.name}`)).toContain(call);
  });

  it("an object of an unknown class keeps its state, items and pairs as data", () => {
    expect(described(assemble(named("m", "C"), ")", 0x81, "}(Va\nK", 1, "ub(K", 2, "eK", 3, "K", 4, "s."))).toEqual({
      $: "object",
      class: "m.C",
      args: [],
      state: { $: "dict", v: [["a", 1]] },
      items: [2],
      pairs: [[3, 4]],
    });
  });

  it("a state given to a class changes nothing for the next call of that class", () => {
    const ordered = named("collections", "OrderedDict");
    expect(described(assemble(ordered, "N}(Va\nK", 1, "u", 0x86, "b0", ordered, ")R."))).toEqual({ $: "OrderedDict", v: [] });
  });

  it.each([
    ["STACK_GLOBAL of bytes", assemble("C", 1, "aC", 1, "b", 0x93, "."), /needs two texts/],
    ["REDUCE of a number", assemble("K", 1, ")R."), /no name/],
    ["REDUCE with a list", assemble("cm\nf\n]R."), /no tuple/],
    ["BUILD on a number", assemble("K", 1, "}b."), /plain value/],
    ["an extension code below 1", assemble(0x84, le(-1, 4), "."), /below 1/],
  ])("%s is refused", (_name, bytes, reason) => {
    expect(refusal(bytes)).toMatch(reason);
  });

  it("persistent ids and buffers outside the file are recorded, not resolved", () => {
    const read = readPickle(assemble("(Pabc\nNQ", 0x97, 0x98, "l."));
    expect(read).toMatchObject({ ok: true, facts: { externalsTotal: 3, externals: [1, 7, 8] } });
  });

  it("bytes behind STOP are counted", () => {
    expect(readPickle(assemble("N.rest")).facts).toMatchObject({ consumed: 2, trailing: 4 });
  });
});

describe("wrapped files", () => {
  const plain = assemble("}(Va\nK", 1, "u.");
  it.each([
    ["zlib", deflateSync(plain)],
    ["gzip", gzipSync(plain)],
  ])("%s is unpacked", (kind, bytes) => {
    expect(readPickle(bytes)).toMatchObject({ ok: true, facts: { container: kind, consumed: plain.length } });
  });

  it.each<readonly [string, readonly number[]]>([
    ["zip", [0x50, 0x4b, 0x03, 0x04]],
    ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ])("%s is refused by its name", (kind, magic) => {
    expect(refusal(Buffer.from(magic))).toContain(`packed as ${kind}`);
  });

  it("a container that unpacks to too much is refused before it does", () => {
    const read = readPickle(deflateSync(Buffer.alloc(20 * 1024 * 1024, "}")));
    expect(read).toMatchObject({ ok: false, facts: { limitsHit: expect.arrayContaining(["unpacked bytes"]) } });
    expect(refusal(gzipSync(plain).subarray(0, 12))).toMatch(/gzip container is damaged/);
  });
});
