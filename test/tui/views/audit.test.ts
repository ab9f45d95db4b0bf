// The registry's past, drawn by the real Ink: the history of a line, and what was live at a time.

import { expect, test } from "vitest";
import { fits, inLines, inVersions, LINE, registryDaemon, SIZES } from "./registry-session.ts";
import { moveOf } from "./sample-catalog.ts";
import { openUi } from "./ui-session.ts";

test.each(SIZES)("the history shows overrides, gates, actor and reason, at %i×%i", async (columns, rows) => {
  await using ui = openUi({ columns, rows, daemon: registryDaemon() });
  await inVersions(ui);
  await ui.type("8");
  await ui.shows(/2026-01-05 09:30:00Z v1\.0\.0 +promoted +staged → pro.*OVERRIDE/);
  const screen = ui.terminal.screen();
  expect(screen).toContain("event 12 at 2026-01-05T09:30:00.000000Z: staged → production");
  expect(screen).toContain("socket:ana(1001): the desk needs it");
  expect(screen).toContain("its gates were skipped");
  expect(screen).toMatch(/REFUSED sharpe +0\.41 +needs > 0\.5/);
  fits(ui, rows);
});

test("older moves come when the end of the history is near", async () => {
  const daemon = registryDaemon();
  daemon.catalog.history = Array.from({ length: 450 }, (_move, at) => moveOf(LINE, `v${450 - at}.0.0`, 450 - at));
  await using ui = openUi({ daemon });
  await inVersions(ui);
  await ui.type("8");
  await ui.shows("200 of 450 moves");
  await ui.type("G");
  await ui.shows("400 of 450 moves");
  await ui.type("G");
  await ui.shows("(450 moves)");
  await ui.type("G");
  await ui.shows(/> +2026.* v1\.0\.0 /);
});

test.each(SIZES)("what was live at a time: hours and days by key, typed times, differences, at %i×%i", async (columns, rows) => {
  const daemon = registryDaemon();
  await using ui = openUi({ columns, rows, daemon });
  await inLines(ui);
  await ui.type("T");
  await ui.shows("live at 2026-01-05 09:46:40Z");
  await ui.shows(/> +registry\/risk_model +v1\.0\.0 .* now +strat-1 v0\.9\.0/);
  await ui.shows(/v1\.0\.0 was live since 2026-01-05 09:30:00Z and still is: promoted by uid 1000\s+\(better\)/);
  fits(ui, rows);
  await ui.type("\u001b[D");
  await ui.shows("live at 2026-01-05 08:46:40Z");
  await ui.type("[");
  await ui.shows("live at 2026-01-04 08:46:40Z");
  await ui.type("\u001b[1;2C");
  await ui.shows("live at 2026-01-05 08:46:40Z");
  await ui.type("t2026-01-03 7:15\r");
  await ui.shows('at: "2026-01-03T7:15" is not a time');
  await ui.type("t2026-01-03 07:15\r");
  await ui.shows("live at 2026-01-03 07:15:00Z");
  await ui.type("d2026-01-05\r");
  await ui.shows("live at 2026-01-03 07:15:00Z and 2026-01-05 00:00:00Z");
  await ui.shows("registry/risk_model: v1.0.0 → v9.0.0");
  await ui.type("d\r");
  await ui.shows(/live at 2026-01-03 07:15:00Z +2$/m);
  await ui.type("\r");
  await ui.shows("[6 Versions]");
  await ui.type("\u001b");
  await ui.shows(/live at 2026-01-03 07:15:00Z/);
  await ui.type("\u001b");
  await ui.shows("momentum_v1");
});

test("a line's own time table asks for that line only", async () => {
  const daemon = registryDaemon();
  await using ui = openUi({ daemon });
  await inVersions(ui);
  await ui.type("T");
  await ui.shows("live at");
  expect(daemon.calls.findLast((call) => call.name === "live.at")?.input).toMatchObject({ target: LINE });
  await ui.type("\u001b");
  await ui.shows("[6 Versions]");
});
