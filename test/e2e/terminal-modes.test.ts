// The terminal program on a real terminal: whatever ends or interrupts it, the terminal is as it was.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildBundle } from "../support/build-bundle.ts";
import type { FakeDaemon } from "../support/fake-daemon.ts";
import type { Pty } from "../support/pty.ts";
import { describeNeeding, pseudoTerminal } from "../support/requirements.ts";
import { sourceOf } from "../support/sample-answers.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";
import { openGroups, openLargeDaemon, openProgram, PROGRAM } from "../support/terminal-program.ts";
import { waitFor } from "../support/wait-for.ts";

const MODES = ["\u001b[?1049", "\u001b[?25", "\u001b[?2004"] as const;

/** The alternate screen left, the cursor shown, pastes plain: the last word on each. */
function expectGivenBack(text: string): void {
  const last = (on: string, off: string): boolean => text.lastIndexOf(off) > text.lastIndexOf(on);
  expect(MODES.map((mode) => (mode === MODES[1] ? last(`${mode}l`, `${mode}h`) : last(`${mode}h`, `${mode}l`)))).toEqual([
    true,
    true,
    true,
  ]);
}

describeNeeding(pseudoTerminal(), "the terminal and its modes", () => {
  let base: TempDirectory;
  let daemon: FakeDaemon;

  beforeAll(async () => {
    buildBundle();
    base = await openTempDirectory("modes");
    daemon = await openLargeDaemon(base.path);
  }, 60_000);
  afterAll(async () => {
    await daemon[Symbol.asyncDispose]();
    await base[Symbol.asyncDispose]();
  });

  test.each([
    ["q", 0],
    ["\u0003", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
  ] as const)("%j gives it back", async (end, code) => {
    await using terminal = await openProgram(daemon);
    await terminal.waitFor("/srv/models/alpha");
    expect(terminal.modes()).not.toBe(terminal.modesBefore);
    if (end === "q" || end === "\u0003") terminal.type(end);
    else process.kill(terminal.pid, end);
    expect(await terminal.ended).toEqual({ code, modes: terminal.modesBefore });
    expectGivenBack(terminal.text());
  });

  test("a fault in a view gives it back, and one line says what and where", async () => {
    await using folder = await openTempDirectory("crash");
    const broken = { ...sourceOf("alpha") };
    Reflect.deleteProperty(broken, "warnings");
    await using other = await openLargeDaemon(folder.path, { "source.list": () => ({ items: [broken], total: 1 }) });
    await using terminal = await openProgram(other);
    expect(await terminal.ended).toEqual({ code: 1, modes: terminal.modesBefore });
    expectGivenBack(terminal.text());
    const said = terminal.text().split("\u001b[?1049l").at(-1) ?? "";
    expect(said).toMatch(/error: the terminal UI failed: Cannot read properties .*\(\S+\.js:\d+:\d+\); the daemon is not touched/);
    expect(said.replaceAll("\u001b[?25h", "").trim().split("\n").length).toBe(1);
  });

  test("a link that takes nothing does not keep a signal from ending it", { timeout: 30_000 }, async () => {
    await using terminal = await openProgram(daemon, { columns: 200, rows: 60 });
    await openGroups(terminal);
    await fillLink(terminal);
    process.kill(terminal.pid, "SIGTERM");
    await waitFor("the end", () => !isAlive(terminal.pid), { deadlineMs: 8000 });
    terminal.stall(false);
    expect(await terminal.ended).toEqual({ code: 143, modes: terminal.modesBefore });
  });

  test("ctrl-z and fg, SIGTSTP and SIGSTOP: the shell has its terminal, then the UI is as it was", { timeout: 60_000 }, async () => {
    await using terminal = await openProgram(daemon, { command: ["bash", "--norc", "-i"] });
    await terminal.waitFor("bash");
    const shell = terminal.modes();
    terminal.type(`${PROGRAM.join(" ")}\r`);
    await openGroups(terminal);
    terminal.type("jj");
    await terminal.waitFor("> SYM00002");
    const screen = terminal.screen();
    const modes = terminal.modes();
    const program = await waitFor("the program's process", () => childrenOf(terminal.pid)[0]);
    for (const stop of ["\u001a", "SIGTSTP", "SIGSTOP"] as const) {
      const before = terminal.bytes;
      if (stop === "\u001a") terminal.type(stop);
      else process.kill(program, stop);
      await waitFor(`the shell after ${stop}`, () => terminal.text(before).includes("Stopped") && terminal.modes() === shell);
      // Nobody can give back the screen of a program that was not asked. What comes after the word is the shell's.
      if (stop !== "SIGSTOP") expectGivenBack(terminal.text(before).split("Stopped")[0] ?? "");
      terminal.type("fg\r");
      await waitFor(`the UI after ${stop}`, () => terminal.screen() === screen && terminal.modes() === modes);
      expect(terminal.text().lastIndexOf("\u001b[?2004h")).toBeGreaterThan(terminal.text().lastIndexOf("\u001b[?2004l"));
    }
    const before = terminal.bytes;
    terminal.type("\u001a");
    await waitFor("the shell", () => terminal.text(before).includes("Stopped") && terminal.modes() === shell);
    terminal.resize(100, 30);
    terminal.type("fg\r");
    // The state stands at the right edge, the keys on the last line.
    await waitFor("the new size", () => {
      const lines = terminal.screen().split("\n");
      return lines[0]?.length === 100 && lines.at(-1)?.includes("quit");
    });
    terminal.type("q");
    await waitFor("the shell's modes", () => terminal.modes() === shell);
    terminal.type("exit\r");
    await terminal.ended;
  });

  test("where no shell could continue it, ctrl-z leaves everything as it is", async () => {
    await using terminal = await openProgram(daemon);
    await terminal.waitFor("/srv/models/alpha");
    const [screen, modes] = [terminal.screen(), terminal.modes()];
    terminal.type("\u001a");
    await terminal.quiet(400);
    await waitFor("the screen again", () => terminal.screen() === screen && terminal.modes() === modes);
    terminal.type("q");
    expect((await terminal.ended).code).toBe(0);
  });
});

describeNeeding(pseudoTerminal(), "terminals of little ability", () => {
  let base: TempDirectory;
  let daemon: FakeDaemon;

  beforeAll(async () => {
    base = await openTempDirectory("plain");
    daemon = await openLargeDaemon(base.path);
  });
  afterAll(async () => {
    await daemon[Symbol.asyncDispose]();
    await base[Symbol.asyncDispose]();
  });

  const browse = async (terminal: Pty): Promise<string> => {
    await openGroups(terminal);
    terminal.type("\r");
    await terminal.waitFor("factor_1");
    terminal.type("2");
    await terminal.waitFor("gap best");
    terminal.type("3");
    await terminal.waitFor("importance by total gain");
    terminal.type("q");
    await terminal.ended;
    return terminal.text();
  };
  // oxlint-disable-next-line no-control-regex
  const STYLE = /\u001b\[[\d;]*m/;
  // oxlint-disable-next-line no-control-regex
  const BEYOND_ASCII = /[^\u0000-\u007f]/;

  test("--plain writes neither colour nor anything beyond ASCII", async () => {
    await using terminal = await openProgram(daemon, { command: [...PROGRAM, "--plain"] });
    const text = await browse(terminal);
    expect(text).not.toMatch(STYLE);
    expect(text).not.toMatch(BEYOND_ASCII);
  });

  test("NO_COLOR writes no colour", async () => {
    await using terminal = await openProgram(daemon, { env: { NO_COLOR: "1" } });
    const text = await browse(terminal);
    expect(text).not.toMatch(STYLE);
    expect(text).toMatch(BEYOND_ASCII);
  });

  test("a console of sixteen colours gets ASCII and no other colours", async () => {
    await using terminal = await openProgram(daemon, { env: { TERM: "linux" } });
    const text = await browse(terminal);
    expect(text).not.toMatch(BEYOND_ASCII);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/\u001b\[[34]8[;:]/);
    expect(text).toContain("\u001b[32m");
  });

  test("a terminal that cannot place the cursor is told so", async () => {
    await using terminal = await openProgram(daemon, { env: { TERM: "dumb" } });
    expect(await terminal.ended).toEqual({ code: 2, modes: terminal.modesBefore });
    expect(terminal.text()).toMatch(/^error: this terminal \(TERM=dumb\) cannot place the cursor/);
  });
});

/** Sizes that change make whole frames; a link that nobody reads holds a few of them. */
async function fillLink(terminal: Pty): Promise<void> {
  terminal.stall(true);
  const written = (): number => Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${terminal.pid}/io`, "utf8"))?.[1]);
  let before = -1;
  // A signal itself writes a few bytes inside the process.
  while (written() - before > 1000) {
    before = written();
    for (let at = 0; at < 10; at++) {
      terminal.resize(199 + (at % 2), 60);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}
