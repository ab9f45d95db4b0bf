// A program in a private tmux server: keys go in, the screen comes out, as a person over SSH has it.

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** A terminal of a fixed size that runs one program. */
export interface TmuxTerminal extends Disposable {
  /** tmux key names (`Enter`, `Escape`, `Down`) or single characters. */
  press(...keys: readonly string[]): void;
  /** Types a text as it is. */
  type(text: string): void;
  /** The screen's lines as text, without trailing blanks. */
  screen(): string;
  /** Waits until the screen holds the text (or fits the pattern) and returns the screen. */
  waitFor(what: string | RegExp, deadlineMs?: number): Promise<string>;
  resize(columns: number, rows: number): void;
  /** False once the program has ended. */
  readonly isRunning: boolean;
}

/** What runs, and how large the terminal is. */
export interface TmuxOptions {
  readonly command: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Starts the program. Throws when tmux cannot. */
export function openTmuxTerminal(options: TmuxOptions): TmuxTerminal {
  const server = `mm-${randomBytes(6).toString("hex")}`;
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${quote(value)}`);
  const command = ["env", "-u", "CI", ...env, ...options.command.map(quote)].join(" ");
  run(server, ["new-session", "-d", "-x", String(options.columns), "-y", String(options.rows), "-c", options.cwd, command]);
  run(server, ["set-option", "-g", "escape-time", "10"]);
  const screen = (): string => run(server, ["capture-pane", "-p"]).replaceAll(/[ \t]+$/gm, "");
  return {
    press: (...keys) => void run(server, ["send-keys", ...keys]),
    type: (text) => void run(server, ["send-keys", "-l", text]),
    screen,
    async waitFor(what, deadlineMs = 15_000) {
      const end = performance.now() + deadlineMs;
      for (;;) {
        const seen = screen();
        if (typeof what === "string" ? seen.includes(what) : what.test(seen)) return seen;
        if (performance.now() > end) throw new Error(`the screen never showed ${String(what)}; it shows:\n${seen}`);
        await sleep(30);
      }
    },
    resize: (columns, rows) => void run(server, ["resize-window", "-x", String(columns), "-y", String(rows)]),
    get isRunning() {
      return spawnSync("tmux", ["-L", server, "has-session"], { stdio: "ignore" }).status === 0;
    },
    [Symbol.dispose]: () => void spawnSync("tmux", ["-L", server, "kill-server"], { stdio: "ignore" }),
  };
}

function run(server: string, args: readonly string[]): string {
  const { TMUX: _outer, ...env } = process.env;
  const result = spawnSync("tmux", ["-L", server, "-f", "/dev/null", ...args], { encoding: "utf8", env: { ...env, LANG: "C.UTF-8" } });
  if (result.status !== 0) throw new Error(`tmux ${args[0] ?? ""} failed: ${result.stderr}`);
  return result.stdout;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
