// The terminal program as it is installed, run as a process of its own: what people and scripts call.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const BUNDLE = fileURLToPath(new URL("../../dist/model-manager.js", import.meta.url));
const COMPILE_CACHE = fileURLToPath(new URL("../../dist/compile-cache", import.meta.url));

/** How one call ended. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls `model-manager ARGS` of dist/ in a folder; the caller has built it. The environment has nothing but what a shell without a profile has. */
export function runProgram(args: readonly string[], { socket, cwd }: { readonly socket: string; readonly cwd: string }): Promise<CliRun> {
  const child = spawn(process.execPath, [BUNDLE, ...args], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      LANG: "C.UTF-8",
      TERM: "xterm",
      HOME: cwd,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      MODEL_MANAGER_SOCKET: socket,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...texts }));
  });
}
