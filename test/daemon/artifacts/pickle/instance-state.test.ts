// Walking inert values: attributes of instances, and every node below a value.

import { describe, expect, it } from "vitest";
import { attributeOf, attributesOf, isInstanceOf, reachableNodes } from "../../../../daemon/artifacts/pickle/instance-state.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import type { ObjectValue, PickleValue } from "../../../../daemon/artifacts/pickle/values.ts";
import { assemble, named } from "./assemble.ts";

function valueOf(bytes: Uint8Array): PickleValue {
  const read = readPickle(bytes);
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}

function instance(bytes: Uint8Array): ObjectValue {
  const value = valueOf(bytes);
  if (!isInstanceOf(value, "m", "C")) throw new Error("no instance of m.C");
  return value;
}

const made = assemble(named("m", "C"), ")", 0x81);

describe("attributes", () => {
  it("come from the state's dict", () => {
    const value = instance(assemble(made, "}(Va\nK", 1, "Vb\nNub."));
    expect([attributeOf(value, "a"), attributeOf(value, "b"), attributeOf(value, "c")]).toEqual([1, null, undefined]);
    expect(attributesOf(value)?.flat).toHaveLength(4);
  });

  it("come from slots", () => {
    const value = instance(assemble(made, "N}Va\nK", 1, "s", 0x86, "b."));
    expect(attributeOf(value, "a")).toBe(1);
  });

  it("are not there without a state, or in one of another form", () => {
    expect(attributeOf(instance(assemble(made, ".")), "a")).toBeUndefined();
    expect(attributesOf(instance(assemble(made, "]b.")))).toBeUndefined();
  });
});

describe("reachable nodes", () => {
  it("are met once each, in the order of the file, through every kind of holder", () => {
    const stream = assemble("(", "]", 0x94, "h", 0, "}(", named("k", "K"), made, "}Vs\n)Nt", 0x81);
    expect(readPickle(stream).ok).toBe(false);
    const value = valueOf(
      assemble("(](", named("a", "A"), "e}(Vk\n", made, "}Vs\n", named("b", "B"), "sb", "u", 0x8f, "(", named("c", "C"), 0x90, "t."),
    );
    const names = [...reachableNodes(value)].flatMap((node) => (node.kind === "global" || node.kind === "object" ? [node.name] : []));
    expect(names).toEqual(["A", "C", "B", "C"]);
  });

  it("end in a value that holds itself, and one shared 2^40 times", () => {
    expect([...reachableNodes(valueOf(assemble("]", 0x94, "h", 0, "a.")))]).toHaveLength(1);
    expect([...reachableNodes(valueOf(assemble(")", "\x85", "2\x86".repeat(40), ".")))]).toHaveLength(42);
  });

  it("need no stack of their own", () => {
    expect([...reachableNodes(valueOf(assemble(")", "\x85\x94".repeat(100_000), ".")))]).toHaveLength(100_001);
  });

  it("end at the limit", () => {
    expect([...reachableNodes(valueOf(assemble("]".repeat(50), "l.".replace("l", ""), "(", "]".repeat(50), "l.")), 10)]).toHaveLength(1);
    expect([...reachableNodes(valueOf(assemble("(", "]".repeat(50), "l.")), 10)]).toHaveLength(10);
  });
});
