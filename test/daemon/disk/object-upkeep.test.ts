// Packs are listed and removed without taking one that is being written, and checking finds what reading would find.

import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ObjectRecord } from "../../../daemon/app/ports.ts";
import { checkObjects } from "../../../daemon/disk/check-objects.ts";
import { findBytes } from "../../../daemon/disk/find-bytes.ts";
import { openObjectStore } from "../../../daemon/disk/object-store.ts";
import { PackClaims } from "../../../daemon/disk/pack-claims.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";

function object(bytes: Uint8Array) {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes };
}

function pathOf(directory: string, record: ObjectRecord): string {
  return join(directory, "packs", record.pack.slice(0, 2), `${record.pack}.pack`);
}

function first(records: readonly ObjectRecord[]): ObjectRecord {
  const [record] = records;
  if (record === undefined) throw new Error("a record is missing");
  return record;
}

async function listed(store: Awaited<ReturnType<typeof openObjectStore>>): Promise<readonly string[]> {
  const packs: string[] = [];
  for await (const some of store.listPacks()) packs.push(...some);
  return packs;
}

test("packs are listed, with their sizes; other files are not", async () => {
  await using temp = await openTempDirectory("upkeep");
  await using store = await openObjectStore(temp.path);
  const records = [first(await store.put([object(Buffer.from("a"))])), first(await store.put([object(Buffer.from("b"))]))];
  writeFileSync(join(temp.path, "packs", "aa", "notes.txt"), "by hand");
  writeFileSync(join(temp.path, "packs", "aa", "short.pack"), "by hand");
  expect([...(await listed(store))].sort()).toEqual(records.map((record) => record.pack).sort());
  const [record] = records;
  if (record === undefined) throw new Error("a record is missing");
  expect(await store.packBytes(record.pack)).toBe(readFileSync(pathOf(temp.path, record)).length);
  expect(await store.packBytes("0".repeat(64))).toBeUndefined();
});

test("a pack is removed only when neither its file nor its last put is young", async () => {
  await using temp = await openTempDirectory("upkeep");
  const put = object(Buffer.from("a"));
  let record: ObjectRecord;
  {
    await using store = await openObjectStore(temp.path, { youngMs: 600_000 });
    record = first(await store.put([put]));
    expect(await store.removePack(record.pack)).toBe(false);
    utimesSync(pathOf(temp.path, record), 1, 1);
    expect(await store.removePack(record.pack)).toBe(false);
  }
  await using store = await openObjectStore(temp.path, { youngMs: 600_000 });
  utimesSync(pathOf(temp.path, record), new Date(), new Date());
  expect(await store.removePack(record.pack)).toBe(false);
  utimesSync(pathOf(temp.path, record), 1, 1);
  expect(await store.removePack(record.pack)).toBe(true);
  expect(await listed(store)).toEqual([]);
  expect(await store.removePack(record.pack)).toBe(true);
});

test("a pack that is put while it is being removed is there afterwards, and one that is being put is not removed", async () => {
  const claims = new PackClaims(0);
  const order: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const removed = claims.remove("p", async () => {
    order.push("remove");
    await gate.promise;
    order.push("removed");
    return true;
  });
  const put = claims.put("p", async () => {
    order.push("put");
    expect(await claims.remove("p", () => Promise.resolve(true))).toBe(false);
  });
  await new Promise(setImmediate);
  gate.resolve(undefined);
  await Promise.all([removed, put]);
  expect(order).toEqual(["remove", "removed", "put"]);
  expect(await claims.remove("p", () => Promise.resolve(true))).toBe(true);
});

test("a failed removal or put leaves no claim behind", async () => {
  const claims = new PackClaims(0);
  const failed = () => Promise.reject(new Error("the disk"));
  await expect(claims.remove("p", failed)).rejects.toThrow("the disk");
  await expect(claims.put("p", failed)).rejects.toThrow("the disk");
  expect(await claims.put("p", () => Promise.resolve(7))).toBe(7);
  expect(await claims.remove("p", () => Promise.resolve(true))).toBe(true);
});

test("checking in the thread finds every kind of damage and passes what is whole", async () => {
  await using temp = await openTempDirectory("upkeep");
  await using store = await openObjectStore(temp.path);
  const whole = await store.put([0, 1, 3 * 1024 * 1024 + 7].map((size) => object(randomBytes(size))));
  const flipped = first(await store.put([object(randomBytes(2_000_000))]));
  const cut = await store.put([object(randomBytes(5000)), object(randomBytes(5000))]);
  const gone = first(await store.put([object(randomBytes(10))]));
  const bytes = readFileSync(pathOf(temp.path, flipped));
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(pathOf(temp.path, flipped), bytes);
  truncateSync(pathOf(temp.path, first(cut)), first(cut).offset + 6000);
  unlinkSync(pathOf(temp.path, gone));
  const named = { ...gone, pack: "../../../etc/passwd" };
  await using checker = store.openChecker();
  const findings = await checker.check([...whole, flipped, ...cut, gone, named]);
  expect(findings.map(({ object: found, damage }) => [found.sha256, damage])).toEqual([
    [flipped.sha256, "other_bytes"],
    [cut[1]?.sha256, "short"],
    [gone.sha256, "missing"],
    [named.sha256, "missing"],
  ]);
  expect(JSON.stringify(findings)).not.toContain(temp.path);
  expect(await checker.check(whole)).toEqual([]);
  expect(await checker.check([])).toEqual([]);
});

test("what cannot be looked at is not called damaged", async () => {
  await using temp = await openTempDirectory("upkeep");
  await using store = await openObjectStore(temp.path);
  const record = first(await store.put([object(Buffer.from("a"))]));
  unlinkSync(pathOf(temp.path, record));
  mkdirSync(pathOf(temp.path, record));
  expect(checkObjects(join(temp.path, "packs"), [record])).toMatchObject([{ damage: "unchecked" }]);
});

test("a file counts as a copy only with the size and the digest", async () => {
  await using temp = await openTempDirectory("upkeep");
  const wanted = { ...object(Buffer.from("wanted")), size: 6 };
  writeFileSync(join(temp.path, "same"), "wanted");
  writeFileSync(join(temp.path, "other"), "wanteD");
  writeFileSync(join(temp.path, "longer"), "wanted!");
  symlinkSync("same", join(temp.path, "link"));
  mkdirSync(join(temp.path, "folder"));
  const found = async (path: string) => (await findBytes(temp.path, path, wanted))?.toString();
  expect(await found("same")).toBe("wanted");
  expect(await found("link")).toBe("wanted");
  for (const path of ["other", "longer", "folder", "nothing", "same/below"]) expect(await found(path)).toBeUndefined();
});
