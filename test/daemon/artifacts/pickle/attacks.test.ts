// Resource attacks on the pickle reader: every one ends as a value or a refusal, without much time or memory.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeValue } from "../../../../daemon/artifacts/pickle/describe.ts";
import { plainJson } from "../../../../daemon/artifacts/pickle/plain-json.ts";
import { readPickle, type PickleResult } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { parseInfo } from "../../../../daemon/artifacts/info.ts";
import { ARTIFACT_FIXTURES } from "../../../support/alpha.ts";
import { assemble, le, refusal } from "./assemble.ts";

/** Reads and writes out by both encoders, as every consumer may. */
function consume(bytes: Uint8Array): PickleResult {
  const read = readPickle(bytes);
  if (read.ok) {
    JSON.stringify(describeValue(read.value).json, (_key, member: unknown) => (typeof member === "bigint" ? String(member) : member));
    JSON.stringify(plainJson(read.value).json, (_key, member: unknown) => (typeof member === "bigint" ? String(member) : member));
  }
  parseInfo(bytes);
  return read;
}

describe("lengths", () => {
  it.each([
    ["a negative BINBYTES", assemble("B", le(-5, 4), "."), /4294967291 bytes are announced, 1 are left/],
    ["a negative BINSTRING", assemble("T", le(-1, 4), "."), /bytes are announced/],
    ["BINBYTES8 of 2^63", assemble(0x8e, le(2n ** 63n, 8), "."), /beyond the end/],
    ["BINUNICODE8 of 2^32", assemble(0x8d, le(2n ** 32n, 8), "."), /bytes are announced/],
    ["BYTEARRAY8 of 2^64-1", assemble(0x96, le(2n ** 64n - 1n, 8), "."), /beyond the end/],
    ["a FRAME of 2^62", assemble(0x80, 4, 0x95, le(2n ** 62n, 8), "N."), /frame is longer/],
    ["a LONG4 of 2 GiB", assemble(0x8b, le(2 ** 31, 4), "."), /integer of 2147483648 bytes/],
    ["a LONG4 of 190 KB that is there", assemble(0x8b, le(190_000, 4), Buffer.alloc(190_000, 1), "."), /integer of 190000 bytes/],
    ["a LONG of a million digits", assemble(`L${"9".repeat(1_000_000)}L\n.`), /integer of 1000000 characters/],
    ["a line without end", assemble("I123"), /no end/],
  ])("%s is refused", (_name, bytes, reason) => {
    expect(refusal(bytes)).toMatch(reason);
  });
});

describe("floods", () => {
  it.each([
    ["empty dicts", "}".repeat(500_000), "objects"],
    ["empty lists", "]".repeat(500_000), "objects"],
    ["marks", "(".repeat(200_000), "depth"],
  ])("of %s end at their budget", (_name, stream, limit) => {
    expect(consume(assemble(stream, "."))).toMatchObject({ ok: false, facts: { limitsHit: [limit] } });
  });

  it.each([
    ["tuples", assemble(")", "\x85".repeat(190_000), ".")],
    ["dicts", assemble("}".repeat(190_000), ".")],
    ["sets", assemble("](", "\x8f".repeat(190_000), "e.")],
  ])("of %s that are denser than Python ever writes them are refused early", (_name, bytes) => {
    const read = consume(bytes);
    expect(read).toMatchObject({ ok: false, facts: { limitsHit: ["objects"] } });
    expect(!read.ok && read.offset).toBeLessThan(145_000);
  });

  it("of memo entries end at their budget", () => {
    expect(consume(assemble("N", "\x94".repeat(1_200_000), "."))).toMatchObject({ ok: false, facts: { limitsHit: ["memo"] } });
  });

  it("of long encode calls on one text end at their budget", () => {
    const stream = assemble(`V${"x".repeat(60_000)}\np0\n0Vlatin1\np1\n0c_codecs\nencode\np2\n0`, "g2\ng0\ng1\n\x86R0".repeat(5000), "N.");
    expect(consume(stream)).toMatchObject({ ok: false, facts: { limitsHit: ["objects"] } });
  });

  it("of global names are counted, and the first thousand listed", () => {
    const names = Array.from({ length: 30_000 }, (_, i) => `cm\nn${i}\n0`).join("");
    const { facts } = consume(assemble(names, "N."));
    expect(facts.globalsTotal).toBe(30_000);
    expect(facts.globals).toHaveLength(1000);
  });

  it("of a given limit hold when the caller sets it", () => {
    expect(readPickle(assemble("(NNNNNNt."), { maxOpcodes: 5 })).toMatchObject({ ok: false, facts: { limitsHit: ["opcodes"] } });
    expect(readPickle(assemble("N.", "x".repeat(100)), { maxBytes: 50 })).toMatchObject({ ok: false, facts: { limitsHit: ["bytes"] } });
  });
});

describe("shapes", () => {
  it.each([
    ["a list doubled 40 times", assemble("]p0\n", Array.from({ length: 40 }, (_, i) => `](g${i}\ng${i}\nep${i + 1}\n`).join(""), ".")],
    ["a tuple doubled 60 times", assemble(")", "2\x86".repeat(60), ".")],
    ["a tuple doubled 60 times as a key", assemble("})", "2\x86".repeat(60), "Ns.")],
    ["95,000 tuples in one another", assemble(")", "\x85\x94".repeat(95_000), ".")],
    ["50,000 lists in one another", assemble("]".repeat(50_001), "a".repeat(50_000), ".")],
    ["60,000 calls of calls", assemble("cm\nf\n", ")R".repeat(60_000), ".")],
    ["60,000 states in one another", assemble("cm\nC\n)\x81".repeat(20_000), "N", "b".repeat(20_000), ".")],
    ["a list that holds itself", assemble("]p0\ng0\na.")],
    ["a dict that holds itself", assemble("}p0\nVa\ng0\ns.")],
    ["an object that is its own state", assemble("cm\nC\n)\x81p0\ng0\nb.")],
    ["a 64 KB text named 60,000 times", assemble(`V${"x".repeat(65_000)}\np0\n0(`, "g0\n".repeat(60_000), "l.")],
  ])("%s is a bounded value", (_name, bytes) => {
    expect(consume(bytes).ok).toBe(true);
  });

  it("what is left out or circular is marked", () => {
    const read = readPickle(assemble("]p0\ng0\na."));
    expect(read.ok && describeValue(read.value)).toEqual({ json: [{ $: "cut", why: "cycle" }], truncated: true });
    const laughs = readPickle(assemble(")", "2\x86".repeat(60), "."));
    expect(laughs.ok && describeValue(laughs.value).truncated).toBe(true);
  });

  it("a RangeIndex of 10^15 rows costs nothing", () => {
    const stream = assemble(
      "cpandas.core.indexes.base\n_new_Index\n(cpandas.core.indexes.range\nRangeIndex\n}(Vname\nNVstart\nK",
      0,
      "Vstop\n",
      0x8a,
      8,
      le(10n ** 15n, 8),
      "Vstep\nK",
      1,
      "utR.",
    );
    const read = consume(stream);
    expect(read.ok && describeValue(read.value)).toMatchObject({
      truncated: true,
      json: { $: "Index", type: "RangeIndex", range: [0, 1e15, 1] },
    });
  });
});

describe("damage", () => {
  const info = readFileSync(join(ARTIFACT_FIXTURES, "beta", "ETCBTC_bin_60_info.pkl"));
  const evil = assemble("}(Vconfig\ncposix\nsystem\n(Vexit 0\ntRu.");

  it("a file cut at every third byte is refused, never misread", () => {
    for (let end = 0; end < info.length; end += 3) expect(readPickle(info.subarray(0, end)).ok).toBe(false);
    expect(readPickle(info).ok).toBe(true);
  });

  it("a call is reported however the file is cut behind it", () => {
    const at = evil.indexOf("R") + 1;
    for (let end = at; end <= evil.length; end++) expect(readPickle(evil.subarray(0, end)).facts.unknownCallsTotal).toBe(1);
  });

  it("1,000 seeded mutations give a value or a refusal, never an exception", () => {
    let state = 20240601;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (let round = 0; round < 1000; round++) {
      const bytes = Buffer.from(round % 2 === 0 ? info : evil);
      for (let change = random(4) + 1; change > 0; change--) bytes[random(bytes.length)] = random(256);
      if (!consume(bytes).ok) refused++;
    }
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(1000);
  });
});
