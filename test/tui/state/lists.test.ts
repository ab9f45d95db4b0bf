// Lists: filter, order, selection and the visible slice.

import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesFilter, parseFilter } from "../../../tui/state/filter.ts";
import { moved, selectedIndex, windowAround } from "../../../tui/state/list-window.ts";
import { memoLast } from "../../../tui/state/memo-last.ts";
import { FRESH_LIST } from "../../../tui/state/model.ts";
import { currentRows, currentWindow, visibleGroups } from "../../../tui/state/selectors.ts";
import { sortRows } from "../../../tui/state/sort-rows.ts";
import { group } from "../views/sample-catalog.ts";
import { opened, play, typed } from "./play.ts";

test("all words must occur, words with ! must not", () => {
  const holds = (filter: string, text: string): boolean => matchesFilter(parseFilter(filter), text);
  expect(holds("ada 60", "adabtc_ret_60")).toBe(true);
  expect(holds("ADA 60", "adabtc_ret_240")).toBe(false);
  expect(holds("ret !240", "adabtc_ret_240")).toBe(false);
  expect(holds("!240", "adabtc_ret_60")).toBe(true);
  expect(holds("! ", "anything")).toBe(true);
});

test("sorting is stable, and missing values come last in both directions", () => {
  const rows = [
    { id: 1, key: 2 },
    { id: 2, key: null },
    { id: 3, key: 1 },
    { id: 4, key: 2 },
    { id: 5, key: NaN },
  ];
  expect(sortRows(rows, (row) => row.key, false).map((row) => row.id)).toEqual([3, 1, 4, 2, 5]);
  expect(sortRows(rows, (row) => row.key, true).map((row) => row.id)).toEqual([1, 4, 3, 2, 5]);
});

test("the selection is always in the visible slice, and the slice in the list", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 600 }),
      (count, index, height, top) => {
        const at = Math.min(index, count - 1);
        const view = windowAround({ ...FRESH_LIST, top }, at, count, height);
        expect(view.top).toBeGreaterThanOrEqual(0);
        expect(view.top).toBeLessThanOrEqual(Math.max(0, count - height));
        if (at >= 0) expect(at >= view.top && at < view.top + height).toBe(true);
      },
    ),
  );
});

test("the list moves by half a page at its edge, and not at all inside", () => {
  expect(windowAround({ ...FRESH_LIST, top: 0 }, 9, 100, 10).top).toBe(0);
  expect(windowAround({ ...FRESH_LIST, top: 0 }, 10, 100, 10).top).toBe(5);
  expect(windowAround({ ...FRESH_LIST, top: 20 }, 19, 100, 10).top).toBe(14);
});

test("motions stay in the list", () => {
  expect([moved("up", 0, 5, 3), moved("page_down", 3, 5, 3), moved("top", 4, 5, 3), moved("bottom", 0, 5, 3)]).toEqual([0, 4, 0, 4]);
});

test("the selection follows its row, and stays in its place when the row is gone", () => {
  const list = { ...FRESH_LIST, selected: "b", index: 1 };
  expect(selectedIndex(list, ["x", "a", "b"], (row) => row)).toBe(2);
  expect(selectedIndex(list, ["a", "c", "d"], (row) => row)).toBe(1);
  expect(selectedIndex(list, ["a"], (row) => row)).toBe(0);
  expect(selectedIndex(list, [], (row) => row)).toBe(-1);
});

test("typing a filter narrows the list at once; enter keeps it, esc clears it", () => {
  const filtering = play(opened(), ...typed("/60 !b"));
  expect(visibleGroups(filtering.model).map((row) => row.group_key)).toEqual(["a_60"]);
  const kept = play(filtering.model, ...typed("\rj"));
  expect(kept.model.input).toBe("browse");
  expect(visibleGroups(kept.model).length).toBe(1);
  const cleared = play(kept.model, ...typed("\u001b"));
  expect(visibleGroups(cleared.model).length).toBe(3);
  expect(cleared.model.screen.kind).toBe("groups");
});

test("a filter is kept for its view", () => {
  const left = play(opened(), ...typed("/60\r"), ...typed("h"));
  expect(left.model.screen.kind).toBe("sources");
  expect(currentRows(left.model).count).toBe(2);
  expect(visibleGroups(play(left.model, ...typed("\r")).model).length).toBe(2);
});

test("s and a letter sort, the same letter again turns the order round, s alone goes on to the next column", () => {
  const keys = (text: string): string[] =>
    visibleGroups(play(opened(["b_1", "a_2", "c_3"]), ...typed(text)).model).map((row) => row.group_key);
  expect(keys("sg")).toEqual(["a_2", "b_1", "c_3"]);
  expect(keys("sgsg")).toEqual(["c_3", "b_1", "a_2"]);
  expect(keys("ss\r")).toEqual(["a_2", "b_1", "c_3"]);
  expect(keys("s\u001b")).toEqual(["b_1", "a_2", "c_3"]);
});

test("versions sort by number", () => {
  const rows = ["v10", "v2", "v9"].map((version, at) => group("alpha", `g${at}`, { version }));
  const model = play(
    opened([]),
    { type: "groups_page", source: "alpha", items: rows, total: 3, isFirst: true, isLast: true },
    ...typed("sv"),
  ).model;
  expect(visibleGroups(model).map((row) => row.version)).toEqual(["v2", "v9", "v10"]);
});

test("the selection survives a sort and new rows", () => {
  const selected = play(opened(["b_1", "a_2", "c_3"]), ...typed("sgj"));
  expect(currentRows(selected.model).idAt(currentRows(selected.model).index)).toBe("b_1");
  const grown = play(selected.model, { type: "rows_refreshed", source: "alpha", keys: ["a_0"], items: [group("alpha", "a_0")] });
  expect(currentRows(grown.model).idAt(currentRows(grown.model).index)).toBe("b_1");
  expect(currentWindow(grown.model).index).toBe(2);
});

test("ten thousand rows are filtered by what they say", () => {
  const keys = Array.from({ length: 10_000 }, (_key, at) => `SYM${at}_ret_60`);
  const model = play(opened(keys), ...typed("/sym99 !990")).model;
  expect(visibleGroups(model).length).toBe(111 - 12);
});

test("an answer is computed again only for other arguments", () => {
  let calls = 0;
  const twice = memoLast((a: number, b: object) => {
    calls++;
    return [a, b];
  });
  const same = {};
  expect(twice(1, same)).toBe(twice(1, same));
  twice(1, {});
  expect(calls).toBe(2);
});
