// What is under way on one connection: calls and streams by number.

import { AppError, isErrorCode } from "../../shared/contract/errors.ts";
import type { ServerFrame } from "../../shared/contract/frames.ts";
import { createItemQueue, type ItemQueue } from "./item-queue.ts";
import { createSlices } from "./slices.ts";

/** What an open request does with what comes for it. Each but `item` ends it. */
interface Receiver {
  value(value: unknown): void;
  item(item: unknown): void;
  end(): void;
  fail(error: Error): void;
}

export interface OpenCall {
  readonly id: number;
  readonly answer: Promise<unknown>;
  fail(error: Error): void;
}

export interface OpenStream {
  readonly id: number;
  readonly queue: ItemQueue<unknown>;
}

export interface Requests {
  /** True while a caller waits for an answer, or some stream's reader for an item. */
  readonly isAwaited: boolean;
  /** Items that nobody has read yet, over all streams. */
  readonly unreadItems: number;
  openCall(): OpenCall;
  openStream(): OpenStream;
  /** Forgets a request; what still arrives for it is dropped. */
  drop(id: number): void;
  /** Returns why the frame breaks the protocol, or undefined. */
  receive(frame: ServerFrame): string | undefined;
  failAll(error: Error): void;
}

/** A refusal as it came over the wire; codes of a newer daemon count as `internal`. */
export function fromWire(error: { readonly code: string; readonly message: string }): AppError {
  return new AppError(isErrorCode(error.code) ? error.code : "internal", error.message);
}

function callReceiver(resolve: (value: unknown) => void, reject: (error: Error) => void): Receiver {
  const unexpected = (): void => reject(new AppError("internal", "the daemon answered a call with a stream"));
  return { value: resolve, item: unexpected, end: unexpected, fail: reject };
}

function streamReceiver(queue: ItemQueue<unknown>): Receiver {
  return {
    value: () => queue.fail(new AppError("internal", "the daemon answered a stream with a single value")),
    item: (item) => queue.put(item),
    end: () => queue.end(),
    fail: (error) => queue.fail(error),
  };
}

/** Hands a frame that is no slice to its request; true when the request is over with it. */
function deliver(frame: Exclude<ServerFrame, { t: "part" | "welcome" | "refused" }>, receiver: Receiver): boolean {
  if (frame.t === "item") receiver.item(frame.item);
  else if (frame.t === "value") receiver.value(frame.value);
  else if (frame.t === "end") receiver.end();
  else receiver.fail(fromWire(frame.error));
  return frame.t !== "item";
}

/** No requests yet. */
export function createRequests(): Requests {
  const receivers = new Map<number, Receiver>();
  const calls = new Set<number>();
  /** A queue stays until its reader has left, though nothing may come for it any more. */
  const queues = new Map<number, ItemQueue<unknown>>();
  const slices = createSlices();
  let lastId = 0;

  const settle = (id: number): void => {
    receivers.delete(id);
    calls.delete(id);
    slices.drop(id);
  };
  const receive = (frame: ServerFrame): string | undefined => {
    if (frame.t === "welcome" || frame.t === "refused") return `a "${frame.t}" frame in the middle of a connection`;
    const receiver = receivers.get(frame.id);
    // Of a request that was dropped: the daemon had not heard of it yet.
    if (receiver === undefined) return undefined;
    if (frame.t !== "part") {
      if (deliver(frame, receiver)) settle(frame.id);
      return undefined;
    }
    const whole = slices.add(frame);
    return whole === "broken" ? "the slices of an answer do not join to a frame" : whole === undefined ? undefined : receive(whole);
  };
  const failOne = (id: number, error: Error): void => {
    const receiver = receivers.get(id);
    settle(id);
    receiver?.fail(error);
  };
  return {
    get isAwaited() {
      return calls.size > 0 || [...queues.values()].some((queue) => queue.isAwaited);
    },
    get unreadItems() {
      return queues.values().reduce((sum, queue) => sum + queue.length, 0);
    },
    openCall() {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const id = ++lastId;
      receivers.set(id, callReceiver(resolve, reject));
      calls.add(id);
      return { id, answer: promise, fail: (error) => failOne(id, error) };
    },
    openStream() {
      const queue = createItemQueue<unknown>();
      const id = ++lastId;
      receivers.set(id, streamReceiver(queue));
      queues.set(id, queue);
      return { id, queue };
    },
    drop(id) {
      settle(id);
      queues.delete(id);
    },
    receive,
    failAll: (error) => [...receivers.keys()].forEach((id) => failOne(id, error)),
  };
}
