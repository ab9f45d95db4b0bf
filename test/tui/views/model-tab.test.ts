// The model tab on a screen: summary, bars by measure, scrolling, faults; and golden checks among the versions.

import { expect, test } from "vitest";
import { AppError } from "../../../shared/contract/errors.ts";
import { modelViewOf } from "../../support/sample-answers.ts";
import { createFakeDaemon } from "./fake-daemon.ts";
import { catalog, version } from "./sample-catalog.ts";
import { openUi, type UiSession } from "./ui-session.ts";

async function toModel(ui: UiSession): Promise<void> {
  await ui.shows("> alpha");
  await ui.type("\r");
  await ui.shows("LTCBTC");
  await ui.type("\r");
  await ui.shows("volume_ratio_48");
  await ui.type("3");
}

test.each([
  [80, 24],
  [200, 60],
])("says what the model is and draws importance, at %i×%i", async (columns, rows) => {
  await using ui = openUi({ columns, rows });
  await toModel(ui);
  await ui.shows("importance by total gain: 3 features");
  const screen = ui.terminal.screen();
  expect(screen).toMatch(/2 Training +\[3 Model\] +4 Factors/);
  expect(screen).toContain("objective   reg:squarederror, 3 features, 1 output");
  expect(screen).toContain("converted from the model pickle, sha256 aaaaaaaaaaaa");
  expect(screen).toContain("golden      failed: row 3: its margin is 0.25, promised was 0.5");
  expect(screen).toMatch(/mom_48 +80 █{20}/);
  expect(ui.daemon.calls).toContainEqual({ name: "line.model", input: { line: "alpha/ADABTC_ret_60", importance: 1000 } });
  await ui.type("m");
  await ui.shows(/importance by mean gain: 3 features[^]*info: importance by mean gain/);
  await ui.type("mm");
  await ui.shows(/importance by number of splits[^]*rsi_56 +25 █+/);
  await ui.type("G");
  await ui.shows("row 1: margin 0.1, prediction 0.1");
  expect(ui.terminal.screen()).toContain("unknown, and called: os.system");
});

test("the end is reached and left again where it does not fit", async () => {
  await using ui = openUi({ columns: 60, rows: 15 });
  await toModel(ui);
  await ui.shows("objective");
  expect(ui.terminal.lines()[2]).toBe("1IC 2Train [3Model] 4Facto 5Info 6Versi 7Files 8Histo");
  await ui.type("G");
  await ui.shows("0.1 nan -2");
  await ui.hides("objective  ");
  await ui.type("g");
  await ui.shows("objective  ");
});

test("in ASCII nothing is drawn with other characters", async () => {
  await using ui = openUi({ env: { LANG: "C", TERM: "vt220" } });
  await toModel(ui);
  await ui.shows(/mom_48 +80 #{20}/);
  expect([...ui.terminal.screen()].filter((character) => character !== "\n" && (character < " " || character > "~"))).toEqual([]);
});

test("why there is no model is said in its place, and the other tabs go on", async () => {
  const refuse = (line: string): never => {
    throw new AppError("wrong_state", `${line} v2 has no usable model`);
  };
  await using ui = openUi({ daemon: createFakeDaemon(catalog({ model: refuse })) });
  await toModel(ui);
  await ui.shows("alpha/ADABTC_ret_60 v2 has no usable model");
  await ui.type("4");
  await ui.shows(/0 +-0\.0856 +mom_48/);
});

test("a model that changes is shown anew", async () => {
  const known = catalog();
  await using ui = openUi({ daemon: createFakeDaemon(known) });
  await toModel(ui);
  await ui.shows("40 in 40 rounds");
  known.model = (line) => modelViewOf(line, { num_trees: 80, rounds: 80, golden: "passed", golden_detail: "" });
  ui.daemon.emit("version_live", "alpha", "ADABTC_ret_60", "v3");
  await ui.shows("80 in 80 rounds");
  expect(ui.terminal.screen()).toContain("golden      passed");
});

test("golden checks have a column among the versions, but only where there is something to say", async () => {
  const line = "alpha/ADABTC_ret_60";
  const live = version(line, "v2", { status: "production", live: true, golden: "passed" });
  const versions = [live, version(line, "v3", { status: "failed", golden: "failed" }), version(line, "v1")];
  await using ui = openUi({ daemon: createFakeDaemon(catalog({ versions })) });
  await toModel(ui);
  await ui.type("6");
  await ui.shows(/> v2 +production LIVE +passed +2026/);
  expect(ui.terminal.screen()).toMatch(/v3 +failed +failed +2026/);
  await ui.type("s");
  await ui.shows("g golden");
  await using plain = openUi();
  await toModel(plain);
  await plain.type("6");
  await plain.shows(/> v2 +production LIVE/);
  expect(plain.terminal.screen()).not.toContain("golden");
});
