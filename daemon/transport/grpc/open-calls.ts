// The calls that are being answered: each has a signal that aborts when its caller goes away or the daemon stops.

/** What a running call offers to the registry. */
export interface Cancellable {
  readonly cancelled: boolean;
  once(event: "cancelled", listener: () => void): unknown;
  removeListener(event: "cancelled", listener: () => void): unknown;
}

/** One running call. */
export interface OpenCall extends Disposable {
  readonly signal: AbortSignal;
}

/** The running calls of one server. */
export interface OpenCalls {
  begin(call: Cancellable): OpenCall;
  /** Aborts every running call, and each that begins from now on. */
  stop(): void;
  /** Aborts when the daemon stops; for calls that are answered at once. */
  readonly stopSignal: AbortSignal;
  readonly count: number;
}

/** Makes an empty registry. A call leaves nothing behind once it was disposed. */
export function createOpenCalls(): OpenCalls {
  const stopping = new AbortController();
  const open = new Set<AbortController>();
  return {
    begin(call) {
      const controller = new AbortController();
      const abort = () => controller.abort();
      open.add(controller);
      call.once("cancelled", abort);
      if (call.cancelled || stopping.signal.aborted) controller.abort();
      return {
        signal: controller.signal,
        [Symbol.dispose]() {
          call.removeListener("cancelled", abort);
          open.delete(controller);
        },
      };
    },
    stop() {
      stopping.abort();
      for (const controller of open) controller.abort();
    },
    stopSignal: stopping.signal,
    get count() {
      return open.size;
    },
  };
}
