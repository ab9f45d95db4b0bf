// A daemon that this program starts for itself, and stops again.

import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDaemonAnswering } from "../client/is-answering.ts";

export interface DaemonChildOptions {
  /** The daemon's program: a JavaScript file. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Takes everything that the daemon prints. */
  readonly logFile: string;
  /** Where it will listen, in the order in which it chooses. */
  readonly socketPaths: readonly string[];
  readonly signal: AbortSignal;
}

/** A daemon that answers. Disposing it stops it and waits until it has ended. */
export interface DaemonChild extends AsyncDisposable {
  readonly pid: number | undefined;
}

const POLL_MS = 40;
const LAST_LINES = 15;

/** The end of what the daemon said: why it has not come up. */
function lastWords(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString("utf8").trimEnd().split("\n");
  return lines.slice(-LAST_LINES).join("\n");
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** Starts a daemon and waits until it answers. Rejects with what it said last when it ends instead. */
export async function openDaemonChild(options: DaemonChildOptions): Promise<DaemonChild> {
  mkdirSync(path.dirname(options.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(options.logFile, "a", 0o600);
  const from = readFileSync(options.logFile).length;
  // Its own process group: a Ctrl-C at the terminal is for this program, which then stops the daemon in order.
  const child = spawn(process.execPath, [options.program, ...options.args], {
    env: options.env,
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const stopAtExit = (): void => void child.kill("SIGTERM");
  process.on("exit", stopAtExit);
  let failure: Error | undefined;
  child.on("error", (error) => {
    failure = error;
  });
  const close = async (): Promise<void> => {
    await stop(child);
    process.off("exit", stopAtExit);
  };
  try {
    while (!(await isDaemonAnswering(options.socketPaths, "npm start"))) {
      if (failure !== undefined) throw new Error(`cannot start ${options.program}: ${failure.message}`, { cause: failure });
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the daemon did not come up (log: ${options.logFile}):\n${lastWords(options.logFile, from)}`);
      }
      await sleep(POLL_MS, undefined, { signal: options.signal });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { pid: child.pid, [Symbol.asyncDispose]: close };
}
