// The running process as a command's host: streams, signals, questions.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { text as readWhole } from "node:stream/consumers";
import type { CliHost, TextOutput } from "./host.ts";

/** A host whose signal handlers and listeners go away with it. */
export interface ProcessHost extends CliHost, Disposable {
  /** The signal that asked the command to end, if any did. */
  readonly endedBy: NodeJS.Signals | undefined;
}

const END_SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** A stream whose reader has gone (`| head`) is no error: the program ends there and then, quietly. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

function toOutput(stream: NodeJS.WriteStream): TextOutput {
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      // A terminal without a size says 0.
      return stream.isTTY === true && stream.columns > 0 ? stream.columns : undefined;
    },
    write: (chunk) =>
      stream.write(chunk)
        ? Promise.resolve()
        : new Promise((resolve) => {
            stream.once("drain", resolve);
          }),
  };
}

/** The nearest folder above this file that has a package.json: the sources and the bundles lie at different depths. */
function findPackageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "package.json")) || folder === path.dirname(folder)) return folder;
  }
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  // Without `terminal` the tty stays in line mode, and Ctrl-C stays a signal.
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const closed = new Promise<undefined>((resolve) => {
      reader.once("close", () => resolve(undefined));
    });
    return await Promise.race([reader.question(question, { signal }), closed]);
  } finally {
    reader.close();
  }
}

/** Takes the process's signals until it is disposed. A second signal of any kind ends the process at once. */
export function openProcessHost(): ProcessHost {
  const ending = new AbortController();
  let endedBy: NodeJS.Signals | undefined;
  const end = (signal: NodeJS.Signals): void => {
    if (endedBy !== undefined) process.exit(130);
    endedBy = signal;
    ending.abort();
  };
  for (const signal of END_SIGNALS) process.on(signal, end);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endOnBrokenPipe);
  return {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    uid: process.getuid?.(),
    stdout: toOutput(process.stdout),
    stderr: toOutput(process.stderr),
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask: (question) => askOnTerminal(question, ending.signal),
    readInput: () => readWhole(process.stdin),
    signal: ending.signal,
    packageRoot: findPackageRoot(),
    get endedBy() {
      return endedBy;
    },
    [Symbol.dispose]() {
      for (const signal of END_SIGNALS) process.off(signal, end);
      for (const stream of [process.stdout, process.stderr]) stream.off("error", endOnBrokenPipe);
    },
  };
}
