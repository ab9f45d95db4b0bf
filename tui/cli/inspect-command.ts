// `inspect FILE`: what one file says, read by the daemon's program as a child; its readers are not part of this one.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseExact } from "../../shared/lib/exact-json.ts";
import { AppError } from "../../shared/contract/errors.ts";
import { absolutePath } from "../../shared/domain/paths.ts";
import { printable } from "../format/cell-width.ts";
import type { Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";

/** What a child said. */
interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `model-managerd file …` to its end. Rejects when it cannot be started or is stopped by a signal. */
function runFileVerb(context: CliContext, args: readonly string[]): Promise<ChildResult> {
  const { packageRoot, cwd } = context.host;
  // The bundle when there is one; its launcher would look for sources once more.
  const bundle = path.join(packageRoot, "dist/model-managerd.js");
  const program = existsSync(bundle) ? bundle : path.join(packageRoot, "daemon/bin/model-managerd.js");
  const { promise, resolve, reject } = Promise.withResolvers<ChildResult>();
  const child = spawn(process.execPath, [program, "file", ...args], { cwd, stdio: ["ignore", "pipe", "pipe"], signal: context.signal });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => {
      texts[name] += text;
    });
  }
  child.on("error", (error) => {
    const cancelled = context.signal.aborted;
    reject(
      cancelled
        ? new AppError("cancelled", "stopped")
        : new AppError("internal", `cannot start ${program}: ${error.message}`, { cause: error }),
    );
  });
  child.on("close", (code, signal) => {
    if (code === null) reject(new AppError("internal", `model-managerd file was stopped by ${signal ?? "a signal"}`));
    else resolve({ code, ...texts });
  });
  return promise;
}

/** `inspect FILE`. `--json` prints the reader's document. */
export const INSPECT: Command = {
  words: "inspect",
  summary: "what one artifact file says; needs no running daemon",
  arguments: [{ name: "<file>", help: "an artifact file" }],
  async run(context, given) {
    const file = absolutePath(given.needed(0), context.host);
    const { code, stdout, stderr } = await runFileVerb(context, ["inspect", file, ...(context.json ? ["--json"] : [])]);
    if (stderr.trim() !== "") await context.remark(stderr.trimEnd());
    if (code !== 0) return code;
    if (context.json) await context.document(parseExact(stdout));
    else for (const line of stdout.trimEnd().split("\n")) await context.line(printable(line));
    return EXIT.done;
  },
};
