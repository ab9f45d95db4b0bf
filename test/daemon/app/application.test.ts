// The application over a real store: who may do what, what watchers are sent, and that nothing half done is ever visible.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LiveChange, RequestContext } from "../../../daemon/app/doors.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openStage, readingOf, type Stage } from "./application-fixture.ts";

const temporary = useTempDirectory("application");
let stage: Stage;
beforeEach(async () => {
  stage = await openStage(temporary());
});
afterEach(() => stage[Symbol.asyncDispose]());

const call = <T>(name: string, input: object, context?: RequestContext): Promise<T> =>
  stage.app.call(name, input, context ?? stage.context) as Promise<T>;

async function take(changes: AsyncIterator<LiveChange>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < count; i++) {
    const next = await changes.next();
    if (next.done === true) break;
    seen.push(`${next.value.kind} ${next.value.group_key} ${next.value.version}`.trim());
  }
  return seen;
}

function watch(input: object = {}): { changes: AsyncIterator<LiveChange>; stop: () => void } {
  const abort = new AbortController();
  return {
    changes: stage.app.watchLive(input, { ...stage.context, signal: abort.signal })[Symbol.asyncIterator](),
    stop: () => abort.abort(),
  };
}

describe("watchers", () => {
  test("get a snapshot of what is live, then every change", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    await stage.show("ETH_ret", { model_json: "b1" });
    const { changes, stop } = watch();
    expect(await take(changes, 4)).toEqual(["snapshot_begin", "live BTC_ret v1", "live ETH_ret v1", "snapshot_end"]);
    await stage.show("ETH_ret", { model_json: "b2" });
    await stage.gone("BTC_ret");
    expect(await take(changes, 2)).toEqual(["live ETH_ret v2", "withdrawn BTC_ret"]);
    stop();
    expect((await changes.next()).done).toBe(true);
  });

  test("that were slow get the newest state of each line, once", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    const { changes, stop } = watch();
    await take(changes, 3);
    for (let i = 2; i <= 40; i++) await stage.show("BTC_ret", { model_json: `a${i}` });
    await stage.show("ETH_ret", { model_json: "b1" });
    expect(await take(changes, 2)).toEqual(["live BTC_ret v40", "live ETH_ret v1"]);
    stop();
  });

  test("that resume get only what came after their sequence", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    const { sequence } = await call<{ sequence: number }>("status", {});
    await stage.show("ETH_ret", { model_json: "b1" });
    const { changes, stop } = watch({ after_sequence: sequence });
    expect(await take(changes, 1)).toEqual(["live ETH_ret v1"]);
    stop();
  });

  test("with a symbol filter hear of those symbols only, whatever their case", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    await stage.show("ETH_ret", { model_json: "b1" });
    const { changes, stop } = watch({ symbols: ["eth"] });
    expect(await take(changes, 3)).toEqual(["snapshot_begin", "live ETH_ret v1", "snapshot_end"]);
    stop();
  });

  test("of an unknown source are told so", async () => {
    const { changes } = watch({ source: "nope" });
    await expect(changes.next()).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining("nope") });
  });
});

describe("writes", () => {
  test("that fail in the object store leave nothing, and the group is shown again", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    const before = await call("status", {});
    stage.breakObjects(new Error("no space left"));
    await stage.show("BTC_ret", { model_json: "a2" });
    expect(stage.dealt.at(-1)).toEqual({ groupKey: "BTC_ret", outcome: "again" });
    expect(await call("status", {})).toEqual(before);
    stage.breakObjects(undefined);
    await stage.show("BTC_ret", { model_json: "a2" });
    expect(await call("live.list", {})).toMatchObject({ items: [{ version: "v2" }] });
  });

  test("keep their order in time when the clock goes back", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    stage.clock.micros -= 3_600_000_000n;
    await stage.show("BTC_ret", { model_json: "a2" });
    const events: { at: string }[] = [];
    for await (const event of stage.app.stream("event.stream", { after: 0 }, stage.context)) events.push(event as { at: string });
    expect(events.map((event) => event.at)).toEqual(events.map((event) => event.at).toSorted());
    expect(new Set(events.map((event) => event.at)).size).toBe(events.length);
  });

  test("survive a restart: numbering goes on and what was live is live", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    await stage.show("BTC_ret", { model_json: "a2" });
    await call("line.activate", { line: "src/BTC_ret", version: "v1" });
    const live = await call("live.list", {});
    await stage[Symbol.asyncDispose]();
    stage = await openStage(temporary());
    expect(await call("live.list", {})).toEqual(live);
    await stage.show("BTC_ret", { model_json: "a3" });
    expect(await call("line.versions", { line: "src/BTC_ret" })).toMatchObject({
      items: [{ version: "v3", status: "staged" }, { version: "v2" }, { version: "v1", live: true }],
    });
  });
});

describe("moves", () => {
  test("to a version that does not exist, or cannot be served, are refused with the reason", async () => {
    await stage.show("BTC_ret", { model_pkl: "p" });
    await expect(call("line.activate", { line: "src/BTC_ret", version: "v9" })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("v9"),
    });
    await expect(call("line.activate", { line: "src/BTC_ret", version: "v1" })).rejects.toMatchObject({ code: "wrong_state" });
    await expect(call("line.activate", { line: "src/X", version: "v1" })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("X"),
    });
    await expect(call("line.activate", { line: "noslash", version: "v1" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("need a scope that a reader lacks", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    const reader: RequestContext = {
      ...stage.context,
      principal: { name: "socket:bob(1001)", door: "socket", scopes: new Set(["model:read"]) },
    };
    await expect(call("line.activate", { line: "src/BTC_ret", version: "v1" }, reader)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("model:admin"),
    });
    await expect(call("source.remove", { name: "src" }, reader)).rejects.toMatchObject({ code: "forbidden" });
    await expect(call("status", {}, reader)).resolves.toBeDefined();
  });

  test("twice to the same version change nothing the second time", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    await stage.show("BTC_ret", { model_json: "a2" });
    expect(await call("line.activate", { line: "src/BTC_ret", version: "v1" })).toMatchObject({ changed: true });
    expect(await call("line.activate", { line: "src/BTC_ret", version: "v1" })).toMatchObject({ changed: false, previous_version: "v1" });
  });
});

describe("sources", () => {
  test("that are removed withdraw their lines, and continue their numbering when the name returns", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    expect(await call("source.remove", { name: "src" })).toEqual({ name: "src", withdrawn: 1 });
    expect(await call("live.list", {})).toMatchObject({ total: 0 });
    await expect(call("group.list", { source: "src" })).rejects.toMatchObject({ code: "not_found" });
    await call("source.add", { path: "/models/src" });
    await stage.show("BTC_ret", { model_json: "a2" });
    expect(await call("live.list", {})).toMatchObject({ items: [{ line: "src/BTC_ret", version: "v2" }] });
  });

  test("that were pointed elsewhere while a group was read do not take what lay at the old place", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    stage.holdReads(promise);
    const shown = stage.show("BTC_ret", { model_json: "old place" });
    await call("source.add", { path: "/elsewhere/src", replace: true });
    resolve();
    await shown;
    expect(stage.dealt.at(-1)).toEqual({ groupKey: "BTC_ret", outcome: "done" });
    expect(await call("live.list", {})).toMatchObject({ total: 0 });
  });

  test("inside another, under a taken name or a reserved one are refused with what to do", async () => {
    await expect(call("source.add", { path: "/models/src/deep" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("src"),
    });
    await expect(call("source.add", { path: "/other/src" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("--replace"),
    });
    await expect(call("source.add", { path: "/other/tech" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("reserved"),
    });
    await expect(call("source.add", { path: "/other/x", name: "a/b" })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await call("source.add", { path: "/models/src" })).toMatchObject({ name: "src" });
  });
});

describe("groups that cannot be read", () => {
  test("with an incomplete manifest are degraded only once they are quiet", async () => {
    await stage.showReading("BTC_ret", { outcome: "incomplete", reason: "manifest: BTC_ret_model.json is missing" }, false);
    expect(await call("group.list", { source: "src" })).toMatchObject({ total: 0 });
    await stage.showReading("BTC_ret", { outcome: "incomplete", reason: "manifest: BTC_ret_model.json is missing" }, true);
    expect(await call("group.list", { source: "src" })).toMatchObject({
      items: [{ ready: false, degraded: expect.stringContaining("missing") }],
    });
    await stage.show("BTC_ret", { model_json: "a1" });
    expect(await call("group.list", { source: "src" })).toMatchObject({ items: [{ ready: true, degraded: "", version: "v1" }] });
  });

  test("keep what is live, and heal when their bytes are good again", async () => {
    await stage.show("BTC_ret", { model_json: "a1" });
    await stage.showReading(
      "BTC_ret",
      readingOf(
        "BTC_ret",
        { model_json: "bad" },
        { ready: false, notReady: "x", faults: [{ kind: "model_json", file: "BTC_ret_model.json", reason: "ends early" }] },
      ),
    );
    expect(await call("group.list", { source: "src" })).toMatchObject({
      items: [{ ready: true, version: "v1", degraded: "BTC_ret_model.json: ends early" }],
    });
    await stage.show("BTC_ret", { model_json: "a1" });
    expect(await call("group.list", { source: "src" })).toMatchObject({ items: [{ version: "v1", degraded: "" }] });
    expect(await call("line.versions", { line: "src/BTC_ret" })).toMatchObject({ total: 1 });
  });
});

describe("GetModel", () => {
  test("asked the same again answers with what is live then, never with what it said before a change", async () => {
    const ask = async (): Promise<string> => {
      const answer = await stage.app.model({ source: "src", symbol: "BTC" }, stage.context);
      return answer.outcome === "found" ? (await answer.payload()).toString() : answer.outcome;
    };
    expect([await ask(), await ask()]).toEqual(["refused", "refused"]);
    await stage.show("BTC_ret", { model_json: "a1" });
    expect([await ask(), await ask()]).toEqual(["BTC_ret@v1", "BTC_ret@v1"]);
    await stage.show("BTC_ret", { model_json: "a2" });
    expect(await ask()).toBe("BTC_ret@v2");
    expect(stage.app.modelAtHand({ source: "src", symbol: "BTC" }, stage.context)).toBeUndefined();
    await call("line.activate", { line: "src/BTC_ret", version: "v1" });
    expect([await ask(), await ask()]).toEqual(["BTC_ret@v1", "BTC_ret@v1"]);
    expect(stage.app.modelAtHand({ source: "src", symbol: "BTC" }, stage.context)?.toString()).toBe("BTC_ret@v1");
    await call("source.remove", { name: "src" });
    expect(stage.app.modelAtHand({ source: "src", symbol: "BTC" }, stage.context)).toBeUndefined();
    expect(await ask()).toBe("refused");
  });
});
