// A bell: those who wait for news sleep on it and own no buffer.

/** Rung after every commit. */
export interface Wake {
  ring(): void;
  /** Resolves at the next ring ("rung"), after the time ("time") or when the signal aborts ("aborted"). Leaves no listener behind. */
  next(signal: AbortSignal, timeoutMs?: number): Promise<"rung" | "time" | "aborted">;
  /** How many sleep on it now. */
  readonly sleepers: number;
}

/** A bell with nobody waiting. */
export function createWake(): Wake {
  const sleepers = new Set<() => void>();
  return {
    ring() {
      for (const wakeUp of [...sleepers]) wakeUp();
    },
    next(signal, timeoutMs) {
      if (signal.aborted) return Promise.resolve("aborted");
      return new Promise((resolve) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const finish = (why: "rung" | "time" | "aborted") => {
          sleepers.delete(onRing);
          signal.removeEventListener("abort", onAbort);
          if (timer !== undefined) clearTimeout(timer);
          resolve(why);
        };
        const onRing = () => finish("rung");
        const onAbort = () => finish("aborted");
        sleepers.add(onRing);
        signal.addEventListener("abort", onAbort, { once: true });
        if (timeoutMs !== undefined) timer = setTimeout(() => finish("time"), timeoutMs);
      });
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}
