// Waiting for something that happens by itself, with a deadline that says what was missing.

import { setTimeout as sleep } from "node:timers/promises";

/** How long and how often; both in milliseconds. */
export interface WaitOptions {
  readonly deadlineMs?: number;
  readonly everyMs?: number;
}

type Nothing = undefined | null | false;

/**
 * Asks `look` again and again until it gives something other than undefined, null or false, and returns that.
 * Throws when the deadline (10 s) passes, with `what`, and with the last error of `look` as its cause: a look that throws counts as "not yet".
 */
export async function waitFor<T>(what: string, look: () => T | Nothing | Promise<T | Nothing>, options: WaitOptions = {}): Promise<T> {
  const { deadlineMs = 10_000, everyMs = 10 } = options;
  const end = performance.now() + deadlineMs;
  let lastError: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= end) throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`, { cause: lastError });
    await sleep(everyMs);
  }
}
