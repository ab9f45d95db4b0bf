// joblib's files: raw array bytes between the opcodes, padding, and whole pickles for arrays of objects.

import { describe, expect, it } from "vitest";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { assemble, described, le, named, refusal } from "./assemble.ts";
import { globalNames } from "./fixture-pickles.ts";

const dtype = (code: string): Buffer => assemble(named("numpy", "dtype"), 0x8c, code.length, code, 0x89, 0x88, 0x87, "R");

/** A wrapper whose state has these members. */
function wrapper(members: Buffer): Buffer {
  return assemble(named("joblib.numpy_pickle", "NumpyArrayWrapper"), ")", 0x81, "}(", members, "ub");
}

function parts(code: string, shape: Buffer, order = "C", more: Buffer = Buffer.alloc(0)): Buffer {
  const text = (value: string): Buffer => assemble(0x8c, value.length, value);
  return assemble(text("subclass"), named("numpy", "ndarray"), text("shape"), shape, text("order"), text(order), text("dtype"), dtype(code), text("allow_mmap"), 0x88, more); // prettier-ignore
}

const ALIGNMENT = assemble(0x8c, 27, "numpy_array_alignment_bytesK", 16);
const two = assemble("K", 2, 0x85);

describe("a joblib array", () => {
  it("is the bytes behind its wrapper, and the stream goes on behind them", () => {
    const stream = assemble("(", wrapper(parts("<i2", two)), le(-2, 2), le(300, 2), "K", 9, "t.");
    expect(described(stream)).toEqual({ $: "tuple", v: [{ $: "ndarray", dtype: "<i2", shape: [2], order: "C", data: [-2, 300] }, 9] });
    expect(readPickle(stream).facts).toMatchObject({ unknownCallsTotal: 0, trailing: 0 });
  });

  it.each([0, 1, 15])("lies behind %i bytes of padding", (padding) => {
    const stream = assemble(wrapper(parts("|u1", two, "C", ALIGNMENT)), padding, Buffer.alloc(padding, 0xff), 5, 6, ".");
    expect(described(stream)).toMatchObject({ data: [5, 6] });
  });

  it("in Fortran order is listed in C order", () => {
    const stream = assemble(wrapper(parts("|u1", assemble("K", 2, "K", 3, 0x86), "F")), 1, 2, 3, 4, 5, 6, ".");
    expect(described(stream)).toMatchObject({ order: "F", shape: [2, 3], data: [1, 3, 5, 2, 4, 6] });
  });

  it("of objects is a pickle of its own, with its own memo", () => {
    const inner = assemble(0x80, 4, named("numpy._core.multiarray", "_reconstruct"), named("numpy", "ndarray"), "K", 0, 0x85, "C", 1, "b", 0x87, "R", "(K", 1, two, dtype("O8"), 0x89, "](NK", 7, "etb."); // prettier-ignore
    const stream = assemble("(Vouter\n", 0x94, wrapper(parts("O8", two)), inner, "h", 0, "t.");
    expect(described(stream)).toEqual({
      $: "tuple",
      v: ["outer", { $: "ndarray", dtype: "|O", shape: [2], order: "C", data: [null, 7] }, "outer"],
    });
  });

  it("inside such a pickle is no array: Python's own reader does not know wrappers", () => {
    const inner = assemble(wrapper(parts("|u1", two)), ".");
    expect(described(assemble(wrapper(parts("O8", two)), inner, "."))).toMatchObject({
      $: "object",
      class: "joblib.numpy_pickle.NumpyArrayWrapper",
    });
  });

  it("that is longer than the file is refused, at its wrapper, and names behind it are not invented", () => {
    const stream = assemble(wrapper(parts("<f8", assemble(0x8a, 5, le(10n ** 11n, 5), 0x85))), Buffer.from("cos\nsystem\n)R."));
    expect(refusal(stream)).toMatch(/800000000000 bytes are announced/);
    expect(globalNames(readPickle(stream).facts)).not.toContain("os system");
  });

  it.each<readonly [string, Buffer, RegExp]>([
    ["padding that is not there", assemble(wrapper(parts("|u1", two, "C", ALIGNMENT)), 255, 1, 2, "."), /255 bytes are announced/],
    ["an alignment that is no number", assemble(wrapper(parts("|u1", two, "C", assemble(0x8c, 27, "numpy_array_alignment_bytesVx\n"))), "."), /no usable alignment/], // prettier-ignore
    ["no shape", assemble(wrapper(assemble(0x8c, 5, "dtype", dtype("f8"))), "."), /no usable shape and dtype/],
    ["a shape of negative length", assemble(wrapper(parts("f8", assemble("J", le(-1, 4), 0x85))), "."), /no usable shape and dtype/],
  ])("with %s is refused", (_name, stream, reason) => {
    expect(refusal(stream)).toMatch(reason);
  });

  it("hides no opcodes: raw bytes that look like a call are not one", () => {
    const raw = Buffer.from("cos\nsystem\n)R0N.");
    const stream = assemble(wrapper(parts("|u1", assemble("K", raw.length, 0x85))), raw, ".");
    expect(readPickle(stream)).toMatchObject({ ok: true, facts: { callsTotal: 3, unknownCallsTotal: 0 } });
  });
});
