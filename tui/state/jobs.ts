// Fetches that are under way: newer ones replace older ones of the same name, or wait for them.

/** Work that is under way; loads of one kind replace each other, refreshes of rows keep their order. */
export interface Jobs {
  /** Calls off the work of the same name that is still going, and gives the new one its signal. */
  replace(name: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Runs after all earlier work of this queue. */
  queue(work: () => Promise<void>): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** Jobs that end with the session's signal. No job may reject. */
export function createJobs(session: AbortSignal): Jobs {
  const running = new Set<Promise<void>>();
  const named = new Map<string, AbortController>();
  let last: Promise<void> = Promise.resolve();
  const add = (work: Promise<void>, forget?: () => void): void => {
    running.add(work);
    const done = (): void => {
      running.delete(work);
      forget?.();
    };
    work.then(done, done);
  };
  return {
    replace: (name, work) => {
      named.get(name)?.abort();
      const own = new AbortController();
      named.set(name, own);
      add(work(AbortSignal.any([session, own.signal])), () => {
        if (named.get(name) === own) named.delete(name);
      });
    },
    queue: (work) => {
      last = last.then(work);
      add(last);
    },
    settled: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
