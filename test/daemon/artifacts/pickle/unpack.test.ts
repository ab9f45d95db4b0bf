// Wrappers around pickles: everything that Python's bz2, lzma and lz4 packed comes out byte for byte, and damage never gets further than a refusal.

import { readdirSync } from "node:fs";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { containerOf } from "../../../../daemon/artifacts/pickle/container.ts";
import type { ContainerKind } from "../../../../daemon/artifacts/pickle/facts.ts";
import { limitsFor } from "../../../../daemon/artifacts/pickle/limits.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { unpack, type Unpacked } from "../../../../daemon/artifacts/pickle/unpack/unpack.ts";
import { fixtureFolder } from "../../../support/fixture-archive.ts";
import { createRandom } from "../../../support/soak.ts";
import { assemble } from "./assemble.ts";
import { fixtureBytes } from "./fixture-pickles.ts";

const PACKED = readdirSync(fixtureFolder("packed")).filter((name) => !name.endsWith(".raw"));

function unpacked(bytes: Uint8Array): Unpacked {
  return unpack(bytes, containerOf(bytes), limitsFor(bytes.length));
}

describe("what Python packed", () => {
  it.each(PACKED)("%s", (file) => {
    const [name = "", kind, form] = file.split(".");
    const raw = fixtureBytes("packed", `${name}.raw`);
    const bytes = fixtureBytes("packed", file);
    expect(containerOf(bytes)).toBe(kind);
    const result = unpacked(bytes);
    if (!result.ok) throw new Error(result.reason);
    expect(Buffer.compare(result.bytes, form === "twice" ? Buffer.concat([raw, raw]) : raw)).toBe(0);
  });

  it("is of every kind", () => {
    expect(PACKED).toHaveLength(7 * 17);
  });
});

describe("damage", () => {
  const small = PACKED.filter((name) => /^(byte|run|runs|noise)\./.test(name));

  it("a packed file that is cut off is refused, and what came before the cut is kept", () => {
    const words = fixtureBytes("packed", "words.raw");
    for (const file of PACKED.filter((name) => name.startsWith("words.") && !name.endsWith("twice"))) {
      const bytes = fixtureBytes("packed", file);
      for (const share of [0.3, 0.6, 0.95]) {
        const result = unpacked(bytes.subarray(0, Math.floor(bytes.length * share)));
        if (result.ok) throw new Error(`${file} is not refused`);
        expect(result.reason).toMatch(/container is damaged/);
        expect(Buffer.compare(result.partial, words.subarray(0, result.partial.length))).toBe(0);
        if (!file.includes("bz2")) expect(result.partial.length).toBeGreaterThan(1000);
      }
    }
  });

  it("every cut of a small file is refused, or leaves out only what stood behind the end", () => {
    for (const file of small.filter((name) => !name.endsWith("twice"))) {
      const bytes = fixtureBytes("packed", file);
      const raw = fixtureBytes("packed", `${file.split(".")[0] ?? ""}.raw`);
      for (let cut = 6; cut < bytes.length; cut += Math.max(1, Math.floor(bytes.length / 25))) {
        const result = unpacked(bytes.subarray(0, cut));
        // Of a sized .lzma only the optional mark at the end may be missing.
        if (result.ok) expect([file.includes("lzma.sized"), Buffer.compare(result.bytes, raw)]).toEqual([true, 0]);
      }
    }
  });

  it("changed bytes give a refusal; where there is a checksum, never another output", () => {
    const chance = createRandom(20240607);
    const random = (below: number): number => Math.floor(chance() * below);
    let refused = 0;
    for (const file of small.filter((name) => !name.endsWith("twice"))) {
      const bytes = fixtureBytes("packed", file);
      const raw = fixtureBytes("packed", `${file.split(".")[0] ?? ""}.raw`);
      for (let round = 0; round < 15; round++) {
        const changed = Buffer.from(bytes);
        for (let change = random(3) + 1; change > 0; change--) changed[random(changed.length)] = random(256);
        const result = unpacked(changed);
        if (!result.ok) refused++;
        else if (/bz2|crc32|sha256|preset/.test(file) && containerOf(changed) !== "none") expect(Buffer.compare(result.bytes, raw)).toBe(0);
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});

describe("bounds", () => {
  it.each(["zlib", "gzip", "bz2", "xz", "lzma"] as const)("%s that unpacks to 180 MB and more is refused at 10 MB", (kind) => {
    const bytes = fixtureBytes("hostile", `bomb_${kind}.joblib`);
    const result = unpack(bytes, kind, limitsFor(bytes.length));
    expect(result).toMatchObject({ ok: false, tooLong: true, reason: `the ${kind} container unpacks to more than 10485760 bytes` });
    expect(readPickle(bytes).facts).toMatchObject({ container: kind, limitsHit: expect.arrayContaining(["unpacked bytes"]) });
  });

  it.each<readonly [ContainerKind, (bytes: Buffer) => Buffer]>([
    ["zlib", deflateSync],
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ])("%s: calls at the beginning of what is too long are reported", (kind, pack) => {
    const read = readPickle(pack(Buffer.concat([assemble("cos\nsystem\n(Vexit 0\ntR0"), Buffer.alloc(20_000_000, "N")])));
    expect(read).toMatchObject({ ok: false, facts: { container: kind } });
    if (kind !== "zstd") expect(read.facts.unknownCalls).toMatchObject([{ module: "os", name: "system" }]);
  });

  it("names and calls in the readable part of a cut container are reported", () => {
    const stream = Buffer.concat([
      assemble("cos\nsystem\n(Vexit 0\ntR0"),
      Buffer.from(Array.from({ length: 5000 }, (_, i) => `I${i * i}\n0`).join("")),
      assemble("N."),
    ]);
    for (const packed of [deflateSync(stream), gzipSync(stream)]) {
      const damaged = Buffer.from(packed);
      damaged.fill(0xff, damaged.length - 200, damaged.length - 100);
      expect(readPickle(damaged)).toMatchObject({ ok: false, facts: { unknownCalls: [{ module: "os", name: "system" }] } });
      expect(readPickle(packed.subarray(0, packed.length - 100)).facts.unknownCalls).toMatchObject([{ module: "os", name: "system" }]);
    }
  });

  it("a size or a dictionary that the header announces allocates nothing", () => {
    const lzma = fixtureBytes("packed", "run.lzma.sized");
    lzma.writeUInt32LE(0xfffffff0, 1);
    expect(unpack(lzma, "lzma", limitsFor(lzma.length)).ok).toBe(true);
    lzma.writeBigUInt64LE(2n ** 62n, 5);
    expect(unpack(lzma, "lzma", limitsFor(lzma.length))).toMatchObject({ ok: false, tooLong: false });
  });
});

describe("zstd", () => {
  it("is unpacked", () => {
    expect(readPickle(zstdCompressSync(assemble("}(Va\nK", 1, "u.")))).toMatchObject({
      ok: true,
      facts: { container: "zstd", consumed: 9 },
    });
  });
});
