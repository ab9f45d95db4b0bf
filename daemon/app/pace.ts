// Work in short slices: in the background with a rest after each that grows with it, in the foreground with a turn for others.

import { sleep } from "./sleep.ts";

/** Work without a break, in ms. */
const SLICE_MS = 3;
/** A rest is so many times as long as the work before it: the work takes at most a quarter of a core, and of the disk. */
const RESTS = 3;

/** Called often during background work. */
export interface Pace {
  /** Rests when a slice is over. Rejects with the signal's reason when it has aborted. */
  breathe(): Promise<void>;
}

/** A pace that ends with the signal. `rests` = 0 for work that somebody waits for: others get their turn, and there is no idling. */
export function createPace(signal: AbortSignal, rests = RESTS): Pace {
  let begun = performance.now();
  return {
    async breathe() {
      const worked = performance.now() - begun;
      if (worked < SLICE_MS) return;
      await sleep(Math.ceil(worked * rests), signal);
      signal.throwIfAborted();
      begun = performance.now();
    },
  };
}

/** Foreground work without a break, in ms: what others wait for is several times longer. */
const TURN_MS = 4;

/** Called often during work that somebody waits for; lets others have a turn when a slice is over. */
export function createTurns(): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < TURN_MS) return;
    await new Promise(setImmediate);
    begun = performance.now();
  };
}
