// The daemon's lines in systemd's journal, read by journalctl.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { LogLineView } from "../../shared/contract/service-operations.ts";
import { parseExact } from "../../shared/lib/exact-json.ts";
import type { CliHost } from "./host.ts";
import { UNIT } from "./service-files.ts";

/** A line as both sources give it; the journal has no numbers of ours. */
export type ShownLine = Omit<LogLineView, "sequence">;

/** Which journal holds the daemon's lines. */
export interface JournalOf {
  readonly isUser: boolean;
}

/** The unit that a process runs in, by its control group: `…/model-managerd.service`. Undefined when it is none of ours. */
export function journalOf(cgroup: string): JournalOf | undefined {
  const path = /^0::(.*)$/m.exec(cgroup)?.[1] ?? "";
  if (!path.split("/").includes(UNIT)) return undefined;
  return { isUser: /\/user@\d+\.service\//.test(path) };
}

/** The journal of the daemon with this pid; undefined when it runs under no unit of ours, or not on Linux. */
export function journalOfProcess(pid: number): JournalOf | undefined {
  try {
    return journalOf(readFileSync(`/proc/${pid}/cgroup`, "utf8"));
  } catch (error) {
    // Without /proc, or when the process has just gone, there is no journal to name.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** Reads lines with journalctl. Rejects with an Error when it cannot be started or ends with a fault before it printed anything. */
export async function* readJournal(
  host: CliHost,
  { isUser }: JournalOf,
  { last, follow }: { readonly last: number; readonly follow: boolean },
): AsyncGenerator<ShownLine, void, void> {
  const args = [isUser ? "--user-unit" : "--unit", UNIT, "--lines", String(last), "--output", "cat", "--quiet", "--no-pager"];
  const child = spawn("journalctl", [...args, ...(follow ? ["--follow"] : [])], {
    env: { ...host.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = (): void => void child.kill("SIGTERM");
  host.signal.addEventListener("abort", stop, { once: true });
  let fault = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (fault += text));
  const closed = once(child, "close").then(
    ([code]) => code as number | null,
    (error: unknown) => {
      fault = error instanceof Error ? error.message : String(error);
      return null;
    },
  );
  try {
    for await (const line of createInterface({ input: child.stdout })) yield toLine(line);
    const code = await closed;
    if (code !== 0 && !host.signal.aborted) throw new Error(`journalctl: ${fault.trim() || `ended with ${code ?? "a signal"}`}`);
  } finally {
    host.signal.removeEventListener("abort", stop);
    stop();
  }
}

/** A line of our logger; anything else in the unit's journal is shown as it is. */
function toLine(text: string): ShownLine {
  let parsed: unknown;
  try {
    parsed = parseExact(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof parsed !== "object" || parsed === null || !("msg" in parsed)) return { time: "", level: "", message: text, fields: {} };
  const { time, level, msg, ...fields } = parsed as Record<string, unknown>;
  return { time: String(time), level: String(level), message: String(msg), fields };
}
