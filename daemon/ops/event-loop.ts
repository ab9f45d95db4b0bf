// How long the main thread was busy in one go: the measure of "no task over 20 ms".

import { monitorEventLoopDelay } from "node:perf_hooks";

/** Watches until disposed. */
export interface EventLoopWatch extends Disposable {
  /** The longest task since the last call of `take`, in milliseconds, to about `RESOLUTION_MS` exactly. */
  longestMs(): number;
  /** The same, and starts over. */
  take(): number;
}

/** The watch wakes this often; a task shorter than this may go unseen. */
const RESOLUTION_MS = 5;

/** Starts watching. Costs a timer in the event loop's own code, no JavaScript. */
export function watchEventLoop(): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // The histogram holds the times between two wakings, in nanoseconds; the wait itself is no task. An empty one has maximum 0.
  const longestMs = (): number => Math.max(0, histogram.max / 1e6 - RESOLUTION_MS);
  return {
    longestMs,
    take() {
      const longest = longestMs();
      histogram.reset();
      return longest;
    },
    [Symbol.dispose]: () => void histogram.disable(),
  };
}
