// Going back: to the version that was live before, further back each time, never to one that is damaged or never was live.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { contentsOf, damagePack, digestOf, packFiles } from "./keep-stage.ts";
import {
  events,
  GROUP,
  history,
  LINE,
  live,
  openGatedStage,
  openPackedStage,
  promote,
  promoteEach,
  rollback,
  setPolicy,
  statuses,
  train,
  tryOnPaper,
} from "./lifecycle-stage.ts";

const directory = useTempDirectory("rollback");

describe("a rollback", () => {
  test("goes to the version that was live before, stages the one that is left, and pins the line", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2);
    const reply = await rollback(stage, { reason: "v2 loses money", request_id: "r" });
    expect(reply).toMatchObject({ version: "v1", previous_version: "v2", pinned: true, changed: true });
    expect(await statuses(stage)).toEqual(["v1: production", "v2: staged"]);
    const moves = (await history(stage)).slice(0, 2);
    expect(moves.map(({ version, from_status, to_status, action }) => [version, from_status, to_status, action])).toEqual([
      ["v1", "archived", "production", "rolled_back"],
      ["v2", "production", "staged", "rolled_back"],
    ]);
    expect(moves[0]).toMatchObject({ reason: "v2 loses money", at: reply.rolled_back_at, request_id: "r" });
    expect(await rollback(stage, { request_id: "r" })).toEqual(reply);
  });

  test("repeated walks further back instead of to and fro, and then says that there is nothing left and changes nothing", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2, 3);
    expect((await rollback(stage)).version).toBe("v2");
    expect((await rollback(stage)).version).toBe("v1");
    const before = await history(stage);
    await expect(rollback(stage)).rejects.toMatchObject({ code: "wrong_state", message: expect.stringContaining("no earlier version") });
    expect(await history(stage)).toEqual(before);
    expect(await statuses(stage)).toEqual(["v1: production", "v2: staged", "v3: staged"]);
  });

  test("is not led to a version that an earlier rollback left, although that was archived since", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2, 3);
    await rollback(stage);
    await stage.app.invoke("version.archive", { line: LINE, version: "v3" }, stage.context);
    expect((await rollback(stage)).version).toBe("v1");
  });

  test("is not led to one that a rollback left, although it was replaced long before that", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2, 3);
    await stage.app.invoke("line.activate", { line: LINE, version: "v2" }, stage.context);
    expect((await rollback(stage)).version).toBe("v3");
    await stage.app.invoke("version.archive", { line: LINE, version: "v2" }, stage.context);
    expect((await rollback(stage)).version).toBe("v1");
  });

  test("undoes an activation, and the next one goes on from there", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2, 3);
    await stage.app.invoke("line.activate", { line: LINE, version: "v1", reason: "try" }, stage.context);
    expect((await rollback(stage)).version).toBe("v3");
    expect((await rollback(stage)).version).toBe("v2");
  });

  test("marks the version that is left as failed when asked to, in the same step", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2);
    await rollback(stage, { mark_failed: true, reason: "bad" });
    expect(await statuses(stage)).toEqual(["v1: production", "v2: failed"]);
    await expect(promote(stage, "v2")).rejects.toMatchObject({ code: "wrong_state" });
  });

  test("goes to a named version that was live, and to no other", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2, 3);
    await train(stage, 4);
    await expect(rollback(stage, { to: "v4" })).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringContaining("v4 is staged"),
    });
    await stage.app.invoke("version.archive", { line: LINE, version: "v4" }, stage.context);
    await expect(rollback(stage, { to: "v4" })).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringContaining("never was live"),
    });
    await expect(rollback(stage, { to: "v9" })).rejects.toMatchObject({ code: "not_found" });
    expect(await rollback(stage, { to: "v1" })).toMatchObject({ version: "v1", previous_version: "v3" });
    expect(await rollback(stage, { to: "v1" })).toMatchObject({ version: "v1", changed: false });
  });

  test("without a version that was live before is refused and changes nothing", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await train(stage, 2);
    await stage.app.invoke("version.archive", { line: LINE, version: "v2" }, stage.context);
    await expect(rollback(stage)).rejects.toMatchObject({ code: "wrong_state", message: expect.stringContaining("no earlier version") });
    expect(await live(stage)).toEqual({ version: "v1", pinned: false });
  });

  test("that is only asked about says where it would go, and moves nothing", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2);
    const { sequence } = await stage.app.invoke("status", {}, stage.context);
    expect(await rollback(stage, { dry_run: true })).toMatchObject({
      version: "v1",
      previous_version: "v2",
      changed: false,
      rolled_back_at: null,
    });
    expect((await stage.app.invoke("status", {}, stage.context)).sequence).toBe(sequence);
  });

  test("works on a line that follows its files, and pins it against them", async () => {
    await using stage = await openGatedStage(directory());
    await setPolicy(stage, "follow");
    for (const number of [1, 2]) await stage.show(GROUP, contentsOf(number));
    expect((await rollback(stage)).version).toBe("v1");
    await stage.show(GROUP, contentsOf(3));
    expect(await live(stage)).toEqual({ version: "v1", pinned: true });
  });

  test("brings back what was live when nothing is live any more", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2);
    await stage.app.invoke("version.fail", { line: LINE, version: "v2", confirm_live: true }, stage.context);
    await expect(rollback(stage, { mark_failed: true })).rejects.toMatchObject({ code: "wrong_state" });
    expect(await rollback(stage)).toMatchObject({ version: "v1", previous_version: "", changed: true });
  });

  test("at the same time as another goes back once, not twice", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2, 3);
    const outcomes = await Promise.allSettled([rollback(stage), rollback(stage)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await live(stage)).version).toBe("v2");
  });
});

describe("a damaged version", () => {
  const model = (number: number): string => contentsOf(number).model_json ?? "";

  test("as the target of a rollback is refused and failed from then on; what is live stays", async () => {
    await using stage = await openPackedStage(directory());
    await promoteEach(stage, 1, 2);
    await damagePack(directory(), model(1));
    const { sequence } = await stage.app.invoke("status", {}, stage.context);
    await expect(rollback(stage)).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringMatching(/stored bytes.*v1.*failed now/),
    });
    expect(await statuses(stage)).toEqual(["v1: failed", "v2: production"]);
    expect((await events(stage, sequence)).map(({ kind, version }) => `${kind} ${version}`)).toContain("model.validation.failed v1");
    expect(await live(stage)).toEqual({ version: "v2", pinned: false });
  });

  test("whose file is gone is no target either, and the next rollback goes past it", async () => {
    await using stage = await openPackedStage(directory());
    await promoteEach(stage, 1);
    const [first = ""] = await packFiles(directory());
    await promoteEach(stage, 2);
    const second = (await packFiles(directory())).find((name) => name !== first) ?? "";
    await promoteEach(stage, 3);
    await rm(join(directory(), "objects", "packs", second));
    await expect(rollback(stage)).rejects.toMatchObject({ code: "wrong_state" });
    expect(await statuses(stage)).toEqual(["v1: archived", "v2: failed", "v3: production"]);
    expect((await rollback(stage)).version).toBe("v1");
  });

  test("as a candidate is refused and failed from then on with the reason, and its paper trading ends", async () => {
    await using stage = await openPackedStage(directory());
    await promoteEach(stage, 1);
    await train(stage, 2);
    await tryOnPaper(stage, "v2");
    await stage.app.invoke("paper.start", { line: LINE, version: "v2" }, stage.context);
    await damagePack(directory(), model(2));
    await expect(promote(stage, "v2", { request_id: "x" })).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringContaining("failed now"),
    });
    expect(await statuses(stage)).toEqual(["v1: production", "v2: failed"]);
    const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
    expect(items[0]).toMatchObject({ reason: expect.stringContaining("another digest"), paper: { stopped_at: expect.any(String) } });
    await expect(promote(stage, "v2", { request_id: "x" })).rejects.toMatchObject({ code: "wrong_state" });
    expect((await history(stage)).filter(({ action }) => action === "failed")).toHaveLength(1);
  });

  test("that no longer gives its margins is refused and failed, and one that nobody could look at only refused", async () => {
    const answers = { failure: "row 3: 0.5, not 0.25", isAway: false };
    await using stage = await openPackedStage(directory(), {
      desk: {
        prove: () =>
          answers.isAway ? { outcome: "failed", reason: "it took too long" } : { outcome: "done", value: { failure: answers.failure } },
      },
    });
    const bytes = Buffer.from("rows");
    const proof = { derived: [{ kind: "proof", size: bytes.length, sha256: digestOf(bytes), bytes } as const] };
    await train(stage, 1, { changes: proof });
    await tryOnPaper(stage, "v1");
    answers.isAway = true;
    await expect(promote(stage, "v1")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("it took too long") });
    expect(await statuses(stage)).toEqual(["v1: staged"]);
    answers.isAway = false;
    await expect(promote(stage, "v1")).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringContaining("row 3: 0.5, not 0.25"),
    });
    expect(await statuses(stage)).toEqual(["v1: failed"]);
    await expect(stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context)).rejects.toMatchObject({
      code: "wrong_state",
    });
  });
});
