// What is under way on one connection: calls and streams by number, and the slices of long answers.

import { AppError, isErrorCode } from "../../shared/contract/errors.ts";
import type { ServerFrame } from "../../shared/contract/frames.ts";
import { createItemQueue, type ItemQueue } from "./item-queue.ts";
import { parseServerFrame } from "./read-frame.ts";

/** One open request. Each method but `item` ends it. */
interface Receiver {
  value(value: unknown): void;
  item(item: unknown): void;
  end(): void;
  fail(error: Error): void;
}

export interface Requests {
  /** Calls without an answer yet. */
  readonly openCalls: number;
  /** Items that nobody has read yet, over all streams. */
  readonly unreadItems: number;
  /** True while the reader of some stream waits. */
  readonly isAwaited: boolean;
  openCall(): { readonly id: number; readonly answer: Promise<unknown>; fail(error: Error): void };
  openStream(): { readonly id: number; readonly queue: ItemQueue<unknown> };
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

function callReceiver(settle: { resolve(value: unknown): void; reject(error: Error): void }): Receiver {
  const unexpected = (): void => settle.reject(new AppError("internal", "the daemon answered a call with a stream"));
  return { value: settle.resolve, item: unexpected, end: unexpected, fail: settle.reject };
}

function streamReceiver(queue: ItemQueue<unknown>): Receiver {
  return {
    value: () => queue.fail(new AppError("internal", "the daemon answered a stream with a single value")),
    item: (item) => queue.put(item),
    end: () => queue.end(),
    fail: (error) => queue.fail(error),
  };
}

/** No requests yet. */
export function createRequests(): Requests {
  const receivers = new Map<number, Receiver>();
  const calls = new Set<number>();
  const queues = new Map<number, ItemQueue<unknown>>();
  const slices = new Map<number, string[]>();
  let lastId = 0;

  const drop = (id: number): void => {
    receivers.delete(id);
    calls.delete(id);
    queues.delete(id);
    slices.delete(id);
  };
  /** Ends a request; a queue stays countable until its reader has left, which drops it. */
  const finish = (id: number, act: (receiver: Receiver) => void): void => {
    const receiver = receivers.get(id);
    receivers.delete(id);
    calls.delete(id);
    slices.delete(id);
    if (receiver !== undefined) act(receiver);
  };
  const join = (frame: ServerFrame & { t: "part" }): string | undefined => {
    // Slices of a dropped request end here, too.
    if (!receivers.has(frame.id)) return undefined;
    const texts = slices.get(frame.id) ?? [];
    texts.push(frame.text);
    slices.set(frame.id, texts);
    if (!frame.last) return undefined;
    slices.delete(frame.id);
    const whole = parseServerFrame(texts.join(""));
    if (whole === undefined || whole.t === "part") return "the slices of an answer do not join to a frame";
    return receive(whole);
  };
  function receive(frame: ServerFrame): string | undefined {
    switch (frame.t) {
      case "item":
        receivers.get(frame.id)?.item(frame.item);
        return undefined;
      case "value":
        return void finish(frame.id, (receiver) => receiver.value(frame.value));
      case "end":
        return void finish(frame.id, (receiver) => receiver.end());
      case "fail":
        return void finish(frame.id, (receiver) => receiver.fail(fromWire(frame.error)));
      case "part":
        return join(frame);
      case "welcome":
      case "refused":
        return `a "${frame.t}" frame in the middle of a connection`;
    }
  }
  return {
    get openCalls() {
      return calls.size;
    },
    get unreadItems() {
      let sum = 0;
      for (const queue of queues.values()) sum += queue.length;
      return sum;
    },
    get isAwaited() {
      return [...queues.values()].some((queue) => queue.isAwaited);
    },
    openCall() {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const id = ++lastId;
      receivers.set(id, callReceiver({ resolve, reject }));
      calls.add(id);
      return { id, answer: promise, fail: (error) => finish(id, (receiver) => receiver.fail(error)) };
    },
    openStream() {
      const queue = createItemQueue<unknown>();
      const id = ++lastId;
      receivers.set(id, streamReceiver(queue));
      queues.set(id, queue);
      return { id, queue };
    },
    drop,
    receive,
    failAll(error) {
      for (const id of [...receivers.keys()]) finish(id, (receiver) => receiver.fail(error));
    },
  };
}
