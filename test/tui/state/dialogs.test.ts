// Dialogs: nothing happens without a yes that was meant.

import { expect, test } from "vitest";
import type { Action } from "../../../tui/state/action.ts";
import type { Model } from "../../../tui/state/model.ts";
import { group, version } from "../views/sample-catalog.ts";
import { connected, fresh, opened, play, typed, WELCOME } from "./play.ts";

/** On the versions tab of a_60, v1 selected. */
function atVersions(pinned = false): Model {
  const line = "alpha/a_60";
  const items = [group("alpha", "a_60", { pinned })];
  const versions: Action = {
    type: "part_loaded",
    line,
    part: "versions",
    value: [version(line, "v2", { live: true, status: "production" }), version(line, "v1")],
  };
  return play(
    opened(),
    { type: "groups_page", source: "alpha", items, total: 1, isFirst: true, isLast: true },
    ...typed("\r6"),
    versions,
    ...typed("j"),
  ).model;
}

function commands(effects: readonly { readonly type: string }[]): unknown[] {
  return effects.filter((effect) => effect.type === "command");
}

test("a version that arrives does not slip under the cursor", () => {
  const line = "alpha/a_60";
  const versions = (...labels: string[]): Action => ({
    type: "part_loaded",
    line,
    part: "versions",
    value: labels.map((label) => version(line, label)),
  });
  const { effects } = play(opened(), ...typed("\r6"), versions("v2", "v1"), versions("v3", "v2", "v1"), ...typed("a"));
  expect(effects.at(-1)).toEqual({ type: "plan", request: { move: "activate", line, version: "v2" } });
});

test("a in the list of groups leads to the versions, to choose one", () => {
  const { model, effects } = play(opened(), ...typed("a"));
  expect(model.screen).toMatchObject({ kind: "line", tab: "versions" });
  expect(model.toast?.text).toContain("choose a version");
  expect(commands(effects)).toEqual([]);
});

test("resume asks only where there is a pin", () => {
  expect(play(atVersions(false), ...typed("u")).model.dialog).toBeUndefined();
  const { effects } = play(atVersions(true), ...typed("u", 1000), ...typed("y", 2000));
  expect(commands(effects)).toEqual([{ type: "command", request: { name: "line.resume", input: { line: "alpha/a_60", reason: "" } } }]);
});

test("a source goes only when its name was typed", () => {
  const wrong = play(connected(), ...typed("d", 1000), ...typed("beta\r", 2000));
  expect(commands(wrong.effects)).toEqual([]);
  expect(wrong.model.dialog).toMatchObject({ fault: "that is not alpha: nothing was removed" });
  const right = play(connected(), ...typed("d", 1000), ...typed("alpha\r", 2000));
  expect(commands(right.effects)).toEqual([{ type: "command", request: { name: "source.remove", input: { name: "alpha" } } }]);
});

test("a directory is registered with what was typed or pasted; faults are named in the dialog", () => {
  const form = play(connected(), ...typed("n"), ...typed("\u001b[200~/srv/models\n\u001b[201~"), ...typed("\tgamma\r"));
  expect(commands(form.effects)).toEqual([
    { type: "command", request: { name: "source.add", input: { path: "/srv/models", name: "gamma" } } },
  ]);
  expect(play(connected(), ...typed("n\r")).model.dialog).toMatchObject({ fault: "type the path of a directory" });
  expect(play(connected(), ...typed("nmodels\r")).model.dialog).toMatchObject({ fault: "the path must be absolute, or begin with ~/" });
  expect(play(connected(), ...typed("n/srv/m\ttech\r")).model.dialog).toMatchObject({ fault: expect.stringContaining("reserved") });
});

test("who may only read sees why, and no dialog opens", () => {
  const { model, effects } = play(connected(["model:read"]), ...typed("n"));
  expect(model.dialog).toBeUndefined();
  expect(model.toast?.text).toContain("register needs model:write, which uid 1000 does not have");
  expect(commands(effects)).toEqual([]);
  expect(play(opened(undefined, ["model:read", "model:write"]), ...typed("a")).model.toast?.text).toContain("activate needs model:admin");
});

test("without a connection a command is refused in words", () => {
  const { model, effects } = play(connected(), { type: "connection_lost", reason: "gone", since: "09:30:00" }, ...typed("r"));
  expect(model.toast?.text).toContain("no connection");
  expect(commands(effects)).toEqual([]);
});

test("the demo is offered only on an empty catalog that has one", () => {
  const empty = (demoPath?: string): Model =>
    play(
      fresh(demoPath === undefined ? {} : { demoPath }),
      { type: "connected", welcome: WELCOME, sequence: 1, resumed: false },
      { type: "sources_loaded", items: [] },
    ).model;
  expect(commands(play(empty("/demo"), ...typed("x")).effects)).toEqual([
    { type: "command", request: { name: "source.add", input: { path: "/demo", name: "demo" } } },
  ]);
  expect(commands(play(empty(), ...typed("x")).effects)).toEqual([]);
  expect(commands(play(connected(), ...typed("x")).effects)).toEqual([]);
});

test("an error stays until esc, other news until the next key", () => {
  const failed = play(connected(), { type: "command_failed", command: "refresh", reason: "no" }, ...typed("j")).model;
  expect(failed.toast?.level).toBe("error");
  expect(play(failed, ...typed("\u001b")).model.toast).toBeUndefined();
  expect(play(connected(), { type: "command_done", command: "refresh", text: "ok" }, ...typed("j")).model.toast).toBeUndefined();
});

test("q quits with 0, ctrl-c with 130, from anywhere", () => {
  expect(play(connected(), ...typed("q")).effects).toEqual([{ type: "exit", code: 0 }]);
  expect(play(connected(), ...typed("n\u0003")).effects).toEqual([{ type: "exit", code: 130 }]);
  expect(play(connected(), { type: "resized", columns: 30, rows: 5 }, ...typed("jq")).effects).toEqual([{ type: "exit", code: 0 }]);
});
