// The application when the disk is full or faulty: nothing is lost or half done, the state is told, and it goes on by itself.

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Output } from "../../../shared/contract/operations.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { openStage, readingOf, type Stage } from "./application-fixture.ts";

const temporary = useTempDirectory("disk-faults");
let stage: Stage;
beforeEach(async () => {
  stage = await openStage(temporary());
});
afterEach(async () => {
  delete process.env["MODEL_MANAGER_FAILPOINTS"];
  await stage[Symbol.asyncDispose]();
});

/** Longer than the gate leaves between two looks. */
const A_LOOK_MS = 1100;
const full = Object.assign(new Error("no space is left"), { fault: "full" });
const call = <T>(name: string, input: object): Promise<T> => stage.app.call(name, input, stage.context) as Promise<T>;
const status = () => call<Output<"status">>("status", {});
const versionsOf = async (line: string) =>
  (await call<Output<"line.versions">>("line.versions", { line })).items.map((item) => item.version);
const source = async () => (await call<Output<"source.list">>("source.list", {})).items[0];
const live = async (line: string) => (await call<Output<"live.list">>("live.list", { target: line })).items[0]?.version;

async function eventKinds(): Promise<string[]> {
  const kinds: string[] = [];
  for await (const event of stage.app.stream("event.stream", { after: 0, follow: false }, stage.context)) {
    kinds.push((event as { kind: string }).kind);
  }
  return kinds;
}

/** Shows a group that nobody answers for now. */
function showUnanswered(groupKey: string, model: string): void {
  stage.showReading(groupKey, readingOf(groupKey, { model_json: model })).catch(() => undefined);
}

test("below 5 % nothing is captured, which is told everywhere; moves go on, and what changed is taken once there is room", async () => {
  await stage.show("BTC_ret", { model_json: "a1" });
  await stage.show("BTC_ret", { model_json: "a2" });
  stage.free(4);
  await sleep(A_LOOK_MS);
  const answered = stage.dealt.length;
  showUnanswered("BTC_ret", "a3");
  showUnanswered("ETH_ret", "b1");
  await waitFor("the condition", async () => (await source())?.degraded.startsWith("capture stopped: less than 5 %"));
  expect(await status()).toMatchObject({
    capture_stopped: expect.stringContaining("free some space") as string,
    sources_degraded: 1,
    ready: true,
  });
  expect(stage.app.captureStopped).not.toBe("");
  expect(stage.dealt).toHaveLength(answered);
  expect(await live("src/BTC_ret")).toBe("v2");
  // A small commit fits.
  await call("line.activate", { line: "src/BTC_ret", version: "v1" });
  await call("line.resume", { line: "src/BTC_ret" }).then(
    () => expect.fail("the bytes of a3 do not fit"),
    (error: unknown) => expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("free some space") as string }),
  );
  expect(await versionsOf("src/BTC_ret")).toEqual(["v2", "v1"]);
  // Whoever waits for the source is not kept waiting for the disk.
  expect(await call("refresh", { source: "src" })).toMatchObject({ sources: 1 });
  stage.free(50);
  await waitFor("both groups", () => stage.dealt.length === answered + 2);
  expect(await versionsOf("src/BTC_ret")).toEqual(["v3", "v2", "v1"]);
  expect(await live("src/ETH_ret")).toBe("v1");
  expect(await source()).toMatchObject({ degraded: "" });
  expect((await status()).capture_stopped).toBe("");
  expect((await eventKinds()).filter((kind) => kind.startsWith("source_"))).toEqual([
    "source_added",
    "source_degraded",
    "source_recovered",
  ]);
});

test("a group that changes while nothing is captured is taken once, as it is then", async () => {
  stage.breakObjects(full);
  for (let i = 1; i <= 5; i++) {
    showUnanswered("BTC_ret", `a${i}`);
    await sleep(20);
  }
  await waitFor("the gate to shut", () => stage.app.captureStopped !== "");
  showUnanswered("BTC_ret", "a6");
  stage.breakObjects(undefined);
  await waitFor("the version", async () => (await live("src/BTC_ret")) === "v1");
  expect(await versionsOf("src/BTC_ret")).toEqual(["v1"]);
  expect(stage.dealt.filter(({ outcome }) => outcome === "done").length).toBeGreaterThan(0);
});

test("a disk that fills up while objects are written loses nothing and is tried again without a change on disk", async () => {
  stage.breakObjects(full);
  showUnanswered("BTC_ret", "a1");
  await waitFor("the gate to shut", () => stage.app.captureStopped.includes("disk is full"));
  expect(await live("src")).toBeUndefined();
  stage.breakObjects(undefined);
  await waitFor("the version", async () => (await live("src/BTC_ret")) === "v1");
  expect(stage.app.captureStopped).toBe("");
});

test("a move that does not fit is refused with what to do, and nothing of it stays", async () => {
  await stage.show("BTC_ret", { model_json: "a1" });
  await stage.show("BTC_ret", { model_json: "a2" });
  const before = (await status()).sequence;
  for (const [code, says] of [
    ["ENOSPC", "the disk of the state directory is full, and nothing was changed; free some space"],
    ["EIO", "the disk of the state directory reports an error, and nothing was changed; check the disk"],
  ] as const) {
    process.env["MODEL_MANAGER_FAILPOINTS"] = `transaction.before_commit=error:${code}`;
    await expect(call("line.activate", { line: "src/BTC_ret", version: "v1" })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(says) as string,
    });
    expect(await live("src/BTC_ret")).toBe("v2");
    expect((await status()).sequence).toBe(before);
  }
  delete process.env["MODEL_MANAGER_FAILPOINTS"];
  await call("line.activate", { line: "src/BTC_ret", version: "v1" });
  expect(await live("src/BTC_ret")).toBe("v1");
});

test("a capture whose commit meets an error of the disk is answered so that it comes again", async () => {
  process.env["MODEL_MANAGER_FAILPOINTS"] = "transaction.before_commit=error:EIO";
  await stage.show("BTC_ret", { model_json: "a1" });
  expect(stage.dealt).toEqual([{ groupKey: "BTC_ret", outcome: "again" }]);
  expect(stage.app.captureStopped).toBe("");
  delete process.env["MODEL_MANAGER_FAILPOINTS"];
  await stage.show("BTC_ret", { model_json: "a1" });
  expect(await live("src/BTC_ret")).toBe("v1");
});

test("withdrawing vanished groups is tried again until it is committed", async () => {
  await stage.show("BTC_ret", { model_json: "a1" });
  await stage.show("ETH_ret", { model_json: "b1" });
  process.env["MODEL_MANAGER_FAILPOINTS"] = "transaction.before_commit=error:EIO@1-2";
  await Promise.all([stage.gone("BTC_ret"), stage.gone("ETH_ret")]);
  expect(await live("src")).toBeUndefined();
  expect((await eventKinds()).filter((kind) => kind === "group_gone")).toHaveLength(2);
});

test("a group that is back before its withdrawal could be committed stays live", async () => {
  await stage.show("BTC_ret", { model_json: "a1" });
  process.env["MODEL_MANAGER_FAILPOINTS"] = "transaction.before_commit=error:EIO@1";
  const gone = stage.gone("BTC_ret");
  await sleep(100);
  await stage.show("BTC_ret", { model_json: "a1" });
  await sleep(1500);
  expect(await live("src/BTC_ret")).toBe("v1");
  // Lets the stage's own waiting for an event end.
  await stage.show("BTC_ret", { model_json: "a2" });
  await gone;
});
