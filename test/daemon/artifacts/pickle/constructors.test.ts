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
});
