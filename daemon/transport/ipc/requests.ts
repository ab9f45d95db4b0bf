// The requests of one connection: run against the application, answered once, ended when nobody wants the answer any more.

import { AppError } from "../../../shared/contract/errors.ts";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import type { Application, RequestContext } from "../../app/doors.ts";
import type { Log, Principal } from "../../app/ports.ts";
import type { Outbox } from "./outbox.ts";

/** A refusal may quote what it refuses; it must still fit one frame. */
const MESSAGE_CHARS = 8192;

/** What requests need from their connection. */
export interface RequestSurroundings {
  readonly application: Application;
  readonly principal: Principal;
  readonly outbox: Outbox;
  readonly log: Log;
  /** How many may run at the same time. */
  readonly most: number;
}

/** The running requests of one connection. */
export interface Requests {
  /** Starts a request; its answer goes to the outbox. False when the id is that of a running request. */
  start(id: number, operation: string, input: unknown): boolean;
  /** Ends a request; an unknown id is one that has just been answered. */
  cancel(id: number): void;
  /** Ends all with this reason; resolves when their handlers are done with it. */
  abortAll(reason: AppError): Promise<void>;
  /** Requests whose handlers are not done yet. */
  readonly count: number;
}

/** No more than `most` handlers run at a time; those that ignore their signal count until they end. */
export function createRequests(surroundings: RequestSurroundings): Requests {
  const running = new Map<number, AbortController>();
  const handlers = new Set<Promise<void>>();
  const { outbox, most } = surroundings;
  return {
    start(id, operation, input) {
      if (running.has(id)) return false;
      if (handlers.size >= most) {
        outbox.post({
          t: "fail",
          id,
          error: new AppError("overloaded", `${most} requests of this connection are running; wait for one to end`).toWire(),
        });
        return true;
      }
      const controller = new AbortController();
      running.set(id, controller);
      const run = isStream(operation) ? runStream : runCall;
      const { answered, ended } = run(surroundings, id, operation, input, controller.signal);
      void answered.then(() => running.delete(id));
      const handler = ended.then(() => void handlers.delete(handler));
      handlers.add(handler);
      return true;
    },
    cancel: (id) => running.get(id)?.abort(new AppError("cancelled", "cancelled by the caller")),
    async abortAll(reason) {
      for (const controller of running.values()) controller.abort(reason);
      await Promise.all(handlers);
    },
    get count() {
      return handlers.size;
    },
  };
}

/** `answered`: the last frame of the request is sent. `ended`: the handler is done too. Neither rejects. */
interface Run {
  readonly answered: Promise<void>;
  readonly ended: Promise<void>;
}

function isStream(operation: string): boolean {
  const known: { readonly [name: string]: { readonly kind: string } } = OPERATIONS;
  return Object.hasOwn(known, operation) && known[operation]?.kind === "stream";
}

function runCall(surroundings: RequestSurroundings, id: number, operation: string, input: unknown, signal: AbortSignal): Run {
  const { application, principal, outbox } = surroundings;
  // Inside an async function, so that a handler that throws at once is one that rejects.
  const handler = (async () => application.call(operation, input, { principal, signal }))();
  const answered = answering(surroundings, id, operation, async () => {
    const value = await unlessAborted(signal, handler);
    await outbox.send({ t: "value", id, value });
  });
  return { answered, ended: Promise.allSettled([handler, answered]).then(() => undefined) };
}

function runStream(surroundings: RequestSurroundings, id: number, operation: string, input: unknown, signal: AbortSignal): Run {
  const { application, principal, outbox } = surroundings;
  let iterator: AsyncIterator<unknown, unknown> | undefined;
  let pending: Promise<IteratorResult<unknown, unknown>> | undefined;
  const answered = answering(surroundings, id, operation, async () => {
    const context: RequestContext = { principal, signal };
    iterator = application.stream(operation, input, context)[Symbol.asyncIterator]();
    for (;;) {
      pending = iterator.next();
      const { done, value } = await unlessAborted(signal, pending);
      if (done === true) break;
      if (!(await outbox.send({ t: "item", id, item: value }))) return;
    }
    outbox.post({ t: "end", id });
  });
  const ended = answered.then(async () => {
    // A generator that waits for something takes `return` when it next yields; until then it counts as running.
    await Promise.allSettled([pending, (async () => iterator?.return?.())()]);
  });
  return { answered, ended };
}

/** Runs the work and turns what it throws into the request's one `fail` frame. */
async function answering(
  { principal, outbox, log }: RequestSurroundings,
  id: number,
  operation: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // A refusal is an answer. Anything else is a bug, and it leaves the process here.
    if (!(error instanceof AppError))
      log.error({ operation, principal: principal.name, err: error }, "a request on the socket failed by a bug");
    const { code, message } = AppError.from(error).toWire();
    outbox.post({ t: "fail", id, error: { code, message: message.slice(0, MESSAGE_CHARS) } });
  }
}

/** The promise's outcome, or the signal's reason as soon as it aborts. */
function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new AppError("cancelled", "cancelled"));
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
