// The registry's screens, drawn by the real Ink into a terminal emulator: lines, versions with gates, and dialogs of moves.

import { expect, test } from "vitest";
import { AppError } from "../../../shared/contract/errors.ts";
import { fits, inLines, inVersions, LINE, REFUSING, registryDaemon, SIZES } from "./registry-session.ts";
import { group } from "./sample-catalog.ts";
import { openUi } from "./ui-session.ts";

test.each(SIZES)("lines of every namespace are one table, filtered and sorted, at %i×%i", async (columns, rows) => {
  await using ui = openUi({ columns, rows, daemon: registryDaemon() });
  await inLines(ui);
  const screen = ui.terminal.screen();
  expect(screen).toMatch(/namespace +name +live +since +policy +stg +test +condition/);
  expect(screen).toMatch(/> alpha +ADABTC_ret_60 +v2 +2026-01-05.* follow +degraded/);
  expect(screen).toMatch(/registry +risk_model +v1\.0\.0 +2026-01-05.* gated +1 +1 pinned/);
  expect(screen).toMatch(/strategy +momentum_v1 +none +gated +1 +ok/);
  expect(screen).toContain("alpha/ADABTC_ret_60: degraded: the factors file is missing");
  fits(ui, rows);
  await ui.type("/testing");
  await ui.shows("1/3");
  await ui.hides("momentum_v1");
  await ui.type("\u001bsv");
  await ui.shows(/live[▲^]/);
});

test.each(SIZES)("versions show status, gates, paper trading and metrics, and sort by one, at %i×%i", async (columns, rows) => {
  await using ui = openUi({ columns, rows, daemon: registryDaemon() });
  await inVersions(ui);
  await ui.shows("paper ");
  const screen = ui.terminal.screen();
  expect(screen).toMatch(/version +status +live +gates +paper +ic +sharpe.* +created +by: why/);
  expect(screen).toMatch(/> v1\.1\.0 +testing +passed +>25\.5h +0\.034 +0\.9.* socket:a/);
  expect(screen).toMatch(/v1\.0\.0 +production LIVE +- +0\.021 +0\.6/);
  expect(screen).toMatch(/gates +passed +ic +0\.034 +needs > 0\.02/);
  expect(screen).toContain("paper    25.50 h since 2026-01-05 09:30:00Z, running (uid 1000)");
  fits(ui, rows);
  await ui.type("j");
  await ui.shows("policy   ic (valid_ic) > 0.02, sharpe > 0.5, paper_trade_hours >= 24");
  await ui.type("s1s1");
  await ui.shows(/v0\.9\.0[^]*v1\.1\.0[^]*v1\.0\.0/);
});

test.each(SIZES)("a promotion shows from and to, gates, metrics and who has what, and wants the name, at %i×%i", async (columns, rows) => {
  const daemon = registryDaemon();
  await using ui = openUi({ columns, rows, daemon });
  await inVersions(ui);
  await ui.type("p");
  await ui.shows("v1.0.0 → v1.1.0");
  const screen = ui.terminal.screen();
  expect(screen).toContain("Promote registry/risk_model v1.1.0");
  expect(screen).toMatch(/live now +v1\.0\.0 +\(production/);
  expect(screen).toMatch(/gates +passed +ic +0\.034 +needs > 0\.02/);
  expect(screen).toMatch(/passed +paper_trade_hours +25 .*>= 24/);
  expect(screen).toMatch(/metrics +ic +0\.021 → +0\.034 +\+0\.0130/);
  expect(screen).toMatch(/sharpe +0\.9 → +n\/a +n\/a/);
  expect(screen).toContain("loaded   strat-1 v1.0.0");
  expect(screen).not.toContain("skip the gates");
  fits(ui, rows);
  ui.clock.advance(300);
  await ui.type("better\rregistry/risk_model\r");
  await ui.shows("registry/risk_model: v1.1.0 is live (before: v1.0.0)");
  await ui.shows(/v1\.1\.0 +production LIVE/);
  expect(daemon.calls.findLast((call) => call.name === "line.promote")?.input).toMatchObject({
    ...{ line: LINE, version: "v1.1.0", reason: "better", skip_gates: false, request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

test.each(SIZES)(
  "a gate that refuses says so before and after enter; an admin may skip it with a reason, at %i×%i",
  async (columns, rows) => {
    const daemon = registryDaemon();
    daemon.catalog.registry.gates = REFUSING;
    await using ui = openUi({ columns, rows, daemon });
    await inVersions(ui);
    await ui.type("p");
    await ui.shows(/REFUSED sharpe +0\.41 +needs > 0\.5/);
    await ui.shows("[ ] skip the gates (needs a reason; the history says so)");
    fits(ui, rows);
    ui.clock.advance(300);
    await ui.type("\rregistry/risk_model\r");
    await ui.shows("refused by the gate sharpe (sharpe is 0.41, not > 0.5): nothing was done");
    await ui.type("\t \t");
    await ui.shows("[x] skip the gates");
    await ui.type("the desk needs it\r\r");
    await ui.shows("v1.1.0 is live, gates skipped (before: v1.0.0)");
  },
);

test("who is no admin is not offered to skip gates", async () => {
  const daemon = registryDaemon(["model:read", "model:write"]);
  daemon.catalog.registry.gates = REFUSING;
  await using ui = openUi({ daemon });
  await inVersions(ui);
  await ui.type("p");
  await ui.shows("REFUSED");
  expect(ui.terminal.screen()).not.toContain("skip the gates");
});

test.each(SIZES)("a rollback is one key from the list of lines, at %i×%i", async (columns, rows) => {
  const daemon = registryDaemon();
  await using ui = openUi({ columns, rows, daemon });
  await inLines(ui);
  await ui.type("jb");
  await ui.shows("Roll back registry/risk_model to v0.9.0");
  await ui.shows("v1.0.0 → v0.9.0");
  await ui.shows("[ ] mark the version that is left as failed");
  fits(ui, rows);
  ui.clock.advance(300);
  await ui.type("losing\rregistry/risk_model\r");
  await ui.shows("back to v0.9.0, pinned (before: v1.0.0)");
  expect(daemon.calls.findLast((call) => call.name === "line.rollback")?.input).toMatchObject({
    to: "v0.9.0",
    reason: "losing",
    mark_failed: false,
  });
});

test("two people see each other's moves: in the list, and in an open dialog, which asks again", async () => {
  const daemon = registryDaemon();
  await using ui = openUi({ daemon });
  await using other = openUi({ daemon });
  await inLines(other);
  await inVersions(ui);
  await ui.type("p");
  await ui.shows("v1.0.0 → v1.1.0");
  ui.clock.advance(300);
  await ui.type("\rregistry/risk");
  daemon.catalog.registry.lines = daemon.catalog.registry.lines.map((row) => (row.line === LINE ? { ...row, version: "v0.9.0" } : row));
  daemon.catalog.groups.set("registry", [group("registry", "risk_model", { version: "v0.9.0", policy: "gated" })]);
  daemon.emit("version_live", "registry", "risk_model", "v0.9.0");
  await ui.shows("v0.9.0 went live meanwhile (daemon): look again");
  await ui.shows("v0.9.0 → v1.1.0");
  expect(ui.terminal.screen()).toMatch(/type registry\/risk_model$/m);
  await other.shows(/\*registry +risk_model +v0\.9\.0/);
});

test("a move whose connection breaks is looked up, and the dialog says what became of it", async () => {
  const daemon = registryDaemon();
  const { registry } = daemon.catalog;
  const cut = (isDone: boolean) => (): void => {
    const request = daemon.calls.findLast((call) => call.name === "line.promote")?.input;
    if (isDone && typeof request === "object" && request !== null && "request_id" in request) registry.done.add(String(request.request_id));
    registry.beforePromote = () => undefined;
    daemon.down();
    throw new AppError("unavailable", "the connection broke");
  };
  await using ui = openUi({ daemon });
  await inVersions(ui);
  registry.beforePromote = cut(false);
  await ui.type("p");
  await ui.shows("v1.0.0 → v1.1.0");
  ui.clock.advance(300);
  await ui.type("\rregistry/risk_model\r");
  await ui.shows("stale since");
  daemon.up();
  await ui.shows("was not done");
  registry.beforePromote = cut(true);
  await ui.shows("type registry/risk_model");
  await ui.type("registry/risk_model\r");
  await ui.shows("stale since");
  daemon.up();
  await ui.shows("done after all at 2026-01-05 09:30:00Z, its answer was lost");
  await ui.hides("Promote registry");
});

test("without colours and in ASCII every screen says the same", async () => {
  await using ui = openUi({ daemon: registryDaemon(), env: { LANG: "C", TERM: "vt220", NO_COLOR: "1" } });
  await inVersions(ui);
  await ui.type("p");
  await ui.shows("v1.0.0 -> v1.1.0");
  expect([...ui.terminal.stdout.text].filter((character) => character > "~")).toEqual([]);
});
