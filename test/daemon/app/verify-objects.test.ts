// Damaged bytes are found, told with the versions that need them, and mended from a file or from memory; else the line says that they are lost.

import { readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Output } from "../../../shared/contract/operations.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { contentsOf, damagePack, digestOf, getModel, openKeepStage, packFiles, type KeepStage } from "./keep-stage.ts";

const directory = useTempDirectory("verify");
const GROUP = "BTC_ret";
const LINE = `src/${GROUP}`;

type Item = Output<"store.verify">;

async function verify(stage: KeepStage, signal = stage.context.signal, input: { source?: string } = {}): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of stage.app.stream("store.verify", input, { ...stage.context, signal })) items.push(item as Item);
  return items.filter((item) => item.part !== "progress");
}

const damage = (text: string): Promise<void> => damagePack(directory(), text);
const model = (number: number) => contentsOf(number).model_json ?? "";
const events = async (stage: KeepStage): Promise<readonly string[]> => {
  const kinds: string[] = [];
  for await (const event of stage.app.stream("event.stream", { after: 0 }, stage.context)) kinds.push((event as { kind: string }).kind);
  return kinds;
};

describe("verify", () => {
  it("says of a whole store how many objects and bytes it has", async () => {
    await using stage = await openKeepStage(directory());
    for (const number of [1, 2, 3]) await stage.show(GROUP, contentsOf(number));
    const bytes = [1, 2, 3].reduce((sum, number) => sum + model(number).length, "f0".length);
    expect(await verify(stage)).toEqual([{ part: "done", objects: 4, bytes, total: 4, damaged: 0, restored: 0, models: 1, failed: 0 }]);
  });

  it("of one source looks at what its versions need, and at nothing else", async () => {
    await using stage = await openKeepStage(directory());
    await stage.show(GROUP, contentsOf(1));
    await stage.app.invoke("source.add", { path: "/models/other", name: "other" }, stage.context);
    await damage(model(1));
    const of = async (source: string): Promise<unknown> => (await verify(stage, stage.context.signal, { source })).at(-1);
    expect(await of("other")).toMatchObject({ objects: 0, total: 0, damaged: 0, models: 0 });
    expect(await of("src")).toMatchObject({ objects: 2, total: 2, damaged: 1, models: 1 });
    await expect(of("none")).rejects.toMatchObject({ code: "not_found" });
  });

  it("names what is live and does not give the margins that were promised for it", async () => {
    await using stage = await openKeepStage(directory(), {
      desk: { prove: () => ({ outcome: "done", value: { failure: "row 0 differs" } }) },
    });
    const proof = Buffer.from("rows");
    const sha256 = digestOf("rows");
    await stage.show(GROUP, contentsOf(1), { derived: [{ kind: "proof", bytes: proof, size: proof.length, sha256 }] });
    const items = await verify(stage);
    expect(items).toContainEqual({ part: "margins", line: LINE, version: "v1", detail: "row 0 differs" });
    expect(items.at(-1)).toMatchObject({ damaged: 0, models: 1, failed: 1 });
  });

  it("names each kind of damage, and the versions and lines that need the bytes", async () => {
    await using stage = await openKeepStage(directory());
    for (const number of [1, 2, 3]) await stage.show(GROUP, contentsOf(number));
    const places = await stage.store.objectsOf([1, 2, 3].map((number) => digestOf(model(number))));
    const pathOf = (number: number) => {
      const pack = places.find((place) => place.sha256 === digestOf(model(number)))?.pack ?? "";
      return join(directory(), "objects", "packs", pack.slice(0, 2), `${pack}.pack`);
    };
    await damage(model(1));
    await truncate(pathOf(2), 150);
    await rm(pathOf(3));
    const items = await verify(stage);
    const damages = new Map(items.flatMap((item) => (item.part === "finding" ? [[item.sha256, item] as const] : [])));
    expect(damages.get(digestOf(model(1)))).toMatchObject({ damage: "other_bytes", restored_from: "", needed_total: 1 });
    expect(damages.get(digestOf(model(2)))).toMatchObject({ damage: "short" });
    expect(damages.get(digestOf(model(3)))).toMatchObject({
      damage: "missing",
      needed_by: [{ line: LINE, version: "v3", path: `${GROUP}_model_json`, live: true }],
    });
    // The document of what is live was in memory still.
    expect(damages.get(digestOf(model(3)))).toMatchObject({ restored_from: "memory" });
    expect(items.at(-1)).toMatchObject({ part: "done", objects: 4, total: 4, damaged: 3, restored: 1 });
    expect(JSON.stringify(items)).not.toContain(directory());
  });

  it("lost bytes degrade the line whose live version needs them, which stays live, and the line recovers with them", async () => {
    await using stage = await openKeepStage(directory());
    await stage.show(GROUP, contentsOf(1));
    await stage.show(GROUP, contentsOf(2));
    // Its factors are damaged: what is served needs only the document.
    await damage("f0");
    await verify(stage);
    const degraded = async () => (await stage.app.invoke("line.show", { line: LINE }, stage.context)).group.degraded;
    expect(await degraded()).toMatch(/^stored bytes are damaged: BTC_ret_factors_txt of v2; put the same files back/);
    expect((await stage.app.invoke("live.list", {}, stage.context)).items).toMatchObject([{ version: "v2" }]);
    // Nothing new is said twice, and files that are good do not hide it.
    const told = await events(stage);
    await verify(stage);
    await stage.show(GROUP, contentsOf(2));
    expect(await events(stage)).toEqual(told);
    await writeFile(join(stage.root, `${GROUP}_factors_txt`), "f0");
    const items = await verify(stage);
    expect(items[0]).toMatchObject({ part: "finding", restored_from: `${GROUP}_factors_txt in source src` });
    expect(await degraded()).toBe("");
    expect((await events(stage)).slice(-2)).toEqual(["line_degraded", "line_recovered"]);
    expect(await verify(stage)).toMatchObject([{ part: "done", damaged: 0 }]);
  });

  it("a live document that is in memory is stored again from there", async () => {
    await using stage = await openKeepStage(directory());
    await stage.show(GROUP, contentsOf(1));
    expect(await getModel(stage, GROUP)).toBe(model(1));
    for (const name of await packFiles(directory())) await rm(join(directory(), "objects", "packs", name));
    expect(await getModel(stage, GROUP)).toBe(model(1));
    const items = await verify(stage);
    expect(items.filter((item) => item.part === "finding" && item.restored_from === "memory")).toHaveLength(1);
    expect((await stage.app.readObject(digestOf(model(1)))).toString()).toBe(model(1));
  });

  it("ends without a word when nobody listens any more, and only one runs at a time", async () => {
    await using stage = await openKeepStage(directory());
    await stage.show(GROUP, contentsOf(1));
    const aborted = AbortSignal.abort();
    const first = stage.app.stream("store.verify", {}, stage.context)[Symbol.asyncIterator]();
    await first.next();
    await expect(verify(stage)).rejects.toMatchObject({ code: "conflict" });
    await first.return?.();
    expect(await verify(stage, aborted).catch(() => [])).toEqual([]);
    expect(await verify(stage)).toHaveLength(1);
  });
});

describe("reading for a client", () => {
  it("restores damaged bytes from the file on disk and serves them", async () => {
    {
      await using before = await openKeepStage(directory());
      await before.show(GROUP, contentsOf(1));
      await writeFile(join(before.root, `${GROUP}_model_json`), model(1));
    }
    await damage(model(1));
    await using stage = await openKeepStage(directory());
    expect(await getModel(stage, GROUP)).toBe(model(1));
    expect(await verify(stage)).toMatchObject([{ part: "done", damaged: 0 }]);
  });

  it("says that bytes are lost, never fails the version, and does not read the disk for each request", async () => {
    await using stage = await openKeepStage(directory());
    await stage.show(GROUP, contentsOf(1));
    await stage.show(GROUP, contentsOf(2));
    await damage(model(1));
    await expect(getModel(stage, GROUP, "v1")).rejects.toMatchObject({ code: "unavailable", message: /are damaged and no copy/ });
    await writeFile(join(stage.root, `${GROUP}_model_json`), model(1));
    await expect(getModel(stage, GROUP, "v1")).rejects.toMatchObject({ code: "unavailable" });
    const activation = () => stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context);
    await expect(activation()).rejects.toMatchObject({ code: "wrong_state", message: /stored bytes of .* of v1 are damaged/ });
    expect((await stage.app.invoke("line.versions", { line: LINE }, stage.context)).items.map((version) => version.status)).toEqual([
      "production",
      "archived",
    ]);
    await verify(stage);
    expect(await activation()).toMatchObject({ version: "v1", changed: true });
  });

  it("a file with the right name and other bytes is no copy", async () => {
    await using stage = await openKeepStage(directory());
    await stage.show(GROUP, contentsOf(1));
    await stage.show(GROUP, contentsOf(2));
    await damage(model(1));
    await writeFile(join(stage.root, `${GROUP}_model_json`), model(2));
    await expect(getModel(stage, GROUP, "v1")).rejects.toMatchObject({ code: "unavailable" });
    expect(await readdir(stage.root)).toEqual([`${GROUP}_model_json`]);
  });

  it("bytes that the upkeep moved in the meantime are read from where they are", async () => {
    const moving: { stage?: KeepStage } = {};
    await using stage = await openKeepStage(directory(), {
      wrap: (objects) => {
        let moved = false;
        return Object.assign(Object.create(objects) as typeof objects, {
          put: (given: Parameters<typeof objects.put>[0]) => objects.put(given),
          removePack: (pack: string) => objects.removePack(pack),
          packBytes: (pack: string) => objects.packBytes(pack),
          listPacks: () => objects.listPacks(),
          findBytes: objects.findBytes,
          openChecker: () => objects.openChecker(),
          async read(object: Parameters<typeof objects.read>[0]) {
            if (!moved && moving.stage !== undefined) {
              moved = true;
              await moving.stage.app.keeper.sweep(true);
            }
            return objects.read(object);
          },
        });
      },
    });
    await stage.show(GROUP, { model_json: "x".repeat(200_000), factors_txt: "kept on" });
    for (let number = 1; number <= 50; number++) await stage.show(GROUP, { model_json: `{"model":${number}}`, factors_txt: "kept on" });
    moving.stage = stage;
    expect((await stage.app.readObject(digestOf("kept on"))).toString()).toBe("kept on");
  });
});
