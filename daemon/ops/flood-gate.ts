// Keeps one message from flooding the log: so many lines per interval, then one line with the count.

/** What the gate says about one line. */
export interface FloodGate {
  /** True when the line may be written. A line that may not is counted. */
  admit(key: string): boolean;
  /** Reports all counts now. */
  flush(): void;
}

/** How much of one message is let through. */
export interface FloodLimits {
  /** Lines of one message in one interval. */
  readonly lines: number;
  readonly intervalMs: number;
}

/** A journal takes 10,000 lines in 30 s from a unit by default, and a person far fewer. */
export const DEFAULT_FLOOD_LIMITS: FloodLimits = { lines: 20, intervalMs: 5_000 };

/** More different messages than a program has: those beyond share one count. */
const MOST_KEYS = 1000;

interface Window {
  lines: number;
  held: number;
  readonly timer: NodeJS.Timeout;
}

/** `report` is called at the end of an interval in which lines of `key` were held back. `otherKey` stands for all keys when there are too many. */
export function createFloodGate(limits: FloodLimits, otherKey: string, report: (key: string, held: number) => void): FloodGate {
  const windows = new Map<string, Window>();
  const end = (key: string): void => {
    const window = windows.get(key);
    if (window === undefined) return;
    clearTimeout(window.timer);
    windows.delete(key);
    if (window.held > 0) report(key, window.held);
  };
  const open = (key: string): Window => {
    const timer = setTimeout(() => end(key), limits.intervalMs);
    timer.unref();
    const window = { lines: 0, held: 0, timer };
    windows.set(key, window);
    return window;
  };
  return {
    admit(wanted) {
      const key = windows.has(wanted) || windows.size < MOST_KEYS ? wanted : otherKey;
      const window = windows.get(key) ?? open(key);
      if (window.lines < limits.lines) {
        window.lines += 1;
        return true;
      }
      window.held += 1;
      return false;
    },
    flush() {
      for (const key of [...windows.keys()]) end(key);
    },
  };
}
