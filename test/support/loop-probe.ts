// Loaded into a daemon by NODE_OPTIONS: what its main thread's tasks cost, told apart from what other programs on the machine took.

import { readFileSync, writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { fileURLToPath } from "node:url";

/** What `SIGUSR2` makes a daemon with the probe say: the longest of each since it said so last, in ms. */
export interface ProbeReport {
  /** From one waking of the loop to the next, whatever happened in between. */
  readonly wallMs: number;
  /** Processor time that the thread used in between: what the daemon itself is to blame for. */
  readonly usedMs: number;
  /** Neither running nor waiting for a processor: the loop at rest for up to the interval, a blocking call, or a processor that the machine's host took away. */
  readonly blockedMs: number;
}

/** The environment of a daemon with the probe in it. */
export const PROBED = { NODE_OPTIONS: `--import=${fileURLToPath(import.meta.url)}` } as const;

/** Begins the line of a report on stderr. */
const MARK = "loop-probe ";
/** The loop is woken this often. */
const EVERY_MS = 5;

/** The last report in a daemon's log; undefined before the first. */
export function lastReport(log: string): ProbeReport | undefined {
  const line = log.split("\n").findLast((text) => text.startsWith(MARK));
  return line === undefined ? undefined : (JSON.parse(line.slice(MARK.length)) as ProbeReport);
}

/** How many reports a daemon's log has. */
export function countReports(log: string): number {
  return log.split(`\n${MARK}`).length - 1 + Number(log.startsWith(MARK));
}

function probe(): void {
  // Of this thread: time on a processor and time waiting for one, in ns.
  const times = (): readonly number[] => readFileSync("/proc/thread-self/schedstat", "latin1").split(" ").map(Number);
  let longest = { wallMs: 0, usedMs: 0, blockedMs: 0 };
  let at = performance.now();
  let [used = 0, waited = 0] = times();
  setInterval(() => {
    const now = performance.now();
    const [usedNow = 0, waitedNow = 0] = times();
    const wallMs = now - at;
    const usedMs = (usedNow - used) / 1e6;
    const blockedMs = wallMs - usedMs - (waitedNow - waited) / 1e6;
    longest = {
      wallMs: Math.max(longest.wallMs, wallMs),
      usedMs: Math.max(longest.usedMs, usedMs),
      blockedMs: Math.max(longest.blockedMs, blockedMs),
    };
    [at, used, waited] = [now, usedNow, waitedNow];
  }, EVERY_MS).unref();
  process.on("SIGUSR2", () => {
    writeSync(2, `${MARK}${JSON.stringify(longest)}\n`);
    longest = { wallMs: 0, usedMs: 0, blockedMs: 0 };
  });
}

// The programs that this module is loaded into are daemons; suites import it for the rest.
if (isMainThread && process.env["MODEL_MANAGER_STATE_DIR"] !== undefined) probe();
