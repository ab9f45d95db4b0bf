// A command's host made for tests: what it prints is kept, what it asks is answered from a list.

import { fileURLToPath } from "node:url";
import type { CliHost } from "../../tui/cli/host.ts";
import { runCli } from "../../tui/cli/program.ts";

export interface FakeHostOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly isTerminal?: boolean;
  /** Lines that the person types; asking beyond them is the end of input. */
  readonly answers?: readonly string[];
  /** What stdin holds. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Where `proto/` and the daemon's program are (default: this checkout). */
  readonly packageRoot?: string;
}

/** What one command line came to. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly questions: readonly string[];
}

const checkout = fileURLToPath(new URL("../../", import.meta.url));

/** Runs one command line against the daemon at `socket`. */
export async function runCommand(socket: string, args: readonly string[], options: FakeHostOptions = {}): Promise<CliResult> {
  const { isTerminal = false, answers = [] } = options;
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const questions: string[] = [];
  const output = (name: "stdout" | "stderr") => ({
    isTerminal,
    columns: isTerminal ? 80 : undefined,
    write(chunk: string | Uint8Array) {
      chunks[name].push(Buffer.from(chunk));
      return Promise.resolve();
    },
  });
  const host: CliHost = {
    env: { LANG: "C.UTF-8", TERM: "xterm", MODEL_MANAGER_SOCKET: socket, ...options.env },
    cwd: options.cwd ?? "/",
    home: "/home/tester",
    uid: 1000,
    stdout: output("stdout"),
    stderr: output("stderr"),
    canAsk: isTerminal,
    ask(question) {
      questions.push(question);
      return Promise.resolve(answers[questions.length - 1]);
    },
    readInput: () => Promise.resolve(options.input ?? ""),
    signal: options.signal ?? new AbortController().signal,
    packageRoot: options.packageRoot ?? checkout,
  };
  const code = await runCli(args, host);
  return { code, stdout: Buffer.concat(chunks.stdout).toString(), stderr: Buffer.concat(chunks.stderr).toString(), questions };
}
