// How many messages a second somebody may send (a token bucket): a burst at once, then one after the other.

/** The pace of one sender, however many connections it has. */
export interface Pace {
  /** True when one more may pass now; then it counts. */
  take(): boolean;
  /** Milliseconds until one more may pass. */
  readonly waitMs: number;
}

/** `nowMs` is a clock that never goes back. */
export function createPace(perSecond: number, burst: number, nowMs: () => number): Pace {
  let free = burst;
  let countedAt = nowMs();
  const count = (): void => {
    const now = nowMs();
    free = Math.min(burst, free + ((now - countedAt) * perSecond) / 1000);
    countedAt = now;
  };
  return {
    take() {
      count();
      if (free < 1) return false;
      free -= 1;
      return true;
    },
    get waitMs() {
      count();
      return free >= 1 ? 0 : Math.ceil(((1 - free) * 1000) / perSecond);
    },
  };
}
