// A line that follows keeps the bytes of its last 50 versions and of what is live; the rest goes, history never.

import { join } from "node:path";
import { utimes } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { ObjectRecord } from "../../../daemon/app/ports.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { contentsOf, digestOf, getModel, openKeepStage, packFiles, type KeepStage } from "./keep-stage.ts";

const directory = useTempDirectory("keep");
const GROUP = "BTC_ret";
const LINE = `src/${GROUP}`;

async function capture(stage: KeepStage, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) await stage.show(GROUP, contentsOf(number));
}

async function keptVersions(stage: KeepStage): Promise<readonly string[]> {
  const { items } = await stage.app.invoke("line.versions", { line: LINE, limit: 1000 }, stage.context);
  return items.filter((version) => version.bytes_kept).map((version) => version.version);
}

function labels(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `v${to - index}`);
}

const model = (number: number) => contentsOf(number).model_json ?? "";

describe("keep and drop", { timeout: 60_000 }, () => {
  it("the bytes of the last 50 versions stay, those of older ones go, and all stay listed with their history", async () => {
    await using stage = await openKeepStage(directory());
    await capture(stage, 1, 60);
    expect(await keptVersions(stage)).toEqual(labels(1, 60));
    expect(await stage.app.keeper.follow(true)).toMatchObject({ objectsDropped: 11, packsRemoved: 9 });
    expect(await keptVersions(stage)).toEqual(labels(11, 60));
    expect((await stage.app.invoke("line.versions", { line: LINE, limit: 1000 }, stage.context)).total).toBe(60);
    expect((await stage.app.invoke("line.history", { line: LINE, limit: 1000 }, stage.context)).total).toBe(60 + 59);
    for (let number = 11; number <= 60; number++) expect(await getModel(stage, GROUP, `v${number}`)).toBe(model(number));
    // The factors of v10 are those of v11, too, so the pack of v10 is still there.
    // What was dropped at once is what looking at everything would drop.
    expect(await stage.app.keeper.sweep(true)).toMatchObject({ objectsDropped: 0, packsRemoved: 0, packsRewritten: 0 });
  });

  it("a version without bytes is refused with the reason, whether it is to be fetched or to go live", async () => {
    await using stage = await openKeepStage(directory());
    await capture(stage, 1, 52);
    await stage.app.keeper.follow(true);
    expect(await getModel(stage, GROUP, "v1")).toMatch(/^refused: the bytes of src\/BTC_ret v1 are no longer kept: .* last 50 versions/);
    for (const dry_run of [true, false]) {
      const activation = stage.app.invoke("line.activate", { line: LINE, version: "v1", dry_run }, stage.context);
      await expect(activation).rejects.toMatchObject({ code: "wrong_state", message: /the bytes of v1 are no longer kept/ });
    }
    const shown = await stage.app.invoke("line.show", { line: LINE, version: "v1" }, stage.context);
    expect(shown.live).toMatchObject({ version: "v1", bytes_kept: false });
    expect((await stage.app.invoke("line.show", { line: LINE }, stage.context)).live).toMatchObject({ version: "v52", bytes_kept: true });
  });

  it("an object that a kept version shares stays", async () => {
    await using stage = await openKeepStage(directory());
    await capture(stage, 50, 55);
    await capture(stage, 100, 149);
    // v1 to v6 shared "f5"; one of the last 50 takes it up again.
    await stage.show(GROUP, { model_json: "{}", factors_txt: "f5" });
    await stage.app.keeper.sweep(true);
    expect((await stage.app.readObject(digestOf("f5"))).toString()).toBe("f5");
    await expect(stage.app.readObject(digestOf(model(50)))).rejects.toThrow("no longer kept");
  });

  it("what is pinned stays however old it is, and goes when it is no longer live", async () => {
    await using stage = await openKeepStage(directory());
    await capture(stage, 1, 3);
    await stage.app.invoke("line.activate", { line: LINE, version: "v2" }, stage.context);
    await capture(stage, 4, 60);
    await stage.app.keeper.follow(true);
    expect(await keptVersions(stage)).toEqual([...labels(11, 60), "v2"]);
    expect(await getModel(stage, GROUP)).toBe(model(2));
    await stage.app.invoke("line.resume", { line: LINE }, stage.context);
    await stage.app.keeper.follow(true);
    expect(await keptVersions(stage)).toEqual(labels(11, 60));
  });

  it("a gated line keeps everything, until it follows", async () => {
    await using stage = await openKeepStage(directory());
    const register = (policy: "gated" | "follow") =>
      stage.app.invoke("source.add", { path: stage.root, name: "src", policy, replace: true }, stage.context);
    await register("gated");
    await capture(stage, 1, 55);
    expect(await stage.app.keeper.sweep(true)).toMatchObject({ objectsDropped: 0 });
    expect(await keptVersions(stage)).toHaveLength(55);
    await register("follow");
    await stage.app.keeper.follow(true);
    expect(await keptVersions(stage)).toEqual(labels(6, 55));
  });

  it("dropped bytes that return make their version live again, and are stored again", async () => {
    await using stage = await openKeepStage(directory());
    await capture(stage, 1, 55);
    await stage.app.keeper.follow(true);
    await stage.show(GROUP, contentsOf(3));
    const { items } = await stage.app.invoke("live.list", { target: LINE }, stage.context);
    expect(items).toMatchObject([{ version: "v3" }]);
    expect(await getModel(stage, GROUP)).toBe(model(3));
    expect((await stage.app.readObject(digestOf(model(3)))).toString()).toBe(model(3));
    await stage.app.keeper.sweep(true);
    expect(await keptVersions(stage)).toEqual([...labels(6, 55), "v3"]);
  });

  it("a person who resumes gets dropped bytes back, too", async () => {
    await using stage = await openKeepStage(directory());
    await capture(stage, 1, 55);
    await stage.app.invoke("line.activate", { line: LINE, version: "v30" }, stage.context);
    await stage.show(GROUP, contentsOf(3));
    await stage.app.keeper.sweep(true);
    expect(await keptVersions(stage)).toEqual(labels(6, 55));
    await stage.app.invoke("line.resume", { line: LINE }, stage.context);
    expect(await keptVersions(stage)).toEqual([...labels(6, 55), "v3"]);
    expect((await stage.app.readObject(digestOf(model(3)))).toString()).toBe(model(3));
  });
});

describe("what happens at the same time", { timeout: 60_000 }, () => {
  it("bytes that a capture comes to need while they are being dropped stay", async () => {
    const meanwhile: { work?: (() => Promise<void>) | undefined } = {};
    await using stage = await openKeepStage(directory(), {
      wrapStore: (store) => ({
        ...store,
        async holdersOf(sha256, limit, before) {
          const holders = await store.holdersOf(sha256, limit, before);
          const { work } = meanwhile;
          if (sha256 !== digestOf("f0") || work === undefined) return holders;
          meanwhile.work = undefined;
          await work();
          return holders;
        },
      }),
    });
    await capture(stage, 1, 60);
    meanwhile.work = () => stage.show(GROUP, { model_json: "{}", factors_txt: "f0" });
    await stage.app.keeper.sweep(true);
    expect(meanwhile.work).toBeUndefined();
    expect((await stage.app.readObject(digestOf("f0"))).toString()).toBe("f0");
  });

  it.each([
    ["a new version", { model_json: "{}", factors_txt: "f0" }, digestOf("f0")],
    ["a known version that returns", contentsOf(2), digestOf(model(2))],
  ])("bytes that %s took for kept, and that are dropped before its commit, are stored again", async (_what, contents, digest) => {
    const asked = Promise.withResolvers<undefined>();
    const meanwhile: { looks: number; capture?: () => Promise<void>; captured?: Promise<void> | undefined } = { looks: 0 };
    await using stage = await openKeepStage(directory(), {
      wrapStore: (store) => ({
        ...store,
        async objectsOf(digests) {
          const places = await store.objectsOf(digests);
          if (meanwhile.captured !== undefined && digests.includes(digest)) asked.resolve(undefined);
          return places;
        },
        async holdersOf(sha256, limit, before) {
          const holders = await store.holdersOf(sha256, limit, before);
          // The second look is within the commit that drops it: a capture that begins now still finds the bytes kept.
          if (sha256 !== digest || ++meanwhile.looks !== 2) return holders;
          meanwhile.captured = meanwhile.capture?.();
          await asked.promise;
          return holders;
        },
      }),
    });
    await capture(stage, 1, 60);
    meanwhile.capture = () => stage.show(GROUP, contents);
    await stage.app.keeper.follow(true);
    await meanwhile.captured;
    expect(digestOf(await stage.app.readObject(digest))).toBe(digest);
    await stage.app.keeper.sweep(true);
    expect(digestOf(await stage.app.readObject(digest))).toBe(digest);
  });
});

describe("packs", { timeout: 60_000 }, () => {
  it("of a pack that is mostly unneeded the rest is written anew, and the old file goes", async () => {
    await using stage = await openKeepStage(directory());
    const large = "x".repeat(300_000);
    await stage.show(GROUP, { model_json: large, factors_txt: "kept on" });
    const [first] = await packFiles(directory());
    for (let number = 1; number <= 50; number++) await stage.show(GROUP, { model_json: `{"model":${number}}`, factors_txt: "kept on" });
    expect(await stage.app.keeper.follow(true)).toMatchObject({ objectsDropped: 1, bytesDropped: 300_000, packsRewritten: 1 });
    expect(await packFiles(directory())).not.toContain(first);
    expect((await stage.app.readObject(digestOf("kept on"))).toString()).toBe("kept on");
  });

  it("without room for the new file the old one stays, and others are removed all the same", async () => {
    const disk = { isFull: false };
    await using stage = await openKeepStage(directory(), {
      wrap: (objects) => ({
        read: (object) => objects.read(object),
        listPacks: () => objects.listPacks(),
        packBytes: (pack) => objects.packBytes(pack),
        removePack: (pack) => objects.removePack(pack),
        openChecker: () => objects.openChecker(),
        findBytes: objects.findBytes,
        put: (given) => (disk.isFull ? Promise.reject(Object.assign(new Error("no space"), { fault: "full" })) : objects.put(given)),
      }),
    });
    for (const fill of ["x", "y", "z"]) await stage.show(GROUP, { model_json: fill.repeat(300_000), factors_txt: fill });
    await stage.show(GROUP, { model_json: "{}", factors_txt: "y" });
    for (let number = 1; number <= 49; number++) await stage.show(GROUP, { model_json: `{"model":${number}}`, factors_txt: "y" });
    disk.isFull = true;
    expect(await stage.app.keeper.follow(true)).toMatchObject({ objectsDropped: 5, packsRemoved: 2, packsRewritten: 0 });
    disk.isFull = false;
    expect(await stage.app.keeper.sweep(true)).toMatchObject({ packsRewritten: 1 });
    expect((await stage.app.readObject(digestOf("y"))).toString()).toBe("y");
  });

  it("one that nobody ever named is removed when it is old, not before, and never one that the catalog names", async () => {
    const leftover = { sha256: digestOf("left over"), bytes: Buffer.from("left over") };
    let place: ObjectRecord | undefined;
    {
      await using stage = await openKeepStage(directory(), { youngMs: 600_000 });
      await stage.show(GROUP, contentsOf(1));
      [place] = await stage.objects.put([leftover]);
      expect(await stage.app.keeper.sweep(true)).toMatchObject({ packsRemoved: 0, packsYoung: 1 });
    }
    await using stage = await openKeepStage(directory(), { youngMs: 600_000 });
    expect(await stage.app.keeper.sweep(true)).toMatchObject({ packsRemoved: 0, packsYoung: 1 });
    const hourAgo = Date.now() / 1000 - 3600;
    for (const name of await packFiles(directory())) await utimes(join(directory(), "objects", "packs", name), hourAgo, hourAgo);
    expect(await stage.app.keeper.sweep(true)).toMatchObject({ packsRemoved: 1, packsYoung: 0 });
    expect((await packFiles(directory())).join()).not.toContain(place?.pack);
    expect(await getModel(stage, GROUP)).toBe(model(1));
  });

  it("one that the catalog has come to name since it was looked up stays", async () => {
    const stale = new Set<string>();
    await using stage = await openKeepStage(directory(), {
      wrapStore: (store) => ({
        ...store,
        async objectsIn(packs) {
          const objects = await store.objectsIn(packs);
          const isFirst = packs.every((pack) => !stale.has(pack));
          for (const pack of packs) stale.add(pack);
          return isFirst ? [] : objects;
        },
      }),
    });
    await stage.show(GROUP, contentsOf(1));
    expect(await stage.app.keeper.sweep(true)).toMatchObject({ packsRemoved: 0 });
    expect((await stage.app.readObject(digestOf(model(1)))).toString()).toBe(model(1));
  });

  it("one that was written again a moment ago stays, although its file was old before", async () => {
    await using stage = await openKeepStage(directory(), { youngMs: 600_000 });
    const [place] = await stage.objects.put([{ sha256: digestOf("a"), bytes: Buffer.from("a") }]);
    const pack = place?.pack ?? "";
    const path = join(directory(), "objects", "packs", pack.slice(0, 2), `${pack}.pack`);
    await utimes(path, 1, 1);
    expect(await stage.objects.removePack(pack)).toBe(false);
  });
});
