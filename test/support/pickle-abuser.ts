// A process whose reader thread is abused: runs orders from its parent, each with a deadline, and measures the memory that they take.

import { readFileSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { AbuseOrder, AbuseReport } from "./pickle-abuse-thread.ts";

/** An order, whether a new thread shall carry it out, and how long it may take. */
export interface AbuseJob {
  readonly order: AbuseOrder;
  /** Ordinary files, read before anything is measured: a thread's heap first grows to the size that its work needs. */
  readonly warmUp: readonly string[];
  readonly deadlineMs: number;
}

/** The report, and by how much the process grew above the idle reader; undefined where the kernel does not tell. */
export type AbuseAnswer =
  | { readonly report: AbuseReport; readonly growthMb: number | undefined }
  | { readonly hung: true }
  /** The thread ended; how many files it had read before the one that ended it. */
  | { readonly died: string; readonly after: number };

/**
 * With room to spare, V8 lets what nobody needs any more lie about; then the growth over thousands of files would be theirs together. So tight,
 * it is what a single file needs. A file that needs more ends the thread.
 */
const HEAP = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 36 };

/** Until the compiler has seen what it will see. */
const WARM_ROUNDS = 6;

let thread: Worker | undefined;
/** Files read of the order at hand: survives the thread. */
const progress = new Int32Array(new SharedArrayBuffer(4));

/** Resident memory now (VmRSS) or at its most since the last reset (VmHWM), in MB. */
function memory(line: "VmRSS" | "VmHWM"): number | undefined {
  if (process.platform !== "linux") return undefined;
  const kb = new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}

/** The kernel forgets the most that the process had. */
function resetPeak(): void {
  if (process.platform === "linux") writeFileSync("/proc/self/clear_refs", "5");
}

function ask(worker: Worker, order: AbuseOrder, deadlineMs: number): Promise<AbuseReport | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), deadlineMs);
    worker.once("message", (report: AbuseReport) => {
      clearTimeout(timer);
      worker.off("error", reject);
      resolve(report);
    });
    worker.once("error", reject);
    worker.postMessage(order);
  });
}

async function carryOut({ order, warmUp, deadlineMs }: AbuseJob): Promise<AbuseAnswer> {
  await thread?.terminate();
  thread = new Worker(new URL("./pickle-abuse-thread.ts", import.meta.url), { execArgv: [], resourceLimits: HEAP, workerData: progress });
  for (let round = 0; round < WARM_ROUNDS; round++) await ask(thread, { kind: "whole", files: warmUp, count: 0, seed: 0 }, deadlineMs);
  await ask(thread, { kind: "load", files: order.files, count: 0, seed: 0 }, deadlineMs);
  const floor = memory("VmRSS");
  resetPeak();
  const report = await ask(thread, order, deadlineMs);
  const peak = memory("VmHWM");
  if (report === undefined) return { hung: true };
  return { report, growthMb: floor === undefined || peak === undefined ? undefined : peak - floor };
}

process.on("message", (job: AbuseJob) => {
  carryOut(job).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ died: String(error), after: Atomics.load(progress, 0) } satisfies AbuseAnswer),
  );
});
process.once("disconnect", () => process.exit(0));
