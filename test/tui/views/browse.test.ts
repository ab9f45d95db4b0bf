// The screens, drawn by the real Ink into a terminal emulator.

import { expect, test } from "vitest";
import { createFakeDaemon } from "./fake-daemon.ts";
import { catalog, group, source } from "./sample-catalog.ts";
import { openUi, type UiSession } from "./ui-session.ts";

const SIZES = [
  [80, 24],
  [200, 60],
] as const;

async function inLine(ui: UiSession): Promise<void> {
  await ui.shows("/srv/models/alpha");
  await ui.type("\r");
  await ui.shows("ADABTC_ret_240");
  await ui.type("\r");
  await ui.shows("volume_ratio_48");
}

test.each(SIZES)("sources and groups are listed at %i×%i", async (columns, rows) => {
  await using ui = openUi({ columns, rows });
  await ui.shows("degraded: the dir");
  const lines = ui.terminal.lines();
  expect(lines[0]).toMatch(/^model-manager {2}daemon 0\.1\.0 {2}uid 1000 +live$/);
  expect(lines[1]).toMatch(/^sources +2$/);
  expect(lines[3]).toMatch(/^> alpha +4 +4 +4 +0 \/srv\/models\/alpha +ok$/);
  expect(lines.at(-1)).toMatch(/^enter open .*\? help {2}q quit$/);
  await ui.type("j");
  await ui.shows("beta: degraded: the directory is not readable");
  await ui.type("\r");
  await ui.shows("ETCBTC_ret_240");
  expect(ui.terminal.lines()[1]).toMatch(/^sources › beta +1$/);
  expect(ui.terminal.screen()).toMatch(/> ETCBTC +ETCBTC_ret_240 +ret_240 +12 +12 none +no +2025-12-31 degraded/);
  await ui.type("h");
  await ui.shows("/srv/models/beta");
});

test.each(SIZES)("the IC tab shows signed bars and the reasons for what is missing, at %i×%i", async (columns, rows) => {
  await using ui = openUi({ columns, rows });
  await inLine(ui);
  await ui.shows("rsi_56");
  const screen = ui.terminal.screen();
  expect(screen).toMatch(/\[1 IC\] +2 Training/);
  expect(screen).toMatch(/volume_ratio_48 +\+0\.1009 +│█+/);
  expect(screen).toMatch(/mom_48 +-0\.0856 +▐?█+│/);
  expect(screen).toContain("tod_cos");
  expect(screen).toContain("n/a (its tau is missing or not a finite number)");
  expect(screen).toContain("n/a (a factor of the model, not in the IC table)");
  await ui.type("t");
  await ui.shows("by |tau|");
});

test.each(SIZES)("the training tab draws both curves and says best round and gap, at %i×%i", async (columns, rows) => {
  await using ui = openUi({ columns, rows });
  await inLine(ui);
  await ui.type("2");
  await ui.shows("gap best +0.01000 → last +0.02160 (valid minus train)");
  const screen = ui.terminal.screen();
  expect(screen).toContain("best round 30 of 0..59: train 0.0282085, valid 0.0382085");
  expect(screen).toContain("^best 30");
  expect(screen).toMatch(/[\u2801-\u28ff]{5}/);
  expect(screen).toMatch(/ A$/m);
  expect(screen).toMatch(/ B$/m);
  await ui.type("L");
  await ui.shows("log y  A train");
  await ui.type("CC");
  await ui.shows("gap best +0.01000 -> last");
  expect([...ui.terminal.screen()].filter((character) => character > "~")).toEqual([]);
});

test("the other tabs show factors, info, versions with moves, and files", async () => {
  await using ui = openUi();
  await inLine(ui);
  await ui.type("4");
  await ui.shows(/0 +-0\.0856 +mom_48/);
  await ui.type("]");
  await ui.shows("max_depth: 6");
  await ui.shows("objective: reg:squarederror");
  await ui.type("6");
  await ui.shows(/> v2 +production LIVE/);
  await ui.shows(/2026-01-05 09:30:00Z {2}v2 +captured +production/);
  await ui.type("7");
  await ui.shows(/model_json +20\.0 KB +abababab +2026-01-05 09:30:00Z +~?.*_ret_60_model\.json/);
  await ui.type("\u001b");
  await ui.shows("LTCBTC_ret_60");
});

test("the filter narrows while it is typed and says how many are left", async () => {
  await using ui = openUi();
  await ui.shows("/srv/models/alpha");
  await ui.type("\r");
  await ui.shows("ETHBTC_ret_60");
  await ui.type("/ada !240");
  await ui.shows('filter "ada !240" 1/4');
  expect(ui.terminal.screen()).toContain("/ada !240_");
  expect(ui.terminal.screen()).not.toContain("ETHBTC");
  await ui.type("\r\u001b");
  await ui.shows("ETHBTC_ret_60");
});

test("sorting marks the column, and offers the letters", async () => {
  await using ui = openUi();
  await ui.shows("/srv/models/alpha");
  await ui.type("\rs");
  await ui.shows("y symbol  g group  r return");
  await ui.type("gsg");
  await ui.shows("group▼");
  expect(ui.terminal.lines()[3]).toContain("LTCBTC_ret_60");
});

test("the help lists the keys of this place, and closes again", async () => {
  await using ui = openUi();
  await ui.shows("/srv/models/alpha");
  await ui.type("?");
  await ui.shows("keys here (sources)");
  expect(ui.terminal.screen()).toContain("register a directory of models");
  await ui.type("G");
  await ui.shows("erase the whole text");
  await ui.type("\u001b");
  await ui.shows("/srv/models/alpha");
});

test("an empty catalog offers to register a directory, and the demo when there is one", async () => {
  await using ui = openUi({ daemon: createFakeDaemon(catalog({ sources: [] })), initial: { demoPath: "/srv/demo" } });
  await ui.shows("No directory of models is registered yet.");
  expect(ui.terminal.screen()).toContain("x   load the demo models");
  await ui.type("x");
  await ui.shows(/>[ *]demo .*\/srv\/demo/);
  await using plain = openUi({ daemon: createFakeDaemon(catalog({ sources: [] })) });
  await plain.shows("n   register a directory");
  expect(plain.terminal.screen()).not.toContain("demo models");
});

test("below 60x15 it says what it needs, and comes back with its selection", async () => {
  await using ui = openUi();
  await ui.shows("/srv/models/beta");
  await ui.type("j");
  ui.terminal.resize(59, 24);
  await ui.shows("needs 60x15");
  expect(ui.terminal.lines().filter((line) => line !== "")).toEqual(["needs 60x15"]);
  ui.terminal.resize(80, 24);
  await ui.shows("> beta");
  ui.terminal.resize(60, 15);
  await ui.shows("> beta");
  expect(ui.terminal.lines().every((line) => line.length <= 60)).toBe(true);
});

test("a name that holds escape sequences is shown, not obeyed", async () => {
  const evil = group("alpha", "\u001b[2J\u001b]0;owned\u0007_ret_60", { symbol: "漢字BTC" });
  await using ui = openUi({ daemon: createFakeDaemon(catalog({ sources: [source("alpha", 1)], groups: new Map([["alpha", [evil]]]) })) });
  await ui.shows("/srv/models/alpha");
  await ui.type("\r");
  await ui.shows("?[2J?]0;owned?");
  expect(ui.terminal.stdout.text).not.toContain("\u001b[2J");
  expect(ui.terminal.lines()[3]).toContain("漢字BTC");
});

test("who may only read sees a badge and grey actions", async () => {
  await using ui = openUi({ daemon: createFakeDaemon(catalog({ scopes: ["model:read"] })) });
  await ui.shows("READ ONLY  live");
  await ui.shows("(r refresh)");
  await ui.type("d");
  await ui.shows("remove needs model:write, which uid 1000 does not have");
});
