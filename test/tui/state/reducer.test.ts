// The reducer: connection, data and events.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { CatalogEvent } from "../../../shared/contract/events.ts";
import { EVENT_KINDS } from "../../../shared/contract/events.ts";
import type { Action } from "../../../tui/state/action.ts";
import { MARK_MS } from "../../../tui/state/on-events.ts";
import { group, source, version } from "../views/sample-catalog.ts";
import { connected, fresh, opened, play, typed, WELCOME } from "./play.ts";

function event(sequence: number, change: Partial<CatalogEvent> = {}): CatalogEvent {
  return {
    sequence,
    at: "2026-01-05T09:30:00.000000Z",
    kind: "version_live",
    source: "alpha",
    group_key: "a_60",
    version: "v3",
    previous_version: "v2",
    reason: "",
    actor: "",
    ...change,
  };
}

const LOST: Action = { type: "connection_lost", reason: "the daemon closed the connection", since: "09:30:00" };

test("what is shown stays when the connection breaks, with the time since when it is stale", () => {
  const { model } = play(opened(), LOST);
  expect(model.connection).toMatchObject({ state: "stale", since: "09:30:00" });
  expect(model.open?.rows.length).toBe(3);
});

test("waiting for the daemon changes nothing from one failure to the next", () => {
  const failed: Action = { type: "connect_failed", reason: "no daemon answers", isRefused: false };
  const once = play(fresh(), failed).model;
  expect(play(once, failed).model).toBe(once);
  const stale = play(connected(), LOST, failed).model;
  expect(play(stale, failed).model).toBe(stale);
  expect(play(fresh(), { ...failed, isRefused: true }).model.connection.state).toBe("refused");
});

test("a resumed connection asks again only for what was on its way; another catalog is loaded anew", () => {
  const resumed = play(opened(), LOST, { type: "connected", welcome: WELCOME, sequence: 10, resumed: true });
  expect(resumed.effects.map((effect) => effect.type)).not.toContain("load_groups");
  const anew = play(opened(), LOST, { type: "connected", welcome: WELCOME, sequence: 2, resumed: false });
  expect(anew.effects).toContainEqual({ type: "load_groups", source: "alpha" });
  expect(anew.model.sequence).toBe(2);
});

test("an event asks for the rows it touches, once for all events of a batch, and marks them", () => {
  const { model, effects } = play(opened(), {
    type: "events",
    atMs: 50,
    events: [event(11), event(12), event(13, { group_key: "b_60" }), event(14, { source: "other" })],
  });
  expect(effects.filter((effect) => effect.type === "refresh_rows")).toEqual([
    { type: "refresh_rows", source: "alpha", keys: ["a_60", "b_60"] },
  ]);
  expect([...model.marks.keys()]).toEqual(["alpha", "alpha/a_60", "alpha/b_60", "other", "other/a_60"]);
  expect(model.sequence).toBe(14);
});

test("events that were seen already, or only concern clients, cost nothing", () => {
  const model = opened();
  expect(play(model, { type: "events", atMs: 50, events: [event(10)] }).model).toBe(model);
  const loaded = play(model, { type: "events", atMs: 50, events: [event(11, { kind: "client_loaded" })] });
  expect(loaded.effects).toEqual([]);
  expect(loaded.model.marks.size).toBe(0);
});

test("marks go with one timer, and a clean screen asks for none", () => {
  const marked = play(opened(), { type: "events", atMs: 1000, events: [event(11)] }).model;
  const kept = play(marked, { type: "marks_expired", atMs: 1000 + MARK_MS - 1 });
  expect(kept.model).toBe(marked);
  expect(kept.effects).toEqual([{ type: "expire_marks", afterMs: 100 }]);
  const gone = play(marked, { type: "marks_expired", atMs: 1000 + MARK_MS });
  expect(gone.model.marks.size).toBe(0);
  expect(gone.effects).toEqual([]);
});

test("an event of the open line fetches all its parts again that are shown", () => {
  const line = play(opened(), ...typed("\r")).model;
  const { effects } = play(line, { type: "events", atMs: 1, events: [event(11)] });
  expect(effects.find((effect) => effect.type === "load_parts")).toMatchObject({
    line: "alpha/a_60",
    parts: expect.arrayContaining(["show", "ic", "factors"]),
  });
});

test("a row that was asked for and did not come is gone, a new one is added", () => {
  const { model } = play(opened(), { type: "rows_refreshed", source: "alpha", keys: ["b_60", "d_60"], items: [group("alpha", "d_60")] });
  expect(model.open?.rows.map((row) => row.group_key)).toEqual(["a_60", "c_240", "d_60"]);
});

test("pages arrive one by one and make the list longer", () => {
  const page = (key: string, isFirst: boolean, isLast: boolean): Action => ({
    type: "groups_page",
    source: "alpha",
    items: [group("alpha", key)],
    total: 3,
    isFirst,
    isLast,
  });
  const half = play(opened(), page("x", true, false), page("y", false, false)).model;
  expect(half.open).toMatchObject({ isLoading: true, total: 3 });
  expect(half.open?.rows.length).toBe(2);
  expect(play(half, page("z", false, true)).model.open?.isLoading).toBe(false);
});

test("what comes too late for another source or line is dropped", () => {
  const model = play(opened(), ...typed("\r")).model;
  const late: Action = { type: "groups_page", source: "beta", items: [], total: 0, isFirst: true, isLast: true };
  expect(play(model, late).model.open).toBe(model.open);
  const part: Action = { type: "part_loaded", line: "beta/x", part: "versions", value: [version("beta/x", "v1")] };
  expect(play(model, part).model.openLine).toBe(model.openLine);
});

test("removing the open source leads back to the list, in words", () => {
  const { model } = play(opened(), {
    type: "events",
    atMs: 1,
    events: [event(11, { kind: "source_removed", group_key: "", actor: "uid 0" })],
  });
  expect(model.screen).toEqual({ kind: "sources" });
  expect(model.toast?.text).toBe("source alpha was removed by uid 0");
});

test("a running scan is followed, and its end loads the counts", () => {
  const scanning = play(connected(), {
    type: "sources_loaded",
    items: [source("alpha", 0, { scan: { state: "reading", done: 1, total: 9 } })],
  });
  expect(scanning.effects).toContainEqual({ type: "follow_scan", source: "alpha" });
  const done = play(scanning.model, { type: "scan_progressed", name: "alpha", scan: { state: "idle", done: 9, total: 9 } });
  expect(done.effects).toEqual([{ type: "load_sources" }]);
});

test("directories named on the command line are registered once", () => {
  const first = play(fresh({ registerPaths: ["/srv/a"] }), { type: "connected", welcome: WELCOME, sequence: 1, resumed: false });
  expect(first.effects).toContainEqual({ type: "register_paths", paths: ["/srv/a"] });
  const again = play(first.model, LOST, { type: "connected", welcome: WELCOME, sequence: 1, resumed: true });
  expect(again.effects.some((effect) => effect.type === "register_paths")).toBe(false);
});

test("no sequence of keys and events breaks the reducer", () => {
  const keys = fc
    .constantFrom(..."jkhlgGqrundax/s?1234567mtLCy \r\t\u007f", "\u001b", "\u001b[A", "\u001b[6~")
    .map((text): Action[] => typed(text, 5000).filter(() => text !== "q"));
  const events = fc
    .record({ sequence: fc.nat(50), kind: fc.constantFrom(...EVENT_KINDS), group_key: fc.constantFrom("a_60", "zz", "") })
    .map((one): Action[] => [{ type: "events", atMs: 1, events: [event(one.sequence, one)] }]);
  const sizes = fc
    .record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) })
    .map((size): Action[] => [{ type: "resized", ...size }]);
  const others = fc.constantFrom<Action[]>(
    [LOST],
    [{ type: "connected", welcome: WELCOME, sequence: 3, resumed: true }],
    [{ type: "groups_failed", source: "alpha", reason: "no" }],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(keys, keys, keys, events, sizes, others), { maxLength: 60 }), (script) => {
      const { model } = play(opened(), ...script.flat());
      expect(model.exitCode).toBeUndefined();
    }),
  );
});
