// Live: changes are seen without a key; actions; a daemon that goes and comes back.

import { expect, test } from "vitest";
import { createFakeDaemon } from "./fake-daemon.ts";
import { group, source, version } from "./sample-catalog.ts";
import { openUi, type UiSession } from "./ui-session.ts";

async function inGroups(ui: UiSession): Promise<void> {
  await ui.shows("/srv/models/alpha");
  await ui.type("\r");
  await ui.shows("ETHBTC_ret_60");
}

test("a new version shows without a key, with a mark that goes away", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await inGroups(ui);
  daemon.catalog.groups.set(
    "alpha",
    (daemon.catalog.groups.get("alpha") ?? []).map((row) => (row.group_key === "ETHBTC_ret_60" ? { ...row, version: "v7" } : row)),
  );
  daemon.emit("version_live", "alpha", "ETHBTC_ret_60", "v7");
  await ui.shows(/^ \*ETHBTC .* v7 /m);
  expect(daemon.calls.filter((call) => call.name === "group.list").at(-1)?.input).toMatchObject({ group_keys: ["ETHBTC_ret_60"] });
  ui.clock.advance(5000);
  await ui.shows(/^ {2}ETHBTC .* v7 /m);
});

test("a group that appears or goes is there or gone without a key", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await inGroups(ui);
  const rows = (daemon.catalog.groups.get("alpha") ?? []).filter((row) => row.group_key !== "LTCBTC_ret_60");
  daemon.catalog.groups.set("alpha", [...rows, group("alpha", "XLMBTC_ret_60")]);
  daemon.emit("group_changed", "alpha", "XLMBTC_ret_60");
  daemon.emit("group_gone", "alpha", "LTCBTC_ret_60");
  await ui.shows("XLMBTC_ret_60");
  await ui.hides("LTCBTC_ret_60");
});

test("an activation shows from and to, asks, and its result arrives", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await inGroups(ui);
  await ui.type("a");
  await ui.shows("choose a version with j and k, then press a");
  await ui.shows(/> v2 +production LIVE/);
  await ui.type("ja");
  await ui.shows("v2 → v1");
  expect(ui.terminal.screen()).toContain("Activate alpha/ADABTC_ret_60 v1");
  await ui.type("\r\r");
  expect(daemon.calls.some((call) => call.name === "line.activate" && JSON.stringify(call.input).includes("reason"))).toBe(false);
  ui.clock.advance(300);
  await ui.type("worse on Monday\r");
  await ui.shows("reason  worse on Monday");
  await ui.type("alpha/ADABTC\r");
  await ui.shows("that is not alpha/ADABTC_ret_60: nothing was done");
  await ui.type("_ret_60\r");
  await ui.shows("v1 is live and pinned (before: v2)");
  await ui.shows(/v1 +production LIVE pinned/);
  await ui.type("u");
  await ui.shows("Resume alpha/ADABTC_ret_60");
  ui.clock.advance(300);
  await ui.type("y");
  await ui.shows("is unpinned; live: v2");
});

test("a directory is registered in a dialog that names what is wrong", async () => {
  await using ui = openUi();
  await ui.shows("/srv/models/alpha");
  await ui.type("n/home/x\r");
  await ui.shows("/home/x is not a directory; name one that exists");
  await ui.type("\u0015\u001b[200~/srv/models/gamma\u001b[201~\r");
  await ui.shows("gamma is registered: /srv/models/gamma");
  await ui.shows(/^[> ]\*gamma/m);
});

test("a source is removed only after its name was typed", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await ui.shows("/srv/models/beta");
  await ui.type("jd");
  await ui.shows("Remove the source beta");
  ui.clock.advance(300);
  await ui.type("alpha\r");
  await ui.shows("that is not beta: nothing was removed");
  await ui.type("\u0015beta\r");
  await ui.shows("beta is removed; 4 models withdrawn");
  await ui.hides("/srv/models/beta");
});

test("a refused command is an error that stays until esc", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await inGroups(ui);
  daemon.catalog.groups.clear();
  await ui.type("\r");
  await ui.shows("no line alpha/ADABTC_ret_60");
});

test("a lost daemon leaves the data with the time since when it is stale, and comes back by itself", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await inGroups(ui);
  daemon.down("no daemon answers; start one with model-managerd");
  await ui.shows(/stale since \d\d:\d\d:\d\dZ/);
  await ui.shows("connection: no daemon answers; start one with model-managerd; trying again");
  expect(ui.terminal.screen()).toContain("ETHBTC_ret_60");
  daemon.catalog.groups.set("alpha", [group("alpha", "ETHBTC_ret_60", { version: "v9" })]);
  daemon.emit("version_live", "alpha", "ETHBTC_ret_60", "v9");
  daemon.up();
  await ui.shows(/ETHBTC_ret_60 .* v9 /);
  await ui.shows(/ live$/m);
});

test("without a daemon the first screen says what was tried and what to do", async () => {
  const daemon = createFakeDaemon();
  daemon.down("no daemon answers; start one with `model-managerd`. Tried:\n  /run/x.sock: no socket");
  await using ui = openUi({ daemon, initial: { target: "/run/x.sock" } });
  await ui.shows("connecting to /run/x.sock");
  await ui.shows("start one with `model-managerd`");
  await ui.shows("/run/x.sock: no socket");
  daemon.up();
  await ui.shows("/srv/models/alpha");
});

test("a removed source that is open leads back to the list", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await inGroups(ui);
  daemon.catalog.sources = [source("beta", 1)];
  daemon.emit("source_removed", "alpha", "");
  await ui.shows("source alpha was removed by daemon");
  await ui.hides("/srv/models/alpha");
});

test("the open group follows its versions", async () => {
  const daemon = createFakeDaemon();
  await using ui = openUi({ daemon });
  await inGroups(ui);
  await ui.type("\r6");
  await ui.shows(/> v2 +production LIVE/);
  const line = "alpha/ADABTC_ret_60";
  daemon.catalog.versions = [
    version(line, "v3", { status: "production", live: true }),
    ...daemon.catalog.versions.map((one) => ({ ...one, live: false, status: "archived" as const })),
  ];
  daemon.emit("version_captured", "alpha", "ADABTC_ret_60", "v3");
  daemon.emit("version_live", "alpha", "ADABTC_ret_60", "v3");
  await ui.shows(/\*v3 +production LIVE/);
});
