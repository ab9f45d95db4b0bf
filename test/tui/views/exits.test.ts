// However the UI ends, the terminal is as it was.

import { expect, test } from "vitest";
import type { DaemonClient } from "../../../tui/client/daemon-client.ts";
import { runUi } from "../../../tui/run-ui.tsx";
import { createFakeDaemon } from "./fake-daemon.ts";
import { createFakeTerminal, until } from "./fake-terminal.ts";
import { FakeClock, openUi, type UiSession } from "./ui-session.ts";

function expectRestored({ terminal }: Pick<UiSession, "terminal">): void {
  expect(terminal.stdin.isRaw).toBe(false);
  const { text } = terminal.stdout;
  expect(text.lastIndexOf("\u001b[?1049l")).toBeGreaterThan(text.lastIndexOf("\u001b[?1049h"));
  expect(text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(text.lastIndexOf("\u001b[?25l"));
  expect(text.lastIndexOf("\u001b[?2004l")).toBeGreaterThan(text.lastIndexOf("\u001b[?2004h"));
}

test("the screen is an alternate one, the input raw, while it runs", async () => {
  await using ui = openUi();
  await ui.shows("alpha");
  expect(ui.terminal.isAlternate()).toBe(true);
  expect(ui.terminal.stdin.isRaw).toBe(true);
});

test.each([
  ["q", 0],
  ["\u0003", 130],
] as const)("%j gives the terminal back", async (key, code) => {
  const ui = openUi();
  await ui.shows("alpha");
  await ui.type(key);
  expect(await ui.exit).toBe(code);
  expectRestored(ui);
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGINT", 130],
] as const)("%s gives the terminal back", async (signal, code) => {
  const ui = openUi();
  await ui.shows("alpha");
  process.emit(signal);
  expect(await ui.exit).toBe(code);
  expectRestored(ui);
});

test("a terminal that is gone ends it", async () => {
  const ended = openUi();
  await ended.shows("alpha");
  ended.terminal.stdin.end();
  expect(await ended.exit).toBe(129);
  const broken = openUi();
  await broken.shows("alpha");
  broken.terminal.stdout.destroy(new Error("write EPIPE"));
  expect(await broken.exit).toBe(129);
  expect(broken.terminal.stdin.isRaw).toBe(false);
});

test("quitting does not wait for a daemon that does not answer", async () => {
  const terminal = createFakeTerminal(80, 24);
  const exit = runUi({
    connect: () => new Promise<DaemonClient>(() => undefined),
    env: {},
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    clock: new FakeClock(),
  });
  await until(
    () => terminal.screen(),
    () => terminal.screen().includes("connecting to the daemon"),
  );
  terminal.type("q");
  expect(await exit).toBe(0);
  expectRestored({ terminal });
});

test("a fault of the UI itself gives the terminal back and is reported", async () => {
  const daemon = createFakeDaemon();
  const ui = openUi({ daemon });
  await ui.shows("alpha");
  // A view that is given what cannot be: a source without the warnings it must have.
  const broken = daemon.catalog.sources.map((one) => ({ ...one, warnings: undefined }));
  Reflect.set(daemon.catalog, "sources", broken);
  daemon.emit("source_changed", "alpha", "");
  await expect(ui.exit).rejects.toThrow("reading 'length'");
  expectRestored(ui);
});
