// The log as an operator gets it: lines that parse, levels, priorities for the journal, and no floods.

import { spawn, spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createLogger, isJournal, type Logger, type LoggerOptions } from "../../../daemon/ops/logger.ts";

const clock = { nowMicros: () => 1_767_605_400_123_456n, monotonicMs: () => 0 };

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

function open(options: Partial<LoggerOptions> = {}): { readonly log: Logger; readonly lines: Line[]; readonly raw: string[] } {
  const raw: string[] = [];
  const lines: Line[] = [];
  const write = (line: string): void => {
    raw.push(line);
    lines.push(JSON.parse(line.replace(/^<\d>/, "")) as Line);
  };
  return { log: createLogger({ level: "info", clock, isJournal: false, destination: { write }, ...options }), lines, raw };
}

describe("a line", () => {
  it("has the level's name, the time in UTC, the fields and the message", () => {
    const { log, raw } = open();
    log.info({ source: "alpha", sequence: 9_007_199_254_740_993n }, "the source was scanned");
    expect(raw).toEqual([
      '{"level":"info","time":"2026-01-05T09:30:00.123456Z","source":"alpha","sequence":9007199254740993,"msg":"the source was scanned"}\n',
    ]);
  });

  it("is one line, whatever file names hold", () => {
    const { log, raw, lines } = open();
    log.warn({ path: 'a\n<0>{"level":"error"}\u001b[2J\u2028' }, "a file cannot be read");
    expect(raw[0]?.indexOf("\n")).toBe((raw[0]?.length ?? 0) - 1);
    expect(raw[0]).not.toContain("\u001b");
    expect(lines[0]?.["path"]).toBe('a\n<0>{"level":"error"}\u001b[2J\u2028');
  });

  it("shows an error with its stack and its cause", () => {
    const { log, lines } = open();
    log.error({ err: new Error("outer", { cause: new Error("inner") }) }, "a fault");
    expect(JSON.stringify(lines[0]?.["err"])).toMatch(/outer.*logger\.test\.ts.*inner/);
  });

  it("carries a priority when the journal listens", () => {
    const { log, raw } = open({ isJournal: true, level: "debug" });
    log.debug({}, "d");
    log.info({}, "i");
    log.warn({}, "w");
    log.error({}, "e");
    expect(raw.map((line) => line.slice(0, 4))).toEqual(["<7>{", "<6>{", "<4>{", "<3>{"]);
  });
});

describe("the journal", () => {
  it("is where standard error is the very stream that systemd names, not where the variable was only inherited", () => {
    const file = openSync(fileURLToPath(import.meta.url), "r");
    const { dev, ino } = fstatSync(file);
    expect(isJournal({ JOURNAL_STREAM: `${dev}:${ino}` }, file)).toBe(true);
    expect(isJournal({ JOURNAL_STREAM: `${dev}:${ino + 1}` }, file)).toBe(false);
    expect(isJournal({ JOURNAL_STREAM: "" }, file)).toBe(false);
    expect(isJournal({}, file)).toBe(false);
    closeSync(file);
  });
});

describe("the newest lines", () => {
  it("are kept as they were written, without priorities, and without those that the flood gate held back", () => {
    const { log } = open({ isJournal: true, flood: { lines: 1, intervalMs: 60_000 } });
    log.warn({ path: "a" }, "a file cannot be read");
    log.warn({ path: "b" }, "a file cannot be read");
    log.debug({}, "not of this level");
    expect(log.recent.after(0, 10)).toEqual([
      { sequence: 1, time: "2026-01-05T09:30:00.123456Z", level: "warn", message: "a file cannot be read", fields: { path: "a" } },
    ]);
  });
});

describe("levels", () => {
  it.each([
    ["debug", 4],
    ["info", 3],
    ["warn", 2],
    ["error", 1],
    ["silent", 0],
  ] as const)("%s lets %i of four lines through", (level, count) => {
    const { log, lines } = open({ level });
    for (const at of ["debug", "info", "warn", "error"] as const) log[at]({}, "x");
    log.flush();
    expect(lines).toHaveLength(count);
  });
});

describe("a flood", () => {
  const flood = { lines: 3, intervalMs: 60_000 };

  it("of one message is cut to a few lines and a count, and leaves other messages alone", () => {
    const { log, lines } = open({ flood });
    for (let n = 0; n < 1237; n += 1) log.warn({ n }, "a file cannot be read");
    log.warn({}, "another message");
    log.info({}, "a file cannot be read");
    log.flush();
    expect(lines.map(({ level, msg, n }) => [level, msg, n])).toEqual([
      ["warn", "a file cannot be read", 0],
      ["warn", "a file cannot be read", 1],
      ["warn", "a file cannot be read", 2],
      ["warn", "another message", undefined],
      ["info", "a file cannot be read", undefined],
      ["warn", "a file cannot be read (repeated 1,234 times more in 60 s)", undefined],
    ]);
    expect(lines.at(-1)?.["repeated"]).toBe(1234);
  });

  it("is let through again in the next interval", async () => {
    const { log, lines } = open({ flood: { lines: 1, intervalMs: 20 } });
    log.info({}, "x");
    log.info({}, "x");
    await expect.poll(() => lines.map(({ msg }) => msg)).toEqual(["x", "x (repeated 1 times more in 0.02 s)"]);
    log.info({}, "x");
    expect(lines.at(-1)?.msg).toBe("x");
  });

  it("of ever new messages is bounded, too", () => {
    const { log, lines } = open({ flood });
    for (let n = 0; n < 5000; n += 1) log.info({}, `message ${n}`);
    log.flush();
    expect(lines.length).toBeLessThan(1010);
    expect(lines.at(-1)?.msg).toContain("other messages");
  });

  it("is not held back from whoever asks for debug lines", () => {
    const { log, lines } = open({ flood, level: "debug" });
    for (let n = 0; n < 50; n += 1) log.debug({}, "detail");
    expect(lines).toHaveLength(50);
  });
});

const program = `
import { createLogger } from ${JSON.stringify(fileURLToPath(new URL("../../../daemon/ops/logger.ts", import.meta.url)))};
const log = createLogger({ level: "info", clock: { nowMicros: () => 0n, monotonicMs: () => 0 }, flood: { lines: 1e9, intervalMs: 1000 } });
const [lines, width] = process.argv.slice(1).map(Number);
for (let n = 0; n < lines; n += 1) log.info({ n, pad: "x".repeat(width) }, "line");
process.stdout.write("looped\\n");
log.flush();
process.exit(0);
`;
const args = (lines: number, width: number): string[] => ["--input-type=module", "-e", program, String(lines), String(width)];

describe("standard error", () => {
  it("gets every line in order, also when the process ends at once", () => {
    const { stderr, status } = spawnSync(process.execPath, args(5000, 100), { encoding: "utf8", maxBuffer: 1e8 });
    const numbers = stderr
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { n: number }).n);
    expect(status).toBe(0);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, n) => n));
  });

  it("that nobody reads stops neither the program nor its end", async () => {
    const child = spawn(process.execPath, args(20_000, 1000), { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    await expect.poll(() => out, { timeout: 15_000 }).toBe("looped\n");
    // The end may wait a little for a reader; this one hangs up.
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  });

  it("that is closed stops nothing", async () => {
    const child = spawn(process.execPath, args(200, 10), { stdio: ["ignore", "pipe", "pipe"] });
    child.stderr.destroy();
    child.stdout.resume();
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  });
});
