// Runs one of this folder's programs as a child and talks to it by lines.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running child. */
export interface ChildProgram {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The next line of its output; undefined when that has ended. */
  nextLine(): Promise<string | undefined>;
  /** kill -9; resolves when it is gone. Lines written before can still be read. */
  kill(): Promise<void>;
  /** Ends its input, and waits for its end. */
  finish(): Promise<void>;
}

/** Starts `name` of this folder with these arguments; its errors go to this process. */
export function startProgram(name: string, ...args: readonly string[]): ChildProgram {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  if (child.pid === undefined) throw new Error(`${name} could not be started`);
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid,
    child,
    async nextLine() {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async finish() {
      child.stdin.end();
      await exited;
    },
  };
}
