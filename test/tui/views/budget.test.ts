// What the screen costs in bytes, with ten thousand groups: counts, not times.

import { expect, test } from "vitest";
import { createFakeDaemon } from "./fake-daemon.ts";
import { catalog, group, source } from "./sample-catalog.ts";
import { openUi, type UiSession } from "./ui-session.ts";

async function openTenThousand(columns: number, rows: number): Promise<UiSession> {
  const groups = Array.from({ length: 10_000 }, (_group, at) =>
    group("alpha", `SYM${String(at).padStart(5, "0")}_ret_60`, at % 7 === 3 ? { degraded: "the factors file is missing" } : {}),
  );
  const ui = openUi({
    columns,
    rows,
    daemon: createFakeDaemon(catalog({ sources: [source("alpha", 10_000)], groups: new Map([["alpha", groups]]) })),
  });
  await ui.shows("/srv/models/alpha");
  await ui.type("\r");
  await ui.shows(/ 10000$/m);
  return ui;
}

/** Bytes of each of so many steps down, one frame each. */
async function bytesPerStep(ui: UiSession, count: number): Promise<number[]> {
  const costs: number[] = [];
  for (let at = 0; at < count; at++) {
    const before = ui.terminal.stdout.bytes;
    ui.terminal.type("j");
    await ui.shows(`> SYM${String(at + 1).padStart(5, "0")}`);
    costs.push(ui.terminal.stdout.bytes - before);
  }
  return costs;
}

test.each([
  [80, 24, 350],
  [200, 60, 800],
] as const)("a cursor key costs few bytes at %i×%i (at most %i)", async (columns, rows, budget) => {
  await using ui = await openTenThousand(columns, rows);
  const costs = await bytesPerStep(ui, 15);
  // The row under the cursor explains itself when it is degraded: that line comes and goes.
  const median = costs.toSorted((a, b) => a - b)[7] ?? 0;
  expect(median).toBeGreaterThan(50);
  expect(median).toBeLessThanOrEqual(budget);
  expect(Math.max(...costs)).toBeLessThanOrEqual(budget * 1.5);
});

test("coalesced keys are one frame", async () => {
  await using ui = await openTenThousand(80, 24);
  const before = ui.terminal.stdout.bytes;
  await ui.type("jjjjj");
  await ui.shows("> SYM00005");
  expect(ui.terminal.stdout.bytes - before).toBeLessThanOrEqual(450);
});

test("the end of the list is one key away, and the window never shows more rows than fit", async () => {
  await using ui = await openTenThousand(80, 24);
  await ui.type("G");
  await ui.shows("> SYM09999");
  expect(ui.terminal.lines().filter((line) => line.includes("SYM")).length).toBeLessThanOrEqual(20);
  await ui.type("g");
  await ui.shows("> SYM00000");
});

test("an idle screen writes nothing, and never is the whole screen erased", async () => {
  await using ui = await openTenThousand(80, 24);
  ui.daemon.emit("version_live", "alpha", "SYM00001_ret_60", "v3");
  await ui.shows(/^ \*SYM00001/m);
  ui.clock.advance(60_000);
  await ui.shows(/^ {2}SYM00001/m);
  const before = ui.terminal.stdout.bytes;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(ui.terminal.stdout.bytes - before).toBe(0);
  for (const erase of ["\u001b[2J", "\u001b[3J", "\u001b[H\u001b[J"]) expect(ui.terminal.stdout.text.includes(erase)).toBe(false);
});

test("a hundred changes are few frames", async () => {
  await using ui = await openTenThousand(80, 24);
  ui.daemon.emit("version_live", "alpha", "SYM09000_ret_60");
  await new Promise((resolve) => setTimeout(resolve, 400));
  const before = ui.terminal.stdout.text.length;
  for (let at = 0; at < 100; at++) {
    ui.daemon.emit("version_live", "alpha", "SYM00002_ret_60");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 400));
  const frames = ui.terminal.stdout.text.slice(before).split("\u001b[?2026h").length - 1;
  // Four batches a second, each with its marks and then its rows.
  expect(frames).toBeLessThanOrEqual(16);
});
