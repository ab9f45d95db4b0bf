// Items of one stream between the socket and its reader.

/** A queue with one reader. */
export interface ItemQueue<T> {
  readonly length: number;
  /** True while the reader waits for an item. */
  readonly isAwaited: boolean;
  put(item: T): void;
  end(): void;
  /** The items before it are still read, then `take` rejects. */
  fail(error: Error): void;
  /** Like `fail`, without the items that nobody has read. */
  stop(error: Error): void;
  /** The next item, or undefined at the end. */
  take(): Promise<{ readonly item: T } | undefined>;
}

/** An empty queue. */
export function createItemQueue<T>(): ItemQueue<T> {
  let items: { readonly item: T }[] = [];
  let read = 0;
  let closed = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  const notify = (): void => {
    const waiting = wake;
    wake = undefined;
    waiting?.();
  };
  const close = (error?: Error): void => {
    if (closed) return;
    closed = true;
    failure = error;
    notify();
  };
  return {
    get length() {
      return items.length - read;
    },
    get isAwaited() {
      return wake !== undefined;
    },
    put(item) {
      if (closed) return;
      items.push({ item });
      notify();
    },
    end: () => close(),
    fail: close,
    stop(error) {
      items = [];
      read = 0;
      close(error);
    },
    async take() {
      while (read === items.length && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const next = items[read];
      if (next === undefined) {
        if (failure !== undefined) throw failure;
        return undefined;
      }
      read++;
      // Read items are dropped in blocks: shifting one by one would move the whole rest each time.
      if (read === 256) {
        items.splice(0, read);
        read = 0;
      }
      return next;
    },
  };
}
