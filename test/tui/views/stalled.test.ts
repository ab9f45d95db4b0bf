// A terminal that takes nothing for a while: no memory is spent on the past, and the newest frame is drawn when it is back.

import { expect, test } from "vitest";
import { createFakeDaemon } from "./fake-daemon.ts";
import { until } from "./fake-terminal.ts";
import { catalog, group, source } from "./sample-catalog.ts";
import { openUi, type UiSession } from "./ui-session.ts";

async function openThousand(): Promise<UiSession> {
  const groups = Array.from({ length: 1000 }, (_group, at) => group("alpha", `SYM${String(at).padStart(5, "0")}_ret_60`));
  const daemon = createFakeDaemon(catalog({ sources: [source("alpha", 1000)], groups: new Map([["alpha", groups]]) }));
  const ui = openUi({ daemon });
  await ui.shows("/srv/models/alpha");
  await ui.type("\r");
  await ui.shows(/ 1000$/m);
  return ui;
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

test("frames are skipped while the terminal takes nothing, and then the newest is drawn", async () => {
  await using ui = await openThousand();
  const { stdout } = ui.terminal;
  const before = stdout.bytes;
  stdout.stall(true);
  for (let key = 0; key < 100; key++) {
    ui.terminal.type("j");
    await soon();
  }
  expect(stdout.bytes).toBe(before);
  // At most the frame under way and the one that Ink had begun.
  expect(stdout.writableLength).toBeLessThan(4000);
  stdout.stall(false);
  await ui.shows("> SYM00100");
  expect(stdout.bytes - before).toBeLessThan(6000);
});

test("sizes that came and went meanwhile leave no trace", async () => {
  await using ui = await openThousand();
  await using fresh = await openThousand();
  ui.terminal.stdout.stall(true);
  for (let at = 0; at < 50; at++) {
    ui.terminal.resize(60 + at * 3, 15 + at);
    await soon();
  }
  ui.terminal.resize(100, 30);
  fresh.terminal.resize(100, 30);
  await soon();
  expect(ui.terminal.stdout.writableLength).toBeLessThan(20_000);
  ui.terminal.stdout.stall(false);
  fresh.terminal.type("j");
  ui.terminal.type("j");
  await fresh.shows("> SYM00001");
  await until(
    () => `the screens are equal:\n${ui.terminal.screen()}\n${fresh.terminal.screen()}`,
    () => ui.terminal.screen() === fresh.terminal.screen(),
  );
});

test("a signal ends it although the terminal takes nothing", async () => {
  const ui = await openThousand();
  ui.terminal.stdout.stall(true);
  process.emit("SIGTERM");
  expect(await ui.exit).toBe(143);
  expect(ui.terminal.stdin.isRaw).toBe(false);
  ui.terminal.stdout.stall(false);
});
