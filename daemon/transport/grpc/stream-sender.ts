// Sending on a server stream no faster than its reader takes it: a slow one costs a fixed amount of memory.

/** The part of a server stream that sending needs. */
export interface WritableCall {
  write(message: Buffer, sent: () => void): boolean;
  readonly writableNeedDrain: boolean;
}

/** At most this much waits in the library, plus one message; two slices of a model keep the connection busy. */
const WINDOW_BYTES = 512 * 1024;

/**
 * Returns a function that sends one message. Its promise resolves when the next message may be sent, and rejects when
 * the call is over: then the library never reports what became of its messages.
 */
export function createSender(call: WritableCall, signal: AbortSignal): (message: Buffer) => Promise<void> {
  let pendingBytes = 0;
  let wake: (() => void) | undefined;

  const mayGoOn = () => pendingBytes <= WINDOW_BYTES && !call.writableNeedDrain;

  function waitForReader(): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = () => {
        wake = undefined;
        reject(new Error("the call is over", { cause: signal.reason }));
      };
      wake = () => {
        if (!mayGoOn()) return;
        wake = undefined;
        signal.removeEventListener("abort", aborted);
        resolve();
      };
      signal.addEventListener("abort", aborted, { once: true });
    });
  }

  return async (message) => {
    signal.throwIfAborted();
    pendingBytes += message.length;
    call.write(message, () => {
      pendingBytes -= message.length;
      wake?.();
    });
    if (!mayGoOn()) await waitForReader();
  };
}
