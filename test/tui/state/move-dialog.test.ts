// The dialogs of moves: what is served changes only after the line's name was typed, and never twice.

import { expect, test } from "vitest";
import type { Action } from "../../../tui/state/action.ts";
import type { Model } from "../../../tui/state/model.ts";
import type { MoveKind, MovePlan } from "../../../tui/state/move-types.ts";
import { verdict } from "../views/fake-registry.ts";
import { group, version } from "../views/sample-catalog.ts";
import { opened, play, typed, WELCOME } from "./play.ts";

const LINE = "alpha/a_60";

/** On the versions tab of a_60: v2 is live, v1 (archived) is selected, v3 is staged. */
function atVersions(scopes: readonly string[] = WELCOME.scopes): Model {
  const rows = [
    version(LINE, "v2", { live: true, status: "production" }),
    version(LINE, "v1"),
    version(LINE, "v3", { status: "staged", metrics: { ic: 0.03 } }),
  ];
  return play(
    opened(["a_60"], scopes),
    { type: "groups_page", source: "alpha", items: [group("alpha", "a_60")], total: 1, isFirst: true, isLast: true },
    ...typed("\r6"),
    { type: "part_loaded", line: LINE, part: "versions", value: rows },
    ...typed("j"),
  ).model;
}

function planned(move: MoveKind, label: string, change: Partial<MovePlan> = {}, asked = label): Action {
  const plan: MovePlan = {
    ...{ version: label, from: "v2", to: label, changes: true, isPinned: false, policy: "gated", fromView: undefined, view: undefined },
    ...{ gates: [], warnings: [], comparison: undefined, comparisonNote: "", loadedBy: [] },
    ...change,
  };
  return { type: "plan_loaded", request: { move, line: LINE, version: asked }, plan, atMs: 2000 };
}

function commands(effects: readonly { readonly type: string }[]): unknown[] {
  return effects.flatMap((effect) => (effect.type === "command" && "request" in effect ? [effect.request] : []));
}

const LIVE_EVENT = {
  ...{ sequence: 11, at: "", kind: "version_live" as const, source: "alpha", group_key: "a_60" },
  ...{ version: "v9", previous_version: "v2", reason: "", actor: "uid 1000" },
};
const NAME = `\r${LINE}\r`;

test("activate asks what would happen, and does it only after the line's name was typed", () => {
  const open = play(atVersions(), ...typed("a", 1000));
  expect(open.effects).toEqual([{ type: "plan", request: { move: "activate", line: LINE, version: "v1" } }]);
  const wrong = play(open.model, planned("activate", "v1"), ...typed("because\ralpha/a_61\r", 2000));
  expect(commands(wrong.effects)).toEqual([]);
  expect(wrong.model.dialog).toMatchObject({ fault: `that is not ${LINE}: nothing was done` });
  const done = play(wrong.model, ...typed(`\u0015${LINE}\r`, 2000));
  expect(commands(done.effects)).toEqual([{ name: "line.activate", input: { line: LINE, version: "v1", reason: "because" } }]);
  expect(done.model.dialog).toMatchObject({ isBusy: true });
  const answered = play(done.model, { type: "command_done", command: "line.activate", text: "done" });
  expect(answered.model.dialog).toBeUndefined();
  expect(answered.model.toast?.text).toBe("done");
});

test("the name may be typed with the version, but not with another one", () => {
  const open = play(atVersions(), ...typed("jp", 1000), planned("promote", "v3"));
  expect(commands(play(open.model, ...typed(`\r${LINE}:v3\r`, 2000)).effects).length).toBe(1);
  expect(commands(play(open.model, ...typed(`\r${LINE}:v1\r`, 2000)).effects)).toEqual([]);
});

test("keys typed within 300 ms of opening are not an answer, and nothing is confirmed before it is on the screen", () => {
  expect(commands(play(atVersions(), ...typed("a", 1000), planned("activate", "v1"), ...typed(NAME, 1299)).effects)).toEqual([]);
  expect(commands(play(atVersions(), ...typed("a", 1000), ...typed(NAME, 2000)).effects)).toEqual([]);
});

test("esc leaves, enter without a name does nothing, and a second enter is not a second command", () => {
  const open = play(atVersions(), ...typed("a", 1000), planned("activate", "v1")).model;
  expect(play(open, ...typed("\u001b", 2000)).model.dialog).toBeUndefined();
  expect(commands(play(open, ...typed("\r\r\r", 2000)).effects)).toEqual([]);
  expect(commands(play(open, ...typed(`${NAME}\r\r`, 2000)).effects).length).toBe(1);
});

test("a move that would change nothing cannot be confirmed", () => {
  const same = planned("activate", "v1", { changes: false });
  expect(commands(play(atVersions(), ...typed("a", 1000), same, ...typed(NAME, 2000)).effects)).toEqual([]);
});

const REFUSING = { gates: [verdict("ic", 0.03, "> 0.02", true), verdict("sharpe", 0.4, "> 0.5", false)] };

test("a gate that refuses keeps the promotion back, and is asked again", () => {
  const { model, effects } = play(
    atVersions(["model:read", "model:write"]),
    ...typed("jp", 1000),
    planned("promote", "v3", REFUSING),
    ...typed(NAME, 2000),
  );
  expect(commands(effects)).toEqual([]);
  expect(model.dialog).toMatchObject({ fault: "refused by the gate sharpe (sharpe is 0.4, not > 0.5): nothing was done" });
  expect(effects.at(-1)).toEqual({ type: "plan", request: { move: "promote", line: LINE, version: "v3" } });
});

test("skipping the gates is for admins, needs a reason, and only where a gate refuses", () => {
  const open = (scopes: readonly string[], gates = REFUSING): Model =>
    play(atVersions(scopes), ...typed("jp", 1000), planned("promote", "v3", gates)).model;
  // Backwards from the reason stands the option.
  const skip = `\u001b[Z \t`;
  const without = play(open(WELCOME.scopes), ...typed(`${skip}${NAME}`, 2000));
  expect(commands(without.effects)).toEqual([]);
  expect(without.model.dialog).toMatchObject({ fault: "skipping the gates needs a reason: tab leads to it" });
  const done = play(open(WELCOME.scopes), ...typed(`${skip}fire${NAME}`, 2000));
  expect(commands(done.effects)).toEqual([
    { name: "line.promote", input: { line: LINE, version: "v3", reason: "fire", skip_gates: true } },
  ]);
  const noAdmin = play(open(["model:read", "model:write"]), ...typed(`${skip}`, 2000));
  expect(noAdmin.model.dialog).toMatchObject({ isOptionOn: false });
  const passing = play(open(WELCOME.scopes, { gates: [verdict("ic", 0.03, "> 0.02", true)] }), ...typed(`${NAME}`, 2000));
  expect(commands(passing.effects)).toEqual([
    { name: "line.promote", input: { line: LINE, version: "v3", reason: "", skip_gates: false } },
  ]);
});

test("a rollback goes to the archived version under the cursor, else to what was live before, and may mark the bad one", () => {
  const to = play(atVersions(), ...typed("b", 1000));
  expect(to.effects).toEqual([{ type: "plan", request: { move: "rollback", line: LINE, version: "v1" } }]);
  const before = play(atVersions(), ...typed("kb", 1000), planned("rollback", "v1", {}, ""), ...typed(`\u001b[Z \t${NAME}`, 2000));
  expect(before.effects[0]).toEqual({ type: "plan", request: { move: "rollback", line: LINE, version: "" } });
  expect(commands(before.effects)).toEqual([{ name: "line.rollback", input: { line: LINE, to: "v1", mark_failed: true, reason: "" } }]);
});

test("what leaves production alone is confirmed with y; failing what is live needs the name", () => {
  const restaged = play(atVersions(), ...typed("e", 1000), planned("restage", "v1", { to: "v2" }), ...typed("y", 2000));
  expect(commands(restaged.effects)).toEqual([{ name: "version.restage", input: { line: LINE, version: "v1", reason: "" } }]);
  const paper = play(atVersions(), ...typed("jt", 1000), planned("paper_start", "v3", { to: "v2" }), ...typed("\tdesk 3\ry", 2000));
  expect(commands(paper.effects)).toEqual([{ name: "paper.start", input: { line: LINE, version: "v3", evidence: "desk 3" } }]);
  const live = planned("fail", "v2", { to: "" });
  expect(commands(play(atVersions(), ...typed("kx", 1000), live, ...typed("y", 2000)).effects)).toEqual([]);
  expect(commands(play(atVersions(), ...typed("kx", 1000), live, ...typed(NAME, 2000)).effects)).toEqual([
    { name: "version.fail", input: { line: LINE, version: "v2", reason: "", confirm_live: true } },
  ]);
  for (const no of ["\r", "\u001b", "n", "q"]) {
    const left = play(atVersions(), ...typed("e", 1000), planned("restage", "v1"), ...typed(no, 2000));
    expect(left.model.dialog).toBeUndefined();
    expect(commands(left.effects)).toEqual([]);
  }
});

test("a line that somebody else moved is shown anew, and its name has to be typed again", () => {
  // Older than what was typed: the window after a plan that is news begins with it.
  const open = play(atVersions(), ...typed("a", 1000), planned("activate", "v1"), ...typed(`\r${LINE}`, 1900)).model;
  const moved = play(open, { type: "events", events: [{ ...LIVE_EVENT, actor: "uid 7" }], atMs: 1950 });
  expect(moved.effects).toContainEqual({ type: "plan", request: { move: "activate", line: LINE, version: "v1" } });
  expect(commands(play(moved.model, ...typed("\r", 1960)).effects)).toEqual([]);
  const again = play(moved.model, planned("activate", "v1", { from: "v9" }));
  expect(again.model.dialog).toMatchObject({ typed: "", field: "reason", news: "v9 went live meanwhile (uid 7)" });
  expect(commands(play(again.model, ...typed(NAME, 2100)).effects)).toEqual([]);
  expect(commands(play(again.model, ...typed(NAME, 2400)).effects).length).toBe(1);
});

test("what happened on the line without changing what the move would do is no news, and neither is our own move", () => {
  const open = play(atVersions(), ...typed("a", 1000), planned("activate", "v1"), ...typed(`\r${LINE}`, 1900)).model;
  const same = play(open, { type: "events", events: [{ ...LIVE_EVENT, version: "v2" }], atMs: 1950 }, planned("activate", "v1"));
  expect(same.model.dialog).toMatchObject({ typed: LINE, news: "" });
  expect(commands(play(same.model, ...typed("\r", 2000)).effects).length).toBe(1);
  const busy = play(open, ...typed("\r", 2000), { type: "events", events: [LIVE_EVENT], atMs: 2100 });
  expect(busy.model.dialog).toMatchObject({ isBusy: true, heard: "" });
});

test("a refusal is shown in the dialog, which asks what holds now", () => {
  const sent = play(atVersions(), ...typed("a", 1000), planned("activate", "v1"), ...typed(NAME, 2000)).model;
  const { model, effects } = play(sent, { type: "command_failed", command: "line.activate", reason: "v1 is failed" });
  expect(model.dialog).toMatchObject({ kind: "move", isBusy: false, fault: "v1 is failed" });
  expect(effects).toEqual([{ type: "plan", request: { move: "activate", line: LINE, version: "v1" } }]);
  expect(
    play(model, { type: "plan_failed", request: { move: "activate", line: LINE, version: "v1" }, reason: "it is failed" }).model.dialog,
  ).toMatchObject({
    plan: undefined,
    planFault: "it is failed",
  });
});

test("a move whose answer was lost is looked up when the daemon is back: done, not done, or nobody knows", () => {
  const sent = play(atVersions(), ...typed("a", 1000), planned("activate", "v1"), ...typed(NAME, 2000)).model;
  const lost = { requestId: "r-1", command: "line.activate", words: `line.activate of ${LINE} v1`, reason: "" };
  const cut = play(sent, { type: "connection_lost", reason: "gone", since: "09:30:00" }, { type: "command_lost", lost });
  expect(cut.effects).toEqual([]);
  const back = play(cut.model, { type: "connected", welcome: WELCOME, sequence: 12, resumed: true });
  expect(back.effects).toContainEqual({ type: "look_up", lost });
  expect(back.model.dialog).toMatchObject({ isBusy: true });
  const done = play(back.model, { type: "outcome_known", requestId: "r-1", at: "2026-01-05T09:30:00.000000Z" });
  expect(done.model.dialog).toBeUndefined();
  expect(done.model.toast?.text).toContain("done after all at 2026-01-05 09:30:00Z");
  const not = play(back.model, { type: "outcome_known", requestId: "r-1", at: undefined });
  expect(not.model.dialog).toMatchObject({
    isBusy: false,
    typed: "",
    fault: `line.activate of ${LINE} v1 was not done, the history has no such move`,
  });
  const unknown = play(back.model, { type: "outcome_unknown", requestId: "r-1", reason: "the database is away" });
  expect(unknown.model.dialog).toMatchObject({ isBusy: false, fault: expect.stringContaining("look at the history before trying again") });
});

test("who may not move sees why", () => {
  expect(play(atVersions(["model:read"]), ...typed("p")).model.toast?.text).toContain("promote needs model:write");
  expect(play(atVersions(["model:read", "model:write"]), ...typed("a")).model.toast?.text).toContain("activate needs model:admin");
});
