// What clients get while loads fail, stores are away and versions change: a good model as long as there is one.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { documentFor, openRegistryStage, type RegistryStage } from "./registry-stage.ts";

const directory = useTempDirectory("serving");
const LINE = "strategy/momentum";

const digestOf = (version: string): string => createHash("sha256").update(documentFor(version)).digest("hex");
const live = (version: string) => ({ version, text: documentFor(version), status: "production" });

async function openWith(versions: readonly string[], maxBytes?: number): Promise<RegistryStage> {
  const stage = await openRegistryStage(directory(), maxBytes);
  for (const version of versions) await stage.register(LINE, version);
  return stage;
}

/** v1 is live and was given; then v2 goes live and its bytes are lost. */
async function openBroken(): Promise<RegistryStage> {
  const stage = await openWith(["v1", "v2", "v3"]);
  await stage.promote(LINE, "v1");
  expect(await stage.get(LINE)).toEqual(live("v1"));
  await stage.promote(LINE, "v2");
  stage.strings.broken.add(digestOf("v2"));
  return stage;
}

/** Reads of objects that one question costs. */
async function readsOf(stage: RegistryStage, ask: () => Promise<unknown>): Promise<number> {
  const before = stage.strings.reads;
  await ask();
  return stage.strings.reads - before;
}

describe("a version that is asked for by several at once", () => {
  test("is loaded once for all of them, whoever came first", async () => {
    await using stage = await openWith(["v1"]);
    await stage.promote(LINE, "v1");
    const before = stage.strings.reads;
    const gate = Promise.withResolvers<void>();
    stage.strings.held = gate.promise;
    const asked = [stage.get(LINE), stage.get(LINE, "v1"), stage.get(LINE), stage.get(LINE, "v1")];
    gate.resolve();
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 4 }, () => live("v1")));
    expect(stage.strings.reads - before).toBe(1);
  });

  test("fails once for all of them, and that is one failure", async () => {
    await using stage = await openBroken();
    const burst = await Promise.all(Array.from({ length: 8 }, () => stage.get(LINE)));
    expect(burst.every((answer) => typeof answer === "object" && answer.version === "v1")).toBe(true);
    // Three failures would rest: two more questions still look.
    expect(await readsOf(stage, () => stage.get(LINE))).toBeGreaterThan(0);
    stage.strings.broken.clear();
    expect(await stage.get(LINE)).toEqual(live("v2"));
  });
});

test("a document that several releases ask for fails once for all that come together", async () => {
  await using stage = await openBroken();
  const ask = (xgboost_version: string) => stage.app.model({ source: "strategy", group_key: "momentum", xgboost_version }, stage.context);
  await Promise.allSettled([stage.get(LINE), ask("1.7.6"), ask("2.0.0"), ask("3.0.0")]);
  expect(await readsOf(stage, () => stage.get(LINE))).toBeGreaterThan(0);
});

describe("a live version whose bytes cannot be read", () => {
  test("is answered from memory when it is there", async () => {
    await using stage = await openWith(["v1"]);
    await stage.promote(LINE, "v1");
    await stage.get(LINE);
    stage.strings.broken.add("all");
    expect(await stage.get(LINE)).toEqual(live("v1"));
  });

  test("is answered with the last good version, which says that it is not live", async () => {
    await using stage = await openBroken();
    expect(await stage.get(LINE)).toEqual({ ...live("v1"), status: "archived" });
  });

  test("is never answered with a version that somebody fetched by its label", async () => {
    await using stage = await openBroken();
    expect(await stage.get(LINE, "v3")).toMatchObject({ version: "v3", status: "staged" });
    expect(await stage.get(LINE)).toMatchObject({ version: "v1" });
  });

  test("is never answered with a version that was rolled back from", async () => {
    await using stage = await openWith(["v1", "v2"]);
    await stage.promote(LINE, "v1");
    await stage.promote(LINE, "v2");
    expect(await stage.get(LINE)).toEqual(live("v2"));
    await stage.app.invoke("line.rollback", { line: LINE, mark_failed: true, reason: "it loses money" }, stage.context);
    stage.strings.broken.add(digestOf("v1"));
    await expect(stage.get(LINE)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("is a refusal when there never was a good one", async () => {
    await using stage = await openWith(["v1"]);
    await stage.promote(LINE, "v1");
    stage.strings.broken.add("all");
    await expect(stage.get(LINE)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("after three failures", () => {
  async function openResting(): Promise<RegistryStage> {
    const stage = await openBroken();
    for (let failure = 0; failure < 3; failure++) await stage.get(LINE);
    return stage;
  }

  test("the bytes are left alone for 30 seconds, and good answers go on", async () => {
    await using stage = await openResting();
    expect(await readsOf(stage, () => stage.get(LINE))).toBe(0);
    expect(await stage.get(LINE)).toMatchObject({ version: "v1" });
    stage.strings.ms += 29_000;
    expect(await readsOf(stage, () => stage.get(LINE))).toBe(0);
    stage.strings.ms += 1001;
    expect(await readsOf(stage, () => stage.get(LINE))).toBeGreaterThan(0);
    expect(await readsOf(stage, () => stage.get(LINE))).toBe(0);
  });

  test("a repaired document is served by the next try, without anybody's help", async () => {
    await using stage = await openResting();
    stage.strings.broken.clear();
    expect(await stage.get(LINE)).toMatchObject({ version: "v1" });
    stage.strings.ms += 30_001;
    expect(await stage.get(LINE)).toEqual(live("v2"));
  });

  test("a person has it tried at once", async () => {
    await using stage = await openResting();
    const refresh = () => stage.app.invoke("refresh", { source: "strategy", group_key: "momentum" }, stage.context);
    await expect(refresh()).rejects.toMatchObject({ code: "unavailable" });
    stage.strings.broken.clear();
    expect(await refresh()).toEqual({ sources: 0, groups: 1, changed: 1 });
    expect(await stage.get(LINE)).toEqual(live("v2"));
  });

  test("another version goes live and is served at once", async () => {
    await using stage = await openResting();
    await stage.promote(LINE, "v3");
    expect(await stage.get(LINE)).toEqual(live("v3"));
  });

  test("the model that is in memory is not hidden", async () => {
    await using stage = await openWith(["v1"]);
    await stage.promote(LINE, "v1");
    await stage.get(LINE);
    stage.strings.broken.add("all");
    // A rendering needs the bytes, and fails.
    const rendered = () => stage.app.model({ source: "strategy", group_key: "momentum", xgboost_version: "1.7.6" }, stage.context);
    for (let failure = 0; failure < 4; failure++) await rendered().catch(() => undefined);
    expect(await stage.get(LINE)).toEqual(live("v1"));
  });
});

describe("while the catalog's store is away", () => {
  test("what is live is answered from memory, also when it is asked for by its label", async () => {
    await using stage = await openWith(["v1"]);
    await stage.promote(LINE, "v1");
    await stage.get(LINE);
    stage.strings.isAway = true;
    expect(await stage.get(LINE)).toEqual(live("v1"));
    expect(await stage.get(LINE, "v1")).toEqual(live("v1"));
    const { items } = await stage.app.invoke("live.list", { target: "strategy" }, stage.context);
    expect(items).toMatchObject([{ line: LINE, version: "v1" }]);
    stage.strings.isAway = false;
  });
});

test("an answer from memory asks neither the catalog nor the disk", async () => {
  await using stage = await openWith(["v1"]);
  await stage.promote(LINE, "v1");
  await stage.get(LINE);
  const { questions, reads } = stage.strings;
  for (let time = 0; time < 100; time++) await stage.get(LINE);
  expect(stage.strings).toMatchObject({ questions, reads });
});

test("old models are let go of when memory is full, the longest unused first", async () => {
  const size = documentFor("v1").length;
  await using stage = await openWith(["v1", "v2", "v3"], 2 * (size + 2000));
  await stage.promote(LINE, "v1");
  for (const version of ["v1", "v2", "v3"]) await stage.get(LINE, version);
  expect(await readsOf(stage, () => stage.get(LINE, "v3"))).toBe(0);
  expect(await readsOf(stage, () => stage.get(LINE, "v1"))).toBe(1);
});

test("one version without its files leaves every list as it is", async () => {
  await using stage = await openWith(["v1", "v2"]);
  stage.strings.broken.add("all");
  const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
  expect(items.map(({ version, registration }) => [version, registration?.format])).toEqual([
    ["v2", "xgboost_json"],
    ["v1", "xgboost_json"],
  ]);
  const { items: lines } = await stage.app.invoke("line.list", { namespace: "strategy" }, stage.context);
  expect(lines).toMatchObject([{ line: LINE, versions: 2 }]);
});
