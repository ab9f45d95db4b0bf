// The closed table of calls that become data: what it rebuilds, and what it leaves as an unknown call.

import { describe, expect, it } from "vitest";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { assemble, described, le, named, refusal } from "./assemble.ts";

describe("pure data of the standard library", () => {
  const bytes = (text: string): Buffer => assemble("C", text.length, text);
  it.each<readonly [string, Uint8Array, unknown]>([
    ["a date", assemble(named("datetime", "date"), bytes("\x07\xe8\x06\x01"), 0x85, "R."), { $: "date", v: "2024-06-01" }],
    [
      "a datetime with a zone",
      assemble(
        named("datetime", "datetime"),
        bytes("\x07\xe8\x01\x02\x03\x04\x05\x00\x00\x07"),
        named("datetime", "timezone"),
        named("datetime", "timedelta"),
        "K",
        0,
        "M",
        le(19800, 2),
        "K",
        0,
        0x87,
        "R",
        0x85,
        "R",
        0x86,
        "R.",
      ),
      { $: "datetime", v: "2024-01-02T03:04:05.000007", tz: { $: "tz", offset_s: 19800 }, fold: 0 },
    ],
    ["bytes of protocol 2", assemble("c_codecs\nencode\n(V\u00e9\nVlatin1\ntR."), { $: "bytes", v: "6Q==" }],
    ["a bytearray of protocol 2", assemble("c__builtin__\nbytearray\n(V\u00e9\nVlatin-1\ntR."), { $: "bytearray", v: "6Q==" }],
    ["a slice", assemble("c__builtin__\nslice\n(NK", 3, "NtR."), { $: "slice", v: [null, 3, null] }],
    ["a set of protocol 2", assemble("c__builtin__\nset\n((K", 1, "ltR."), { $: "set", v: [1] }],
    [
      "a defaultdict",
      assemble("ccollections\ndefaultdict\n(c__builtin__\nlist\ntR."),
      { $: "defaultdict", factory: "builtins.list", v: [] },
    ],
    [
      "an instance by copyreg",
      assemble("ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR."),
      { $: "object", class: "m.C", args: [] },
    ],
    ["a path", assemble(named("pathlib", "PosixPath"), "(V/\nVa\nVb\ntR."), { $: "path", class: "pathlib.PosixPath", v: "/a/b" }],
    [
      "a Timestamp in its own unit",
      assemble(named("pandas._libs.tslibs.timestamps", "_unpickle_timestamp"), "(J", le(1_700_000_000, 4), "NNK", 7, "tR."),
      { $: "Timestamp", v: "1700000000", unit: "s", tz: null },
    ],
  ])("%s", (_name, stream, expected) => {
    expect(described(stream)).toEqual(expected);
    expect(readPickle(stream).facts.unknownCallsTotal).toBe(0);
  });
});

describe("more of the standard library", () => {
  it.each<readonly [string, Uint8Array, unknown]>([
    ["a Decimal", assemble("cdecimal\nDecimal\n(V1.10\ntR."), { $: "Decimal", v: "1.10" }],
    ["a Fraction of a text", assemble("cfractions\nFraction\n(V-7/3\ntR."), { $: "Fraction", v: ["-7", "3"] }],
    ["a Fraction of two ints", assemble("cfractions\nFraction\n(K", 7, "K", 3, "tR."), { $: "Fraction", v: ["7", "3"] }],
    [
      "a UUID",
      assemble(named("uuid", "UUID"), ")", 0x81, "}Vint\n", 0x8a, 2, le(258, 2), "sb."),
      { $: "UUID", v: "00000000-0000-0000-0000-000000000102" },
    ],
    ["a zone of zoneinfo", assemble("c__builtin__\ngetattr\n(czoneinfo\nZoneInfo\nV_unpickle\ntR(VEurope/Berlin\nK", 1, "tR."), { $: "tz", key: "Europe/Berlin" }], // prettier-ignore
    ["a zone of pytz", assemble("cpytz\n_p\n(VEurope/Berlin\nK", 60, "K", 0, "VCET\ntR."), { $: "tz", key: "Europe/Berlin" }],
    ["a fixed zone of pytz", assemble("cpytz\nFixedOffset\n(J", le(-90, 4), "tR."), { $: "tz", offset_s: -5400 }],
    ["a namespace", assemble("ctypes\nSimpleNamespace\n)R}Va\nK", 1, "sb."), { $: "object", class: "types.SimpleNamespace", args: [], state: { $: "dict", v: [["a", 1]] } }], // prettier-ignore
  ])("%s", (_name, stream, expected) => {
    expect(described(stream)).toEqual(expected);
    expect(readPickle(stream).facts.unknownCallsTotal).toBe(0);
  });

  it.each<readonly [string, Uint8Array]>([
    ["getattr of anything else", assemble("c__builtin__\ngetattr\n(cos\npath\nV_unpickle\ntR.")],
    ["another method of ZoneInfo", assemble("c__builtin__\ngetattr\n(czoneinfo\nZoneInfo\nVfrom_file\ntR.")],
    ["partial of another function", assemble("cfunctools\npartial\n(cos\nsystem\ntR.")],
    ["a Decimal that is no number", assemble("cdecimal\nDecimal\n(V1e\ntR.")],
    ["a Fraction over zero", assemble("cfractions\nFraction\n(V1/0\ntR.")],
    ["a bytearray of a size", assemble("c__builtin__\nbytearray\n(L1000000000000000L\ntR.")],
    ["encode into another encoding", assemble("c_codecs\nencode\n(Va\nVrot13\ntR.")],
    ["a frame made by a call", assemble("cpandas.core.frame\nDataFrame\n)R.")],
    ["a Booster made by a call", assemble("cxgboost.core\nBooster\n)R.")],
    ["a known call with keywords", assemble(named("datetime", "date"), "(Nt}(Vk\nNu", 0x92, ".")],
  ])("%s is an unknown call", (_name, stream) => {
    expect(readPickle(stream).facts.unknownCallsTotal).toBe(1);
  });

  it("instances of known classes are known, those of others are not", () => {
    const known = readPickle(assemble(named("xgboost.core", "Booster"), ")", 0x81, "}b.")).facts;
    expect([known.unknownObjectsTotal, known.unknownCallsTotal]).toEqual([0, 0]);
    expect(readPickle(assemble(named("mine", "Booster"), ")", 0x81, "}b.")).facts.unknownObjectsTotal).toBe(2);
  });

  it("a second dict of attributes is added to the first", () => {
    const stream = assemble(named("m", "C"), ")", 0x81, "}Va\nK", 1, "sb}(Va\nK", 2, "Vb\nK", 3, "ub.");
    expect(described(stream)).toMatchObject({ state: { $: "dict", v: [["a", 2], ["b", 3]] } }); // prettier-ignore
  });
});

describe("numpy", () => {
  const dtype = (code: string): Buffer => assemble(named("numpy", "dtype"), 0x8c, code.length, code, 0x89, 0x88, 0x87, "R");
  const frombuffer = (code: string, data: Uint8Array, shape: Uint8Array, order = "C"): Buffer =>
    assemble(named("numpy._core.numeric", "_frombuffer"), "(", 0x96, le(data.length, 8), data, dtype(code), shape, 0x8c, 1, order, "tR.");

  it("integers of 64 bits keep every digit", () => {
    expect(described(frombuffer("i8", Buffer.concat([le(-1, 8), le(2n ** 62n, 8)]), assemble("K", 2, 0x85)))).toMatchObject({
      dtype: "<i8",
      shape: [2],
      data: [-1, { $: "int", v: String(2n ** 62n) }],
    });
  });

  it("an array in Fortran order is listed in C order", () => {
    expect(described(frombuffer("u1", Buffer.from([1, 2, 3, 4, 5, 6]), assemble("K", 2, "K", 3, 0x86), "F"))).toMatchObject({
      order: "F",
      shape: [2, 3],
      data: [1, 3, 5, 2, 4, 6],
    });
  });

  it("half floats, texts and times are read", () => {
    expect(described(frombuffer("f2", Buffer.from([0x00, 0x3e, 0x00, 0x7c, 0x01, 0x00]), assemble("K", 3, 0x85)))).toMatchObject({
      data: [1.5, { $: "float", v: "inf" }, 2 ** -24],
    });
    expect(described(frombuffer("U2", Buffer.concat([le(0x1f600, 4), le(0, 4)]), assemble("K", 1, 0x85)))).toMatchObject({
      dtype: "<U2",
      data: ["\u{1f600}"],
    });
  });

  it("shape and bytes that disagree make it an unknown call", () => {
    expect(readPickle(frombuffer("f8", Buffer.alloc(8), assemble("K", 2, 0x85))).facts.unknownCallsTotal).toBe(1);
  });

  it("a state whose shape and bytes disagree is refused", () => {
    const array = assemble(
      named("numpy._core.multiarray", "_reconstruct"),
      named("numpy", "ndarray"),
      "K",
      0,
      0x85,
      "C",
      1,
      "b",
      0x87,
      "R",
    );
    const state = (shape: Uint8Array): Buffer => assemble("(K", 1, shape, 0x85, dtype("f8"), 0x89, "C", 8, Buffer.alloc(8), "tb.");
    expect(refusal(assemble(array, state(assemble("K", 1))))).toBe("");
    expect(refusal(assemble(array, state(assemble(0x8a, 5, le(10n ** 11n, 5)))))).toMatch(/100000000000 elements of 8 bytes has 8 bytes/);
    expect(refusal(assemble(array, state(assemble("J", le(-1, 4)))))).toMatch(/not \(1, shape/);
  });

  const state = (...parts: readonly (string | number | Uint8Array)[]): Buffer => assemble("(", ...parts, "tb");
  const minus = assemble("J", le(-1, 4));

  it("a dtype that an array was measured by may not change", () => {
    const text = assemble(named("numpy", "dtype"), 0x8c, 2, "U2", 0x89, 0x88, 0x87, "R", 0x94);
    const array = assemble(
      named("numpy._core.numeric", "_frombuffer"),
      "(",
      0x96,
      le(8, 8),
      Buffer.alloc(8),
      text,
      "K",
      1,
      0x85,
      0x8c,
      1,
      "CtR",
    );
    const change = state("K", 3, 0x8c, 1, "<NNNJ", le(4000, 4), minus, "K", 8);
    // The dtype is memo entry 0.
    expect(described(assemble(array, "."))).toMatchObject({ $: "ndarray", dtype: "<U2" });
    expect(refusal(assemble(array, "0h", 0, change, "."))).toMatch(/in use is changed/);
    const scalar = assemble(named("numpy._core.multiarray", "scalar"), text, 0x96, le(8, 8), Buffer.alloc(8), 0x86, "R");
    expect(refusal(assemble(scalar, "0h", 0, change, "."))).toMatch(/in use is changed/);
    expect(refusal(assemble(text, change, "0h", 0, change, "."))).toMatch(/in use is changed/);
  });

  it("a structured dtype has no more fields than bytes, and none beyond its record", () => {
    const record = assemble(named("numpy", "dtype"), 0x8c, 2, "V1", 0x89, 0x88, 0x87, "R", 0x94);
    const empty = dtype("S0");
    const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
    const fields = assemble("}(", ...names.flatMap((name) => [`V${name}\n`, empty, "K", 0, 0x86]), "u");
    const list = assemble("(", ...names.map((name) => `V${name}\n`), "t");
    expect(refusal(assemble(record, state("K", 3, 0x8c, 1, "|N", list, fields, "K", 1, "K", 1, "K", 8), "."))).toMatch(
      /more fields than bytes/,
    );
    const far = assemble("}(Va\n", dtype("f8"), "K", 4, 0x86, "u");
    expect(refusal(assemble(record, state("K", 3, 0x8c, 1, "|N(Va\nt", far, "K", 8, "K", 1, "K", 8), "."))).toMatch(/beyond its record/);
  });

  it("a sub-array is as large as its elements", () => {
    const outer = assemble(named("numpy", "dtype"), 0x8c, 2, "V8", 0x89, 0x88, 0x87, "R");
    const part = (count: number, code = "f4"): Buffer => assemble("(", dtype(code), "K", count, 0x85, "t");
    const built = (count: number, code?: string): Buffer =>
      assemble(outer, state("K", 3, 0x8c, 1, "|", part(count, code), "NNK", 8, "K", 1, "K", 8), ".");
    expect(described(built(2))).toEqual({ $: "dtype", v: { $: "dtype", base: "<f4", shape: [2] } });
    expect(refusal(built(3))).toMatch(/another size than its elements/);
    expect(refusal(built(200, "S0"))).toMatch(/another size than its elements/);
  });

  it("an array whose dtype is of an unknown kind stays a record, and the rest of the file is read", () => {
    const array = assemble(
      named("numpy._core.multiarray", "_reconstruct"),
      named("numpy", "ndarray"),
      "K",
      0,
      0x85,
      "C",
      1,
      "b",
      0x87,
      "R",
    );
    const stream = assemble("(", array, state("K", 1, "K", 2, 0x85, "cquad\nQuadDType\n)R", 0x89, "C", 2, "xy"), "K", 7, "l.");
    expect(described(stream)).toMatchObject([{ $: "object", class: "numpy._core.multiarray._reconstruct" }, 7]);
  });

  it("elements without bytes are bounded by a number of their own", () => {
    const of = (count: number): Buffer => frombuffer("S0", Buffer.alloc(0), assemble(0x8a, 5, le(count, 5), 0x85));
    expect(described(of(3))).toMatchObject({
      shape: [3],
      data: [
        { $: "bytes", v: "" },
        { $: "bytes", v: "" },
        { $: "bytes", v: "" },
      ],
    });
    expect(readPickle(of(1_000_000)).facts.unknownCallsTotal).toBe(1);
  });
});
