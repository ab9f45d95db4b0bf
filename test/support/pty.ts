// A program on a real pseudo-terminal: every byte it writes is counted and drawn by an emulator, and the terminal's modes can be read.

import xterm from "@xterm/headless";
import { spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { openTempDirectory } from "./temp-dir.ts";
import { waitFor } from "./wait-for.ts";

/** What runs, and how large its terminal is. */
export interface PtyOptions {
  readonly command: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  /** Beside the process's own environment; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What one key cost: until the whole frame was there, and bytes until the terminal was silent again. */
export interface Answer {
  readonly ms: number;
  /** Milliseconds less those that the kernel kept the program, the terminal or us waiting for a core: what a quiet machine would take. */
  readonly ownMs: number;
  readonly bytes: number;
}

/** How a program ended, and the terminal's modes right after it. */
export interface PtyEnd {
  readonly code: number;
  readonly modes: string;
}

export interface Pty extends AsyncDisposable {
  /** The program's process. */
  readonly pid: number;
  /** The terminal's modes before the program started. */
  readonly modesBefore: string;
  /** From the program's exec to the end of its first frame. */
  readonly firstFrame: { readonly ms: number; readonly ownMs: number };
  /** Bytes written so far. */
  readonly bytes: number;
  /** Everything written so far, after the first `from` bytes. */
  text(from?: number): string;
  /** The emulator's lines, without blanks at their ends. */
  screen(): string;
  type(text: string | Uint8Array): void;
  /** Types, and waits for the frame that answers. Throws when none comes within five seconds. */
  answerTo(text: string): Promise<Answer>;
  waitFor(what: string | RegExp, deadlineMs?: number): Promise<string>;
  /** Resolves once nothing was written for this long. */
  quiet(ms?: number): Promise<void>;
  /** Stops reading, as a dead link does, or goes on. */
  stall(isStalled: boolean): void;
  resize(columns: number, rows: number): void;
  /** What `stty -a` says now, without the size. */
  modes(): string;
  readonly ended: Promise<PtyEnd>;
}

/** What ends a frame: the end of a synchronized update. */
const FRAME_END = "\u001b[?2026l";
/** A terminal that was silent for so long has nothing more to say to a key. */
const QUIET_MS = 40;
const KEY_DEADLINE_MS = 5000;

// The outer shell keeps the terminal while the program runs; it tells the modes before and after, and the exit code.
const OUTER = `trap : INT TERM HUP TSTP
stty rows "$MM_PTY_ROWS" cols "$MM_PTY_COLUMNS"
tty > tty; stty -a > before
(cd "$MM_PTY_CWD"; exec bash -c 'echo "$$ $EPOCHREALTIME" > "$MM_PTY_BASE/started"; exec "$@"' program "$@")
code=$?
stty -a > after; echo "$code" > code`;

/** Starts the program. Rejects when `script` (util-linux) cannot. */
export async function openPty(options: PtyOptions): Promise<Pty> {
  const base = await openTempDirectory("pty");
  const child = spawnScript(options, base.path);
  // A program that is gone takes no more keys; that it is gone shows in `ended`.
  child.stdin.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const read = (name: string): string => readFileSync(join(base.path, name), "utf8").trim();
  const waited = (): number => waitedMs(Number(read("started").split(" ")[0]), child.pid, process.pid);
  const waitedBefore = waitedMs(process.pid, child.pid);
  const output = recordOutput(options, child.stdout, () => waited() - waitedBefore);
  const ended = closed.then(() => ({ code: Number(read("code")), modes: withoutSize(read("after")) }));
  // Whoever does not ask how it ended need not hear that it was torn down.
  ended.catch(() => undefined);
  const [pid = "", execAt = ""] = (await waitFor("the program's start", () => /^\d+ \d+\.\d+$/.exec(read("started"))?.[0])).split(" ");
  return {
    pid: Number(pid),
    modesBefore: withoutSize(read("before")),
    ...output.view,
    get bytes() {
      return output.view.bytes;
    },
    get firstFrame() {
      const { at, waited: lost } = output.firstFrame();
      const ms = at - Number(execAt) * 1000;
      return { ms, ownMs: ms - lost };
    },
    ...keysOf(child, output, waited),
    stall: (isStalled) => void (isStalled ? child.stdout.pause() : child.stdout.resume()),
    resize: (columns, rows) => {
      output.resize(columns, rows);
      spawnSync("stty", ["-F", read("tty"), "rows", String(rows), "cols", String(columns)]);
    },
    modes: () => withoutSize(spawnSync("stty", ["-a", "-F", read("tty")], { encoding: "utf8" }).stdout),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.stdout.resume();
      child.kill("SIGTERM");
      await closed;
      output.dispose();
      await base[Symbol.asyncDispose]();
    },
  };
}

type ScriptChild = ChildProcessByStdio<Writable, Readable, null>;

function spawnScript(options: PtyOptions, base: string): ScriptChild {
  const { TMUX: _outer, CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _force, ...own } = process.env;
  return spawn("script", ["-qec", ["bash", "-c", OUTER, "outer", ...options.command].map(quote).join(" "), "/dev/null"], {
    cwd: base,
    env: {
      ...own,
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
      SHELL: "/bin/bash",
      ...options.env,
      MM_PTY_BASE: base,
      MM_PTY_CWD: options.cwd,
      MM_PTY_COLUMNS: String(options.columns),
      MM_PTY_ROWS: String(options.rows),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
}

function keysOf(child: ScriptChild, output: Output, waited: () => number): Pick<Pty, "type" | "answerTo"> {
  const type = (text: string | Uint8Array): void => void child.stdin.write(text);
  return {
    type,
    async answerTo(text) {
      const bytesBefore = output.view.bytes;
      const waitedBefore = waited();
      const begun = performance.now();
      type(text);
      const ms = (await output.frameAfter(bytesBefore)) - begun;
      const ownMs = Math.max(0, ms - (waited() - waitedBefore));
      await output.view.quiet();
      return { ms, ownMs, bytes: output.view.bytes - bytesBefore };
    },
  };
}

type OutputView = Pick<Pty, "bytes" | "text" | "screen" | "waitFor" | "quiet">;

interface Output {
  readonly view: OutputView;
  /** When the first frame was complete, in milliseconds since 1970, and how long anybody had waited for a core by then. Throws before that. */
  firstFrame(): { readonly at: number; readonly waited: number };
  /** Resolves to the moment (performance.now) when a frame that began after so many bytes was complete. */
  frameAfter(bytes: number): Promise<number>;
  resize(columns: number, rows: number): void;
  dispose(): void;
}

function recordOutput(
  size: { readonly columns: number; readonly rows: number },
  stream: NodeJS.ReadableStream,
  waited: () => number,
): Output {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true, scrollback: 0 });
  let whole = Buffer.alloc(0);
  let firstFrame: { readonly at: number; readonly waited: number } | undefined;
  let lastAt = performance.now();
  const onChunk = new Set<() => void>();
  stream.on("data", (chunk: Buffer) => {
    lastAt = performance.now();
    whole = Buffer.concat([whole, chunk]);
    if (firstFrame === undefined && whole.includes(FRAME_END)) firstFrame = { at: performance.timeOrigin + lastAt, waited: waited() };
    terminal.write(chunk);
    for (const tell of [...onChunk]) tell();
  });
  const lines = (): string[] =>
    Array.from({ length: terminal.rows }, (_row, at) => terminal.buffer.active.getLine(at)?.translateToString(true).trimEnd() ?? "");
  const screen = (): string => lines().join("\n");
  return {
    view: {
      get bytes() {
        return whole.length;
      },
      text: (from = 0) => whole.toString("utf8", from),
      screen,
      waitFor: (what, deadlineMs = 15_000) =>
        waitFor(
          `${String(what)} on the screen`,
          () => {
            const seen = screen();
            if (typeof what === "string" ? seen.includes(what) : what.test(seen)) return seen;
            throw new Error(`the screen shows:\n${seen}`);
          },
          { deadlineMs },
        ),
      async quiet(ms = QUIET_MS) {
        for (let left = ms; left > 0; left = lastAt + ms - performance.now()) await sleep(left);
      },
    },
    firstFrame: () => {
      if (firstFrame === undefined) throw new Error("no frame has come yet");
      return firstFrame;
    },
    frameAfter: (bytes) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (whole.indexOf(FRAME_END, bytes) < 0) return;
          clearTimeout(timer);
          onChunk.delete(look);
          resolve(lastAt);
        };
        const timer = setTimeout(() => {
          onChunk.delete(look);
          reject(new Error(`no frame answered the key; the screen shows:\n${screen()}`));
        }, KEY_DEADLINE_MS);
        onChunk.add(look);
        look();
      }),
    resize: (columns, rows) => terminal.resize(columns, rows),
    dispose: () => terminal.dispose(),
  };
}

/** Milliseconds that the main threads of processes were ready to run and had no core; none for one that is gone. */
function waitedMs(...pids: readonly (number | undefined)[]): number {
  const files = pids.map((pid) => `/proc/${pid ?? 0}/task/${pid ?? 0}/schedstat`).filter((file) => existsSync(file));
  return files.reduce((sum, file) => sum + Number(readFileSync(file, "utf8").split(" ")[1]) / 1e6, 0);
}

function withoutSize(modes: string): string {
  return modes.replace(/rows \d+; columns \d+; /, "").trim();
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
