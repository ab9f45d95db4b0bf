// The structural walk: it sees in every file, whole or damaged, what the reader sees, and goes on where the reader gives up.

import { describe, expect, it } from "vitest";
import type { PickleFacts } from "../../../../daemon/artifacts/pickle/facts.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { scanPickle } from "../../../../daemon/artifacts/pickle/scan-pickle.ts";
import { createRandom } from "../../../support/soak.ts";
import { assemble, le, named } from "./assemble.ts";
import { callTexts, fixtureBytes, globalNames, goldenFiles } from "./fixture-pickles.ts";

/** Facts that do not depend on the arguments of calls. */
function structure(facts: PickleFacts): unknown {
  const { globals, globalsTotal, callsTotal, externals, container, protocol, consumed, trailing } = facts;
  const calls = facts.calls.map(({ opcode, module, name, offset }) => ({ opcode, module, name, offset }));
  return { globals, globalsTotal, calls, callsTotal, externals, container, protocol, consumed, trailing };
}

describe("the scan", () => {
  it.each(["info_pickles", "pickle_releases"])("gives the facts of the reader for all of %s", (archive) => {
    for (const file of goldenFiles(archive)) {
      const bytes = fixtureBytes(archive, file);
      const { facts } = readPickle(bytes);
      const scanned = scanPickle(bytes);
      expect(structure(scanned), file).toEqual(structure(facts));
      expect(scanned.opcodes, file).toBe(facts.opcodes);
    }
  });

  it("gives them for 600 seeded mutations, too", () => {
    const files = goldenFiles("info_pickles").filter((name) =>
      /^(info_basic|numpy|opaque|py27_info|py27_values|stdlib)\..*\.pkl$/.test(name),
    );
    const chance = createRandom(20240608);
    const random = (below: number): number => Math.floor(chance() * below);
    let refused = 0;
    for (let round = 0; round < 600; round++) {
      const bytes = fixtureBytes("info_pickles", files[random(files.length)] ?? "");
      for (let change = random(4) + 1; change > 0; change--) bytes[random(bytes.length)] = random(256);
      const read = readPickle(bytes);
      if (!read.ok) refused++;
      expect(structure(scanPickle(bytes))).toEqual(structure(read.facts));
    }
    expect(refused).toBeGreaterThan(150);
  });
});

describe("what lies behind a fault", () => {
  const call = assemble(named("os", "system"), "(Vexit 0\ntR");

  it.each<readonly [string, Uint8Array]>([
    ["a stack that is empty", assemble("0")],
    ["a state for a number", assemble("K", 1, "}b")],
    ["a key on bytes", assemble("C", 1, "xNNs")],
    ["a text that is no UTF-8", assemble(0x8c, 2, 0xff, 0xfe, "0")],
    ["an unknown protocol", assemble(0x80, 9)],
    ["a memo entry that was never stored", assemble("h", 9, "0")],
    ["an array whose shape and data disagree", assemble(named("numpy", "dtype"), 0x8c, 2, "f8", 0x85, "R", "Nb0")],
    ["a flood of objects", assemble("]".repeat(300_000))],
    ["a flood of marks", assemble("(".repeat(100_001), "1".repeat(100_001))],
    ["an integer of 5,000 bytes", assemble(0x8b, le(5000, 4), Buffer.alloc(5000, 1), "0")],
    ["a frame that is too long", assemble(0x95, le(10n ** 9n, 8))],
  ])("%s: calls are reported all the same", (_name, fault) => {
    const bytes = assemble(fault, call, ".");
    const read = readPickle(bytes);
    expect(read.ok).toBe(false);
    expect(callTexts(read.facts)).toContain("REDUCE os system");
    expect(read.facts.unknownCalls).toMatchObject([{ name: "system", offset: bytes.length - 2, known: false }]);
    expect(read.facts.consumed).toBe(bytes.length);
  });

  it("counts as known by its name alone", () => {
    const date = assemble(named("datetime", "date"), "(NtR");
    expect(readPickle(assemble(date, ".")).facts.unknownCallsTotal).toBe(1);
    expect(readPickle(assemble("0", date, ".")).facts.unknownCallsTotal).toBe(0);
    const getattr = assemble(named("builtins", "getattr"), "(NNtR");
    expect(readPickle(assemble("0", getattr, ".")).facts.unknownCallsTotal).toBe(1);
  });

  it("is never read twice: what the reader saw is not reported again", () => {
    const { facts } = readPickle(assemble(call, "0", call, "00", call));
    expect(globalNames(facts)).toEqual(["os system"]);
    expect(facts.calls.map(({ offset }) => offset)).toEqual([...new Set(facts.calls.map(({ offset }) => offset))]);
    expect(facts.callsTotal).toBe(3);
  });

  it("does not go on behind STOP or an unknown opcode", () => {
    expect(readPickle(assemble("0N.", call)).facts).toMatchObject({ callsTotal: 0, trailing: call.length });
    expect(readPickle(assemble("N", 0xff, call, ".")).facts.callsTotal).toBe(0);
  });
});

describe("names", () => {
  it("of STACK_GLOBAL are found through the memo, DUP and every opcode of a text", () => {
    const texts = [assemble("Vos\n"), assemble("S'os'\n"), assemble("X", le(2, 4), "os"), assemble(0x8d, le(2, 8), "os"), assemble("U", 2, "os"), assemble("T", le(2, 4), "os"), assemble(0x8c, 2, "os")]; // prettier-ignore
    for (const text of texts) {
      expect(globalNames(scanPickle(assemble(text, "r", le(70_000, 4), "0j", le(70_000, 4), 0x8c, 6, "system", 0x93, ".")))).toEqual([
        "os system",
      ]);
      expect(globalNames(scanPickle(assemble(text, "2", 0x93, ".")))).toEqual(["os os"]);
    }
  });

  it("that join to the same text are two names", () => {
    const { facts } = readPickle(assemble(named("a\nb", "c"), "0", named("a", "b\nc"), "."));
    expect(facts.globals).toMatchObject([
      { module: "a\nb", name: "c" },
      { module: "a", name: "b\nc" },
    ]);
  });

  it("in a flood of values on the stack are still found", () => {
    const { facts } = readPickle(assemble("K", 1, "N".repeat(3_000_000), "(", named("os", "system"), ")R."), { maxOpcodes: 100 });
    expect(facts).toMatchObject({ limitsHit: ["opcodes"], globalsTotal: 1, unknownCallsTotal: 1 });
  });
});
