// Promotion: only what is staged, only through its gates, only when its bytes are sound; and once, however often and by however many it is asked for.

import { describe, expect, test } from "vitest";
import type { RequestContext } from "../../../daemon/app/doors.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import {
  events,
  GOOD,
  history,
  LINE,
  live,
  openGatedStage,
  pass,
  promote,
  promoteEach,
  setPolicy,
  statuses,
  train,
  tryOnPaper,
} from "./lifecycle-stage.ts";

const directory = useTempDirectory("promote");

function withoutAdmin(context: RequestContext): RequestContext {
  return { ...context, principal: { ...context.principal, name: "writer", scopes: new Set(["model:read", "model:write"]) } };
}

describe("a staged version", () => {
  test("that passes its gates goes live, archives the incumbent and unpins the line, in one step", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await stage.app.invoke("line.activate", { line: LINE, version: "v1", reason: "hold" }, stage.context);
    expect(await live(stage)).toEqual({ version: "v1", pinned: true });
    await train(stage, 2);
    await tryOnPaper(stage, "v2");
    const reply = await promote(stage, "v2", { reason: "better", request_id: "r-2" });
    expect(reply).toMatchObject({ version: "v2", previous_version: "v1", pinned: false, changed: true, override: false });
    expect(reply.gates.map(({ gate, passed }) => [gate, passed])).toEqual([
      ["ic", true],
      ["sharpe", true],
      ["paper_trade_hours", true],
    ]);
    expect(await statuses(stage)).toEqual(["v1: archived", "v2: production"]);
    const [move] = await history(stage);
    expect(move).toMatchObject({ action: "promoted", from_status: "staged", reason: "better", actor: "test", request_id: "r-2" });
    expect(move?.gates).toEqual(reply.gates);
    expect(move?.at).toBe(reply.promoted_at);
  });

  test("on a line that follows its files has no gates", async () => {
    await using stage = await openGatedStage(directory());
    await setPolicy(stage, "follow");
    await train(stage, 1);
    await stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context);
    await train(stage, 2, { metrics: {} });
    expect(await promote(stage, "v2")).toMatchObject({ version: "v2", gates: [], changed: true, pinned: false });
  });
});

describe("gates", () => {
  test("refuse with the value and the threshold of each that fails; the refusal is an event and nothing moves", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1, { metrics: { ic: 0.02, sharpe: 0.4 } });
    const { sequence } = await stage.app.invoke("status", {}, stage.context);
    await expect(promote(stage, "v1")).rejects.toMatchObject({
      code: "gate_refused",
      message: expect.stringMatching(
        /ic is 0\.02, needed > 0\.02.*sharpe is 0\.4, needed > 0\.5.*paper_trade_hours is missing, needed >= 24/,
      ),
    });
    expect((await events(stage, sequence)).map(({ kind, version }) => [kind, version])).toEqual([["gates_refused", "v1"]]);
    expect(await statuses(stage)).toEqual(["v1: staged"]);
    expect(await history(stage)).toHaveLength(1);
  });

  test.each([
    ["NaN", { metrics: {}, series: "date,ic,ret\n2026-01-01,0.9,0.9\n2026-01-02,nan,nan\n2026-01-03,0.8,0.7" }],
    ["infinite", { metrics: {}, series: "date,ic,ret\n2026-01-01,0.9,0.9\n2026-01-02,inf,inf\n2026-01-03,0.8,0.7" }],
    ["missing", { metrics: {} }],
    ["no number", { metrics: { ic: "0.9", sharpe: true } }],
  ])("do not let metrics pass that are %s", async (_what, training) => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1, training);
    await tryOnPaper(stage, "v1");
    await expect(promote(stage, "v1")).rejects.toMatchObject({ code: "gate_refused", message: expect.stringMatching(/ic is .*sharpe is/) });
  });

  test("count only measured hours of paper trading; those that the trainer declares are shown", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1, { metrics: { ...GOOD, paper_trade_hours: 500 } });
    const { gates } = await promote(stage, "v1", { dry_run: true });
    expect(gates.find(({ gate }) => gate === "paper_trade_hours")).toMatchObject({ passed: false, value: null, declared: 500 });
    await expect(promote(stage, "v1")).rejects.toMatchObject({ code: "gate_refused" });
  });

  test("pass at exactly 24 h of paper trading, and fail a second before", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    await tryOnPaper(stage, "v1", 23);
    await expect(promote(stage, "v1")).rejects.toMatchObject({ code: "gate_refused" });
    await tryOnPaper(stage, "v1", 1);
    expect(await promote(stage, "v1")).toMatchObject({ changed: true });
  });

  test("are asked without moving anything by a dry run, also when they refuse", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1, { metrics: { ic: 0.01, sharpe: 2 } });
    const { sequence } = await stage.app.invoke("status", {}, stage.context);
    const reply = await promote(stage, "v1", { dry_run: true });
    expect(reply).toMatchObject({ changed: false, version: "v1", promoted_at: null });
    expect(reply.gates.map(({ gate, passed }) => `${gate} ${passed}`)).toEqual(["ic false", "sharpe true", "paper_trade_hours false"]);
    expect((await stage.app.invoke("status", {}, stage.context)).sequence).toBe(sequence);
  });

  test("are skipped only by an admin with a reason, and the history keeps that and what they said", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1, { metrics: {} });
    const skip = { skip_gates: true, reason: "outage of the old model" };
    const asWriter = stage.app.invoke("line.promote", { line: LINE, version: "v1", ...skip }, withoutAdmin(stage.context));
    await expect(asWriter).rejects.toMatchObject({ code: "forbidden" });
    await expect(promote(stage, "v1", { skip_gates: true })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await promote(stage, "v1", skip)).toMatchObject({ override: true, changed: true });
    const [move] = await history(stage);
    expect(move).toMatchObject({ gates_skipped: true, reason: "outage of the old model" });
    expect(move?.gates.map((gate) => gate.passed)).toEqual([false, false, false]);
  });

  test("that ask for a version better than the live one compare the dated series of both", async () => {
    await using stage = await openGatedStage(directory());
    const policy = JSON.stringify({ gates: { better_than_incumbent: { enabled: true }, paper_trade_hours: { enabled: false } } });
    await stage.app.invoke("policy.set", { target: "src", policy }, stage.context);
    const series = (shift: number) =>
      [
        "date,ic,ret",
        ...Array.from({ length: 20 }, (_, day) => `2026-01-${day + 10},${0.1 + (day % 5) / 100 + shift},0.0${1 + (day % 3)}`),
      ].join("\n");
    await train(stage, 1, { series: series(0) });
    await promote(stage, "v1");
    await train(stage, 2, { series: series(-0.01) });
    await train(stage, 3, { series: series(0.01) });
    await expect(promote(stage, "v2")).rejects.toMatchObject({
      code: "gate_refused",
      message: expect.stringContaining("better_than_incumbent"),
    });
    expect(await promote(stage, "v3")).toMatchObject({ version: "v3", changed: true });
    await train(stage, 4);
    await expect(promote(stage, "v4")).rejects.toMatchObject({ message: expect.stringContaining("no dated series") });
  });

  test("stand with each staged version in lists", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await train(stage, 2, { metrics: { ic: 0.5, sharpe: 0.1 } });
    const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
    expect(items.map(({ version, gates }) => [version, gates.map(({ gate, passed }) => `${gate} ${passed}`)])).toEqual([
      ["v2", ["ic true", "sharpe false", "paper_trade_hours false"]],
      ["v1", []],
    ]);
  });
});

describe("what is not staged", () => {
  test("is refused with its status and what would be legal: failed, archived", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2);
    await train(stage, 3);
    await stage.app.invoke("version.fail", { line: LINE, version: "v3", reason: "bug" }, stage.context);
    await expect(promote(stage, "v3")).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringMatching(/v3 is failed.*only staged.*new one/),
    });
    await expect(promote(stage, "v1")).rejects.toMatchObject({
      code: "wrong_state",
      message: expect.stringMatching(/v1 is archived.*restaged.*rollback/),
    });
    expect(await statuses(stage)).toEqual(["v1: archived", "v2: production", "v3: failed"]);
  });

  test("and is live already is left alone: nothing is archived, nothing added to the history", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1, 2);
    const before = await history(stage);
    expect(await promote(stage, "v2")).toMatchObject({ changed: false, version: "v2", previous_version: "v1" });
    expect(await history(stage)).toEqual(before);
    expect(await statuses(stage)).toEqual(["v1: archived", "v2: production"]);
  });
});

describe("the history", () => {
  test("has another and later time for every move, in UTC with microseconds, also within one step and when the clock goes back", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await train(stage, 2);
    await tryOnPaper(stage, "v2");
    pass(stage, -1000);
    await promote(stage, "v2");
    await stage.app.invoke("line.rollback", { line: LINE }, stage.context);
    const times = (await history(stage)).map(({ at }) => at).toReversed();
    expect(times).toEqual([...new Set(times)].toSorted());
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect((await stage.app.invoke("history.verify", {}, stage.context)).valid).toBe(true);
  });

  test("of a line whose source was removed stays, and nothing of it goes live until the source is back", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await train(stage, 2);
    await tryOnPaper(stage, "v2");
    await stage.app.invoke("source.remove", { name: "src" }, stage.context);
    const refused = { code: "wrong_state", message: expect.stringContaining("the source of line src/BTC_60 was removed") };
    await expect(promote(stage, "v2")).rejects.toMatchObject(refused);
    await expect(stage.app.invoke("line.rollback", { line: LINE }, stage.context)).rejects.toMatchObject(refused);
    expect(await history(stage)).not.toHaveLength(0);
  });
});

describe("the same request", () => {
  test("asked again gives the first outcome and doubles nothing, also after another version went live", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    await tryOnPaper(stage, "v1");
    const first = await promote(stage, "v1", { request_id: "once" });
    await promoteEach(stage, 2);
    const before = await history(stage);
    expect(await promote(stage, "v1", { request_id: "once" })).toEqual(first);
    expect(await history(stage)).toEqual(before);
    await expect(promote(stage, "v2", { request_id: "once" })).rejects.toMatchObject({ code: "conflict" });
    const rollback = stage.app.invoke("line.rollback", { line: LINE, request_id: "once" }, stage.context);
    await expect(rollback).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("another move") });
  });

  test("asked twice at once is done once", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    await tryOnPaper(stage, "v1");
    const [one, other] = await Promise.all([promote(stage, "v1", { request_id: "a" }), promote(stage, "v1", { request_id: "a" })]);
    expect(other).toEqual(one);
    expect((await history(stage)).filter(({ action }) => action === "promoted")).toHaveLength(1);
  });
});

describe("two promotions at once", () => {
  test("of two versions: one goes live, the other is refused since another line was looked at", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    for (const number of [2, 3]) {
      await train(stage, number);
      await tryOnPaper(stage, `v${number}`);
    }
    const outcomes = await Promise.allSettled([promote(stage, "v2"), promote(stage, "v3")]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "conflict", message: expect.stringMatching(/changed meanwhile: v[23] went live/) });
    expect((await statuses(stage)).filter((line) => line.endsWith("production"))).toHaveLength(1);
    expect((await statuses(stage)).filter((line) => line.endsWith("staged"))).toHaveLength(1);
  });

  test("of one version: it goes live once, and the other finds it done", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    await tryOnPaper(stage, "v1");
    const replies = await Promise.all([promote(stage, "v1"), promote(stage, "v1")]);
    expect(replies.map(({ changed }) => changed)).toEqual([true, false]);
    expect((await history(stage)).filter(({ to_status }) => to_status === "production")).toHaveLength(1);
  });
});
