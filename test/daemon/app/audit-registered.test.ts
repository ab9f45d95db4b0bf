// What the older registries could not say, or said wrongly, of registered versions: when which was live, who decided on what, and which is best.

import { expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openRegistryStage, type RegistryStage } from "./registry-stage.ts";

const directory = useTempDirectory("audit-registered");
const LINE = "strategy/momentum_v1";
const HOUR = 3_600_000_000n;

/** Registers a version with metrics and makes it live an hour later. */
async function release(stage: RegistryStage, version: string, metrics: object): Promise<void> {
  await stage.register(LINE, version, { metrics: JSON.stringify(metrics) });
  stage.clock.micros += HOUR;
  await stage.promote(LINE, version);
  stage.clock.micros += HOUR;
}

const liveAt = async (stage: RegistryStage, at: string) =>
  (await stage.app.invoke("live.at", { target: LINE, at }, stage.context)).items[0];

test("history is in UTC with microseconds, no two rows tie, and the version that was active at a time is one answer", async () => {
  await using stage = await openRegistryStage(directory());
  await release(stage, "v1.0.0", { sharpe: 1 });
  await release(stage, "v2.0.0", { sharpe: 2 });
  const { items } = await stage.app.invoke("line.history", { line: LINE }, stage.context);
  expect(items.every(({ at }) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at))).toBe(true);
  const times = items.map(({ at }) => at);
  expect(times).toEqual([...new Set(times)].sort().toReversed());
  const swap = items.find(({ version, to_status: to }) => version === "v2.0.0" && to === "production");
  const left = items.find(({ version, action }) => version === "v1.0.0" && action === "replaced");
  expect((await liveAt(stage, swap?.at ?? ""))?.version).toBe("v2.0.0");
  expect((await liveAt(stage, left?.at ?? ""))?.version).toBe("v1.0.0");
  // The same instant, as somebody in another zone writes it.
  const [hours, rest] = [Number(swap?.at.slice(11, 13)), swap?.at.slice(13, -1)];
  const elsewhere = `${swap?.at.slice(0, 11)}${String((hours + 1) % 24).padStart(2, "0")}${rest}+01:00`;
  if (hours < 23) expect((await liveAt(stage, elsewhere))?.version).toBe("v2.0.0");
});

test("a version whose stored files are missing is listed with all others, and so is what was live", async () => {
  await using stage = await openRegistryStage(directory());
  await release(stage, "v1.0.0", { sharpe: 1 });
  await release(stage, "v2.0.0", { sharpe: 2 });
  stage.strings.broken.add("all");
  const { items } = await stage.app.invoke("version.list", { target: "strategy" }, stage.context);
  expect(items.map(({ version, status }) => `${version} ${status}`)).toEqual(["v2.0.0 production", "v1.0.0 archived"]);
  expect(await stage.app.invoke("version.list", { target: LINE }, stage.context)).toMatchObject({ total: 2 });
  expect(await stage.app.invoke("line.list", {}, stage.context)).toMatchObject({ items: [{ line: LINE, version: "v2.0.0", versions: 2 }] });
  expect((await liveAt(stage, "2999-01-01"))?.version).toBe("v2.0.0");
});

test("history keeps the reason, the actor, what the gates said and that they were skipped, and the chain proves it", async () => {
  await using stage = await openRegistryStage(directory());
  await stage.register(LINE, "v1.0.0", { metrics: '{"ic": 0.001, "sharpe": 1.2}' });
  const urgent = { line: LINE, version: "v1.0.0", skip_gates: true, reason: "the old one lost its data", request_id: "ticket 12" };
  await stage.app.invoke("line.promote", urgent, stage.context);
  const { items } = await stage.app.invoke("line.history", { line: LINE }, stage.context);
  expect(items[0]).toMatchObject({
    ...{ action: "promoted", from_status: "staged", to_status: "production", actor: "test", gates_skipped: true },
    ...{ reason: "the old one lost its data", request_id: "ticket 12", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(items[0]?.gates.find(({ gate }) => gate === "ic")).toMatchObject({ passed: false, value: 0.001, threshold: 0.02 });
  expect(await stage.app.invoke("history.verify", {}, stage.context)).toMatchObject({ valid: true, moves: 2, hash: items[0]?.hash });
  expect(await stage.app.invoke("move.outcome", { request_id: "ticket 12" }, stage.context)).toMatchObject({
    found: true,
    version: "v1.0.0",
  });
});

test("one question ranks by a metric, with every metric, the status and when each was active; those never active are shown", async () => {
  await using stage = await openRegistryStage(directory());
  await release(stage, "v1.0.0", { valid_ic: 0.03, sharpe: 1.4, max_drawdown: 0.2 });
  await release(stage, "v1.9.0", { valid_ic: 0.04, sharpe: 2.5 });
  await stage.register(LINE, "v1.10.0", { metrics: '{"sharpe": 1.9}' });
  await stage.app.invoke("version.fail", { line: LINE, version: "v1.10.0", reason: "overfitted" }, stage.context);
  await stage.register(LINE, "v1.11.0", { metrics: '{"valid_ic": 0.1}' });
  const ranked = await stage.app.invoke("version.rank", { line: LINE, by: "sharpe" }, stage.context);
  const time = expect.stringMatching(/Z$/);
  expect(ranked).toMatchObject({
    total: 4,
    items: [
      { rank: 1, version: "v1.9.0", status: "production", value: 2.5, activated_at: time, deactivated_at: null },
      { rank: 2, version: "v1.10.0", status: "failed", value: 1.9, activated_at: null, deactivated_at: null },
      {
        rank: 3,
        version: "v1.0.0",
        status: "archived",
        value: 1.4,
        metrics: { max_drawdown: 0.2 },
        activated_at: time,
        deactivated_at: time,
      },
      { rank: 4, version: "v1.11.0", status: "staged", value: null, activated_at: null, deactivated_at: null },
    ],
  });
  const failed = await stage.app.invoke("version.list", { target: "strategy", status: "failed" }, stage.context);
  expect(failed.items.map(({ version, metrics, reason }) => ({ version, metrics, reason }))).toEqual([
    { version: "v1.10.0", metrics: { sharpe: 1.9 }, reason: "overfitted" },
  ]);
  const compared = await stage.app.invoke("version.compare", { line: LINE, version: "v1.0.0", other_version: "v1.9.0" }, stage.context);
  expect(compared.metrics).toContainEqual({ name: "max_drawdown", first: 0.2, second: null, difference: null });
});

test("a version that is activated again keeps its earlier time of activity", async () => {
  await using stage = await openRegistryStage(directory());
  await release(stage, "v9.0.0", { sharpe: 1 });
  await release(stage, "v10.0.0", { sharpe: 2 });
  await stage.app.invoke("line.activate", { line: LINE, version: "v9.0.0", reason: "back" }, stage.context);
  const moves = (await stage.app.invoke("line.history", { line: LINE }, stage.context)).items;
  const wentLive = moves.filter(({ to_status: to }) => to === "production").toReversed();
  expect(wentLive.map(({ version }) => version)).toEqual(["v9.0.0", "v10.0.0", "v9.0.0"]);
  const [first, second, third] = wentLive.map(({ at }) => at);
  expect(await liveAt(stage, first ?? "")).toMatchObject({ version: "v9.0.0", since: first, until: second });
  expect(await liveAt(stage, second ?? "")).toMatchObject({ version: "v10.0.0", since: second, until: third });
  expect(await liveAt(stage, third ?? "")).toMatchObject({ version: "v9.0.0", since: third, until: null, reason: "back" });
  const { items } = await stage.app.invoke("version.rank", { line: LINE, by: "sharpe", order: "asc" }, stage.context);
  expect(items[0]).toMatchObject({ version: "v9.0.0", activated_at: third, deactivated_at: null });
});
