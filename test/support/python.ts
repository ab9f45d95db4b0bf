// Strategy processes written in Python, for tests: where the interpreter is, and how to run the client that knows only the old wire.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { pythonWithGrpc, type Requirement } from "./requirements.ts";

/** A Python with grpcio and grpcio-tools; suites that need it are skipped, saying so, where it is missing. */
export const oldClientNeeds = (): Requirement => pythonWithGrpc();

/** What a run of the old client came to. */
export interface OldClientRun {
  readonly exitCode: number | null;
  /** Its JSON lines, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly stderr: string;
}

const jsonLine = z.record(z.string(), z.unknown());
const script = fileURLToPath(new URL("./python/old_client.py", import.meta.url));

/** Runs `old_client.py` with `get`, `list` or `golden` and their arguments (its first lines say which). Rejects when Python does not start. */
export async function runOldClient(python: Requirement, ...args: readonly string[]): Promise<OldClientRun> {
  const child = spawn(python.command, [script, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const lines = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => jsonLine.parse(JSON.parse(line)));
  return { exitCode, lines, stderr };
}
