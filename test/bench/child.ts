// Children of the bench: started with the same Node, known by their ready line, ended by it.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A started child and the JSON of its ready line. */
export interface ReadyChild {
  readonly ready: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a script beside the bench (`baseline/…`) and waits for `ready {…}` on its stdout. */
export async function startChild(script: string, args: readonly string[]): Promise<ReadyChild> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("ready ")) continue;
    return {
      ready: JSON.parse(line.slice(6)) as Record<string, string>,
      child,
      async stop() {
        child.kill("SIGTERM");
        await exited;
      },
    };
  }
  throw new Error(`${script} ended before it was ready`);
}

/** Resident memory of a process in MB, from the kernel. */
export async function residentMb(pid: number): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const kb = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) / 1024;
}
