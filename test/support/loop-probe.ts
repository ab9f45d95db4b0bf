// Loaded into a daemon by NODE_OPTIONS: what its main thread's tasks cost, told apart from what other programs on the machine took.

import { readFileSync, writeSync } from "node:fs";
import { PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

/** What `SIGUSR2` makes a daemon with the probe say: the longest of each since it said so last, in ms. */
export interface ProbeReport {
  /** Processor time of the thread from one waking of the loop to the next, without garbage collection: what the daemon's code is to blame for. */
  readonly workMs: number;
  /** A pause for garbage collection, by the clock: on a busy machine most of it is waiting for the helpers of V8. */
  readonly pauseMs: number;
  /** Neither running nor waiting for a processor: the loop at rest for up to the interval, a blocking call, or a processor that the machine's host took away. */
  readonly blockedMs: number;
}

/** The environment of a daemon with the probe in it. */
export const PROBED = { NODE_OPTIONS: `--import=${fileURLToPath(import.meta.url)}` } as const;

/** Begins the line of a report on stderr. */
const MARK = "loop-probe ";
/** The loop is woken this often. */
const EVERY_MS = 5;
/** Shorter stretches are forgotten. */
const WORTH_KEEPING_MS = 8;

/** The last report in a daemon's log; undefined before the first. */
export function lastReport(log: string): ProbeReport | undefined {
  const line = log.split("\n").findLast((text) => text.startsWith(MARK));
  return line === undefined ? undefined : (JSON.parse(line.slice(MARK.length)) as ProbeReport);
}

/** How many reports a daemon's log has. */
export function countReports(log: string): number {
  return log.split(`\n${MARK}`).length - 1 + Number(log.startsWith(MARK));
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly usedMs: number;
  readonly blockedMs: number;
}

function probe(): void {
  // Of this thread: time on a processor and time waiting for one, in ns.
  const times = (): readonly number[] => readFileSync("/proc/thread-self/schedstat", "latin1").split(" ").map(Number);
  let stretches: Stretch[] = [];
  let pauses: PerformanceEntry[] = [];
  new PerformanceObserver((list) => void pauses.push(...list.getEntries())).observe({ entryTypes: ["gc"] });
  let from = performance.now();
  let [used = 0, waited = 0] = times();
  setInterval(() => {
    const to = performance.now();
    const [usedNow = 0, waitedNow = 0] = times();
    const usedMs = (usedNow - used) / 1e6;
    const blockedMs = to - from - usedMs - (waitedNow - waited) / 1e6;
    if (usedMs >= WORTH_KEEPING_MS || blockedMs >= WORTH_KEEPING_MS) stretches.push({ from, to, usedMs, blockedMs });
    [from, used, waited] = [to, usedNow, waitedNow];
  }, EVERY_MS).unref();
  process.on("SIGUSR2", () => {
    // The pauses up to now are told in a task of their own.
    setTimeout(() => {
      writeSync(2, `${MARK}${JSON.stringify(reportOf(stretches, pauses))}\n`);
      [stretches, pauses] = [[], []];
    }, 10);
  });
}

function reportOf(stretches: readonly Stretch[], pauses: readonly PerformanceEntry[]): ProbeReport {
  const workMs = ({ from, to, usedMs }: Stretch): number => {
    const within = pauses.filter(({ startTime }) => startTime >= from && startTime < to);
    // How much of a pause was processor time is not told; all of it is taken off, as far as there is any.
    return Math.max(0, usedMs - within.reduce((sum, { duration }) => sum + duration, 0));
  };
  return {
    workMs: Math.max(0, ...stretches.map(workMs)),
    pauseMs: Math.max(0, ...pauses.map(({ duration }) => duration)),
    blockedMs: Math.max(0, ...stretches.map(({ blockedMs }) => blockedMs)),
  };
}

// The programs that this module is loaded into are daemons; suites import it for the rest.
if (isMainThread && process.env["MODEL_MANAGER_STATE_DIR"] !== undefined) probe();
