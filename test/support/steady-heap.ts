// A daemon whose memory is measured: how it is started, and when measuring may begin.

import { residentMb } from "../bench/child.ts";

/**
 * Its environment, which is that of the unit. V8 lets its young generation grow with the load, to over 100 MB where the machine has them, and never gives it back; held at a
 * fixed size, what grows is what clients cost.
 */
export const STEADY_HEAP = { NODE_OPTIONS: "--max-semi-space-size=8" } as const;

/** A round that adds less than this adds nothing. */
const NEXT_TO_NOTHING_MB = 2;
const QUIET_ROUNDS = 3;
const MOST_ROUNDS = 25;

/** Repeats ordinary work until it makes the process no larger: a heap first grows to the size that its work needs. Resolves to that size, MB. */
export async function settleMemory(pid: number, work: () => Promise<void>): Promise<number> {
  let largest = await residentMb(pid);
  for (let round = 0, quiet = 0; round < MOST_ROUNDS && quiet < QUIET_ROUNDS; round += 1) {
    await work();
    const now = await residentMb(pid);
    quiet = now - largest <= NEXT_TO_NOTHING_MB ? quiet + 1 : 0;
    largest = Math.max(largest, now);
  }
  return largest;
}
