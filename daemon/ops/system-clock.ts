// The system's clock with microseconds: wall time that follows jumps, monotonic time that does not.

import type { Clock } from "../../shared/lib/clock.ts";

/** A wall clock that moved further than this against the steady one was set by somebody. */
const STEP_MS = 2;

/** Reads the system's clocks. */
export function createSystemClock(): Clock {
  let offsetMs = Date.now() - performance.now();
  return {
    nowMicros() {
      const steady = performance.now();
      const wall = Date.now();
      // Date.now() counts whole milliseconds; between its ticks the steady clock gives the rest.
      if (Math.abs(wall - (steady + offsetMs)) > STEP_MS) offsetMs = wall - steady;
      return BigInt(Math.round((steady + offsetMs) * 1000));
    },
    monotonicMs: () => performance.now(),
  };
}
