// One after another: changes of the catalog are decided and committed while nobody else decides.

/** Runs tasks strictly in the order of their calls. */
export interface Mutex {
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** A mutex without a holder. A task that throws does not stop the next one. */
export function createMutex(): Mutex {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run<T>(task: () => Promise<T>): Promise<T> {
      const mine = tail.then(task, task);
      tail = mine.catch(() => undefined);
      return mine;
    },
  };
}
