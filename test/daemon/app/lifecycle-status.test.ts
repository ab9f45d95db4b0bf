// Moves that make nothing live, activation by the same table, and the look at a version that changes nothing.

import { describe, expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";
import type { Stage } from "./application-fixture.ts";
import { contentsOf, damagePack } from "./keep-stage.ts";
import {
  events,
  history,
  LINE,
  live,
  openGatedStage,
  openPackedStage,
  promoteEach,
  setPolicy,
  statuses,
  train,
} from "./lifecycle-stage.ts";

const directory = useTempDirectory("status");

describe("archive, restage, fail", () => {
  test("move a version by the table, with the reason in the history, and once for each request", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    const target = { line: LINE, version: "v1" };
    const archived = await stage.app.invoke("version.archive", { ...target, reason: "not now", request_id: "a" }, stage.context);
    expect(archived).toMatchObject({ from_status: "staged", to_status: "archived" });
    expect(await stage.app.invoke("version.archive", { ...target, request_id: "a" }, stage.context)).toEqual(archived);
    expect(await stage.app.invoke("version.restage", target, stage.context)).toMatchObject({
      from_status: "archived",
      to_status: "staged",
    });
    expect(await stage.app.invoke("version.fail", { ...target, reason: "leaks the future" }, stage.context)).toMatchObject({
      to_status: "failed",
    });
    expect((await history(stage)).map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
      "failed: leaks the future",
      "restaged: restaged",
      "archived: not now",
      "captured: captured on a gated line",
    ]);
    for (const name of ["version.archive", "version.restage", "version.fail"] as const)
      await expect(stage.app.invoke(name, target, stage.context)).rejects.toMatchObject({
        code: "wrong_state",
        message: expect.stringMatching(/v1 is failed, and only .* a failed version stays failed/),
      });
  });

  test("leave what is live alone: it is not archived, and failed only when that is confirmed", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    const target = { line: LINE, version: "v1" };
    await expect(stage.app.invoke("version.archive", target, stage.context)).rejects.toMatchObject({ code: "wrong_state" });
    await expect(stage.app.invoke("version.fail", target, stage.context)).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringContaining("confirmed"),
    });
    expect(await live(stage)).toEqual({ version: "v1", pinned: false });
  });

  test("of the live version withdraws the line, and watchers are told", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    const { sequence } = await stage.app.invoke("status", {}, stage.context);
    const stop = new AbortController();
    const watch = stage.app.watchLive({ source: "src", after_sequence: sequence }, { ...stage.context, signal: stop.signal });
    const seen = watch[Symbol.asyncIterator]().next();
    await stage.app.invoke("version.fail", { line: LINE, version: "v1", confirm_live: true, reason: "wrong sign" }, stage.context);
    expect((await seen).value).toMatchObject({ kind: "withdrawn", previous_version: "v1", version: "", reason: "wrong sign" });
    stop.abort();
    expect(await live(stage)).toMatchObject({ version: "" });
    expect(await statuses(stage)).toEqual(["v1: failed"]);
    expect((await events(stage, sequence)).map(({ kind }) => kind)).toEqual(["line_withdrawn"]);
  });
});

describe("an archived version that never was live", () => {
  test("returns only by restage: neither by activation nor with its files", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await train(stage, 2);
    const target = { line: LINE, version: "v2" };
    await stage.app.invoke("version.archive", { ...target, reason: "not convinced" }, stage.context);
    await expect(stage.app.invoke("line.activate", target, stage.context)).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringContaining("never was live; restage it first"),
    });
    await setPolicy(stage, "follow");
    await train(stage, 1);
    await train(stage, 2);
    expect(await live(stage)).toMatchObject({ version: "v1" });
    const { group } = await stage.app.invoke("line.show", { line: LINE }, stage.context);
    expect(group.degraded).toMatch(/hold v2, which was put away \(not convinced\); restage it/);
    await stage.app.invoke("version.restage", target, stage.context);
    expect(await stage.app.invoke("line.activate", target, stage.context)).toMatchObject({ version: "v2", changed: true });
  });
});

describe("activation on a gated line", () => {
  test("takes staged and archived versions, without gates, pins, and resume only unpins", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await train(stage, 2, { metrics: {} });
    const activate = { line: LINE, version: "v2", reason: "drill", request_id: "act" };
    const reply = await stage.app.invoke("line.activate", activate, stage.context);
    expect(reply).toMatchObject({ version: "v2", previous_version: "v1", pinned: true, changed: true });
    expect(await stage.app.invoke("line.activate", activate, stage.context)).toEqual(reply);
    await train(stage, 3);
    const resumed = await stage.app.invoke("line.resume", { line: LINE }, stage.context);
    expect(resumed).toMatchObject({ version: "v2", pinned: false, changed: true });
    expect(await statuses(stage)).toEqual(["v1: archived", "v2: production", "v3: staged"]);
  });

  test("refuses what failed", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    await stage.app.invoke("version.fail", { line: LINE, version: "v1" }, stage.context);
    await expect(stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context)).rejects.toMatchObject({
      code: "wrong_state",
    });
  });
});

describe("resuming a line that follows its files", () => {
  test("is done once for a request, also when other files came since", async () => {
    await using stage = await openGatedStage(directory());
    await setPolicy(stage, "follow");
    for (const number of [1, 2]) await train(stage, number);
    await stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context);
    const resume = () => stage.app.invoke("line.resume", { line: LINE, request_id: "go on" }, stage.context);
    const first = await resume();
    expect(first).toMatchObject({ version: "v2", previous_version: "v1", pinned: false, changed: true });
    await train(stage, 3);
    await stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context);
    expect(await resume()).toEqual(first);
    expect(await live(stage)).toEqual({ version: "v1", pinned: true });
  });
});

describe("validate", () => {
  const validate = (stage: Stage, version: string) => stage.app.invoke("version.validate", { line: LINE, version }, stage.context);
  const structure = () => ({ outcome: "done", value: { format: "xgboost_json" } }) as const;

  test("says that a sound version is sound", async () => {
    await using stage = await openGatedStage(directory(), { desk: { structure } });
    await train(stage, 1);
    expect(await validate(stage, "v1")).toEqual({ valid: true, model_id: "", checksum_verified: true, load_successful: true, errors: [] });
  });

  test("names damaged bytes, does not try to load them, and changes nothing", async () => {
    await using stage = await openPackedStage(directory(), { desk: { structure } });
    await train(stage, 1);
    await damagePack(directory(), contentsOf(1).model_json ?? "");
    const { sequence } = await stage.app.invoke("status", {}, stage.context);
    expect(await validate(stage, "v1")).toMatchObject({ valid: false, checksum_verified: false, load_successful: false });
    expect((await validate(stage, "v1")).errors).toEqual([expect.stringMatching(/model_json.*damaged.*tampered/)]);
    expect(await statuses(stage)).toEqual(["v1: staged"]);
    expect((await stage.app.invoke("status", {}, stage.context)).sequence).toBe(sequence);
  });

  test("names a broken structure, and a version that is not there", async () => {
    await using stage = await openGatedStage(directory(), {
      desk: { structure: () => ({ outcome: "refused", reason: "tree 3 has no root" }) },
    });
    await train(stage, 1);
    const broken = { valid: false, checksum_verified: true, load_successful: false };
    expect(await validate(stage, "v1")).toMatchObject({ ...broken, errors: ["the model file is broken: tree 3 has no root"] });
    expect(await validate(stage, "v7")).toMatchObject({
      valid: false,
      model_id: "",
      errors: [expect.stringContaining(`${LINE} has no version v7`)],
    });
  });
});
