// The daemon's program as a child that looks at one file: its readers are not part of this one.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { AppError } from "../../shared/contract/errors.ts";
import { parseExact } from "../../shared/lib/exact-json.ts";
import { printable } from "../format/cell-width.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";

/** The rows or the model come from stdin, which the child reads itself. */
export const STDIN = "-";

export interface FileVerb {
  /** Must be read to its end. */
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Resolves once the child is gone. Rejects when it could not be started or was stopped by a signal. */
  readonly ended: Promise<{ readonly code: number; readonly stderr: string }>;
}

/** Starts `model-managerd file …`. It gets this program's stdin when an argument is `-`. */
export function openFileVerb(context: CliContext, args: readonly string[]): FileVerb {
  const { packageRoot, cwd } = context.host;
  // The bundle when there is one; its launcher would look for sources once more.
  const bundle = path.join(packageRoot, "dist/model-managerd.js");
  const program = existsSync(bundle) ? bundle : path.join(packageRoot, "daemon/bin/model-managerd.js");
  const child = spawn(process.execPath, [program, "file", ...args], {
    cwd,
    stdio: [args.includes(STDIN) ? "inherit" : "ignore", "pipe", "pipe"],
    signal: context.signal,
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<{ code: number; stderr: string }>();
  child.on("error", (cause) => {
    const failed = new AppError("internal", `cannot start ${program}: ${cause.message}`, { cause });
    reject(context.signal.aborted ? new AppError("cancelled", "stopped") : failed);
  });
  child.on("close", (code, signal) => {
    if (code === null) reject(new AppError("internal", `model-managerd file was stopped by ${signal ?? "a signal"}`));
    else resolve({ code, stderr });
  });
  // It is awaited only after stdout, and may fail before.
  ended.catch(() => undefined);
  return { stdout: child.stdout, ended };
}

/** What a child said. */
export interface FileAnswer {
  readonly code: number;
  readonly stdout: string;
}

/** Runs `model-managerd file …` to its end; its remarks go to stderr. */
export async function askFileVerb(context: CliContext, args: readonly string[]): Promise<FileAnswer> {
  const { stdout, ended } = openFileVerb(context, args);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  const { code, stderr } = await ended;
  if (stderr.trim() !== "") await context.remark(stderr.trimEnd());
  return { code, stdout: Buffer.concat(chunks).toString("utf8") };
}

/** Runs a verb and prints what it says, as text or (with --json) as its document. Returns the exit code. */
export async function relayFileVerb(context: CliContext, args: readonly string[]): Promise<number> {
  const { code, stdout } = await askFileVerb(context, [...args, ...(context.json ? ["--json"] : [])]);
  const text = stdout.trimEnd();
  if (text === "") return code;
  if (context.json) await context.document(parseExact(text));
  else for (const line of text.split("\n")) await context.line(printable(line));
  return code === 0 ? EXIT.done : code;
}
