// Objects come back byte for byte, a put is safe to repeat, and every kind of damage is found and named.

import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ObjectRecord } from "../../../daemon/app/ports.ts";
import { ObjectStoreError, openObjectStore } from "../../../daemon/disk/object-store.ts";
import { parsePackIndex } from "../../../daemon/disk/pack-file.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";

function object(bytes: Uint8Array) {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes };
}

function packFiles(directory: string): string[] {
  return readdirSync(join(directory, "packs"), { recursive: true, encoding: "utf8" }).filter((name) => name.includes("."));
}

function pathOf(directory: string, record: ObjectRecord): string {
  return join(directory, "packs", record.pack.slice(0, 2), `${record.pack}.pack`);
}

function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "no error",
    (error: unknown) => (error instanceof ObjectStoreError ? error.fault : error),
  );
}

test("objects of every size come back from one pack, also after the store was opened again", async () => {
  await using temp = await openTempDirectory("objects");
  const objects = [0, 1, 700, 1024 * 1024, 1024 * 1024 + 1, 9 * 1024 * 1024 + 5, 3].map((size) => object(randomBytes(size)));
  let records: readonly ObjectRecord[] = [];
  {
    await using store = await openObjectStore(join(temp.path, "objects"));
    records = await store.put(objects);
  }
  await using store = await openObjectStore(join(temp.path, "objects"));
  expect(packFiles(join(temp.path, "objects"))).toHaveLength(1);
  for (const [index, { sha256, bytes }] of objects.entries()) {
    const record = records[index];
    if (record === undefined) throw new Error("a record is missing");
    expect(record).toMatchObject({ sha256, size: bytes.length });
    expect((await store.read(record)).equals(bytes)).toBe(true);
  }
  expect(await store.listPack(records[0]?.pack ?? "")).toEqual(records);
});

test("a put of nothing writes nothing, and one digest is kept once", async () => {
  await using temp = await openTempDirectory("objects");
  await using store = await openObjectStore(temp.path);
  expect(await store.put([])).toEqual([]);
  const twice = object(Buffer.from("twice"));
  expect(await store.put([twice, object(Buffer.from("once")), twice])).toHaveLength(2);
});

test("a repeated put gives the same records and the same file, and heals a damaged one", async () => {
  await using temp = await openTempDirectory("objects");
  await using store = await openObjectStore(temp.path);
  const objects = [object(Buffer.from("one")), object(Buffer.from("two"))];
  const [first, again] = [await store.put(objects), await store.put(objects)];
  expect(again).toEqual(first);
  expect(packFiles(temp.path)).toHaveLength(1);
  const record = first[1];
  if (record === undefined) throw new Error("a record is missing");
  const path = pathOf(temp.path, record);
  const good = readFileSync(path);
  const bad = Buffer.from(good);
  bad[bad.length - 1] = 0;
  writeFileSync(path, bad);
  expect(await faultOf(store.read(record))).toBe("other_bytes");
  await store.put(objects);
  expect(readFileSync(path).equals(good)).toBe(true);
});

test("a flipped byte, a cut pack and a missing pack are each named, without a path", async () => {
  await using temp = await openTempDirectory("objects");
  await using store = await openObjectStore(temp.path);
  const [record] = await store.put([object(randomBytes(5_000))]);
  if (record === undefined) throw new Error("a record is missing");
  const path = pathOf(temp.path, record);
  const good = readFileSync(path);
  for (const at of [record.offset, record.offset + 2_500, record.offset + 4_999]) {
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
    writeFileSync(path, bad);
    await expect(store.read(record)).rejects.toThrow(`object ${record.sha256.slice(0, 12)} is damaged: its bytes have another digest`);
  }
  truncateSync(path, record.offset + 10);
  expect(await faultOf(store.read(record))).toBe("short");
  expect(await faultOf(store.listPack(record.pack))).toBe("short");
  truncateSync(path, 5);
  expect(await faultOf(store.read(record))).toBe("short");
  expect(await faultOf(store.listPack(record.pack))).toBe("other_bytes");
  unlinkSync(path);
  const missing = await store.read(record).catch((error: unknown) => String(error));
  expect(missing).toContain("is missing");
  expect(missing).not.toContain(temp.path);
  expect(await faultOf(store.read({ ...record, pack: "../../../etc/passwd" }))).toBe("missing");
});

test("every damaged byte of a pack's head is found", async () => {
  await using temp = await openTempDirectory("objects");
  await using store = await openObjectStore(temp.path);
  const [record] = await store.put([object(Buffer.from("bytes")), object(Buffer.from("more"))]);
  if (record === undefined) throw new Error("a record is missing");
  const good = readFileSync(pathOf(temp.path, record));
  expect(parsePackIndex(record.pack, good)).toMatchObject({ totalBytes: good.length });
  for (let at = 0; at < record.offset; at++) {
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(at) ^ 0x55, at);
    expect(parsePackIndex(record.pack, bad)).toHaveProperty("fault");
    expect(parsePackIndex(record.pack, good.subarray(0, at))).toHaveProperty("fault");
  }
});

test("leftovers of a crash are removed when the store is opened, packs are not", async () => {
  await using temp = await openTempDirectory("objects");
  {
    await using store = await openObjectStore(temp.path);
    await store.put([object(Buffer.from("kept"))]);
  }
  const [pack] = packFiles(temp.path);
  if (pack === undefined) throw new Error("the pack is missing");
  writeFileSync(join(temp.path, "packs", `${pack}.4711-1.tmp`), "half a pack");
  await using store = await openObjectStore(temp.path);
  expect(packFiles(temp.path)).toEqual([pack]);
  await store.put([]);
});

test("nobody else can read the store", async () => {
  await using temp = await openTempDirectory("objects");
  const directory = join(temp.path, "deep", "objects");
  await using store = await openObjectStore(directory);
  const [record] = await store.put([object(Buffer.from("secret"))]);
  if (record === undefined) throw new Error("a record is missing");
  const modes = [directory, join(directory, "packs"), join(directory, "packs", record.pack.slice(0, 2)), pathOf(directory, record)];
  expect(modes.map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(["700", "700", "700", "600"]);
});

test("a put that cannot be published fails with a clear error and leaves no file", async () => {
  await using temp = await openTempDirectory("objects");
  await using store = await openObjectStore(temp.path);
  const wanted = object(randomBytes(100));
  const [record] = await store.put([wanted]);
  if (record === undefined) throw new Error("a record is missing");
  unlinkSync(pathOf(temp.path, record));
  // A directory in the pack's place makes the rename fail after the bytes were written.
  execFileSync("mkdir", ["-p", join(pathOf(temp.path, record), "in the way")]);
  await expect(store.put([wanted])).rejects.toThrow("model files cannot be stored");
  expect(packFiles(temp.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a failed fsync is told at once to whoever can end the process; other errors are not", async () => {
  await using temp = await openTempDirectory("objects");
  const told: string[] = [];
  await using store = await openObjectStore(temp.path, { onNotDurable: (fault) => told.push(fault.fault) });
  const cases = [
    ["pack.after_write=error:ENOSPC", "full"],
    ["pack.after_write=error:EIO", "io"],
    ["pack.after_rename=error:ENOSPC", "full"],
    ["pack.after_rename=error:EIO", "not_durable"],
  ] as const;
  try {
    for (const [armed, fault] of cases) {
      process.env["MODEL_MANAGER_FAILPOINTS"] = armed;
      expect(await faultOf(store.put([object(randomBytes(10))]))).toBe(fault);
    }
  } finally {
    delete process.env["MODEL_MANAGER_FAILPOINTS"];
  }
  expect(told).toEqual(["not_durable"]);
  expect(packFiles(temp.path)).toEqual([]);
});
