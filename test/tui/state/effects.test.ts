// The effects against a daemon in memory: connecting, resuming, batching.

import { expect, test } from "vitest";
import type { CatalogEvent } from "../../../shared/contract/events.ts";
import { AppError } from "../../../shared/contract/errors.ts";
import type { Action } from "../../../tui/state/action.ts";
import { createEffects } from "../../../tui/state/effects.ts";
import { followEvents } from "../../../tui/state/follow-events.ts";
import { createFakeDaemon } from "../views/fake-daemon.ts";
import { catalog, group } from "../views/sample-catalog.ts";
import { until } from "../views/fake-terminal.ts";
import { FakeClock } from "../views/ui-session.ts";

function start(daemon = createFakeDaemon()) {
  const actions: Action[] = [];
  const effects = createEffects({
    connect: daemon.connect,
    clock: new FakeClock(),
    dispatch: (...some) => void actions.push(...some),
    onExit: () => undefined,
    onSuspend: () => undefined,
  });
  effects.start();
  const saw = (type: Action["type"], count = 1): Promise<void> =>
    until(
      () => `${count} × ${type} in ${actions.map((one) => one.type).join(" ")}`,
      () => actions.filter((one) => one.type === type).length >= count,
    );
  return { daemon, actions, effects, saw };
}

test("after a restart the events go on where they stopped", async () => {
  const { daemon, actions, effects, saw } = start();
  await using _effects = effects;
  await saw("connected");
  daemon.emit("version_live", "alpha", "a", "v3");
  await saw("events");
  daemon.down();
  await saw("connection_lost");
  await saw("connect_failed");
  daemon.emit("version_live", "alpha", "b", "v4");
  daemon.up();
  await saw("connected", 2);
  await saw("events", 2);
  expect(actions.findLast((one) => one.type === "connected")).toMatchObject({ resumed: true, sequence: 1 });
  const missed = actions.findLast((one) => one.type === "events");
  expect(missed?.type === "events" ? missed.events.map((event) => event.sequence) : []).toEqual([2]);
});

test("a daemon that is behind what was seen is another catalog", async () => {
  const { daemon, actions, effects, saw } = start();
  await using _effects = effects;
  await saw("connected");
  daemon.emit("version_live", "alpha", "a");
  daemon.emit("version_live", "alpha", "a");
  await saw("events");
  daemon.down();
  await saw("connection_lost");
  daemon.catalog.events = [];
  daemon.up();
  await saw("connected", 2);
  expect(actions.findLast((one) => one.type === "connected")).toMatchObject({ resumed: false, sequence: 0 });
});

test("all pages of a source come, a thousand rows at a time", async () => {
  const rows = Array.from({ length: 2500 }, (_row, at) => group("alpha", `g${String(at).padStart(5, "0")}`));
  const { actions, effects, saw } = start(createFakeDaemon(catalog({ groups: new Map([["alpha", rows]]) })));
  await using _effects = effects;
  await saw("connected");
  effects.run({ type: "load_groups", source: "alpha" });
  await saw("groups_page", 3);
  const pages = actions.flatMap((one) => (one.type === "groups_page" ? [[one.items.length, one.isFirst, one.isLast]] : []));
  expect(pages).toEqual([
    [1000, true, false],
    [1000, false, false],
    [500, false, true],
  ]);
});

test("a refusal becomes words, a broken connection does not", async () => {
  const { daemon, actions, effects, saw } = start();
  await using _effects = effects;
  await saw("connected");
  effects.run({ type: "load_parts", line: "alpha/unknown", parts: ["show"] });
  await saw("part_failed");
  expect(actions.find((one) => one.type === "part_failed")).toMatchObject({ reason: "no line alpha/unknown" });
  effects.run({ type: "load_parts", line: "alpha/ADABTC_ret_60", parts: ["show"] });
  daemon.down();
  await saw("connection_lost");
  expect(actions.filter((one) => one.type === "part_failed").length).toBe(1);
});

test("a command without a connection fails at once, in words", async () => {
  const daemon = createFakeDaemon();
  daemon.down();
  const { actions, effects, saw } = start(daemon);
  await using _effects = effects;
  await saw("connect_failed");
  effects.run({ type: "command", request: { name: "refresh", input: {} } });
  expect(actions.at(-1)).toMatchObject({ type: "command_failed", reason: "there is no connection to the daemon now" });
});

test("a daemon that refuses us is told apart from one that is not there", async () => {
  const actions: Action[] = [];
  const refuse = () => Promise.reject(new AppError("forbidden", "protocol 1 here, 2 there"));
  const effects = createEffects({
    connect: refuse,
    clock: new FakeClock(),
    dispatch: (...some) => void actions.push(...some),
    onExit: () => undefined,
    onSuspend: () => undefined,
  });
  effects.start();
  await until(
    () => "a failure",
    () => actions.length > 0,
  );
  await effects[Symbol.asyncDispose]();
  expect(actions[0]).toEqual({ type: "connect_failed", reason: "protocol 1 here, 2 there", isRefused: true });
});

test("directories that are registered already are passed over", async () => {
  const { daemon, effects, saw } = start();
  await using _effects = effects;
  await saw("connected");
  effects.run({ type: "register_paths", paths: ["/srv/models/alpha/", "/srv/models/new"] });
  await saw("command_done");
  expect(daemon.calls.filter((call) => call.name === "source.add")).toEqual([{ name: "source.add", input: { path: "/srv/models/new" } }]);
});

test("a burst of events is shown in few batches, in order and without loss", async () => {
  const daemon = createFakeDaemon();
  const client = await daemon.connect();
  const batches: (readonly CatalogEvent[])[] = [];
  const stop = new AbortController();
  const onBatch = (events: readonly CatalogEvent[]): Promise<void> => {
    batches.push(events);
    return Promise.resolve();
  };
  const following = followEvents({ client, after: 0, signal: stop.signal, onBatch });
  daemon.emit("version_live", "alpha", "first");
  await until(
    () => "the first event",
    () => batches.length === 1,
  );
  for (let at = 0; at < 500; at++) daemon.emit("version_live", "alpha", `g${at}`);
  await until(
    () => "all events",
    () => batches.flat().length === 501,
  );
  expect(batches.length).toBeLessThanOrEqual(4);
  expect(batches.flat().map((event) => event.sequence)).toEqual(Array.from({ length: 501 }, (_event, at) => at + 1));
  stop.abort();
  client.close();
  await expect(following).rejects.toThrow("closed the connection");
});
