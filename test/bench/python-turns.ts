// A Python baseline that is asked turn by turn, so that its turns alternate with ours.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The first line names what runs; each later one is asked for. */
export interface PythonTurns {
  next(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a script of `baseline/`. */
export function startPythonTurns(python: string, script: string, ...args: readonly string[]): PythonTurns {
  const path = fileURLToPath(new URL(`baseline/${script}`, import.meta.url));
  const child = spawn(python, ["-W", "ignore", path, ...args], { stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let isNamed = false;
  return {
    async next() {
      if (isNamed) child.stdin.write("\n");
      isNamed = true;
      const line = await lines.next();
      if (line.done === true) throw new Error("the Python baseline ended early");
      return line.value;
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
