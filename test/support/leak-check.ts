// After each test file: nothing it opened may still keep the process alive (sockets, watchers, children, workers, timers).

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "vitest";

/** Kinds of open resources as Node names them; the others (file requests, immediates) come and go by themselves. */
const watchedKinds: ReadonlySet<string> = new Set([
  "FSEventWrap",
  "MessagePort",
  "PipeServerWrap",
  "PipeWrap",
  "ProcessWrap",
  "SignalWrap",
  "StatWatcher",
  "TCPServerWrap",
  "TCPSocketWrap",
  "TLSWrap",
  "Timeout",
  "TTYWrap",
  "UDPWrap",
  "Worker",
]);

/** How many open resources of each watched kind keep this process alive now. */
export function openResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (watchedKinds.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** What is open now and was not `before`, as `2 × TCPSocketWrap` texts. */
export function leakedSince(before: ReadonlyMap<string, number>): readonly string[] {
  return [...openResources()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0);
    return more > 0 ? [`${more} × ${kind}`] : [];
  });
}

/** Waits up to `graceMs` for what is being closed, then throws with the list of what is still open. */
export async function assertNothingLeaked(before: ReadonlyMap<string, number>, graceMs = 3000): Promise<void> {
  const end = performance.now() + graceMs;
  let leaked = leakedSince(before);
  while (leaked.length > 0 && performance.now() < end) {
    // Own sleeping adds one Timeout, but never while `leakedSince` looks.
    await sleep(20);
    leaked = leakedSince(before);
  }
  if (leaked.length > 0) throw new Error(`this test file left open: ${leaked.join(", ")}`);
}

/** For the set-up of every test file. A single forgotten timer may hide behind one of the test runner's own; everything else is found. */
export function checkLeaksAfterFile(): void {
  // Node opens the standard streams at their first use; that is no leak of whoever comes first.
  const standardStreams = [process.stdin, process.stdout, process.stderr];
  if (standardStreams.some((stream) => stream.destroyed)) throw new Error("a standard stream is closed");
  const before = openResources();
  afterAll(() => assertNothingLeaked(before));
}
