// An Application whose answers a test writes, and a log that keeps what it is told.

import type { Application, RequestContext } from "../../../../daemon/app/doors.ts";
import type { Log } from "../../../../daemon/app/ports.ts";
import { AppError } from "../../../../shared/contract/errors.ts";

/** What the test answers; whatever it leaves out is refused. */
export interface Answers {
  readonly call?: (name: string, input: unknown, context: RequestContext) => Promise<unknown>;
  readonly stream?: (name: string, input: unknown, context: RequestContext) => AsyncIterable<unknown>;
}

/** The socket door needs `call` and `stream` only. */
export function createFakeApplication({ call = refuse, stream = refuseStream }: Answers): Application {
  return {
    call,
    stream,
    invoke: refuse,
    modelAtHand: () => undefined,
    model: () => Promise.resolve({ outcome: "refused", message: "no models here" }),
    watchLive: () => refuseStream(),
    clientSeen: () => () => undefined,
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new AppError("not_found", "nothing here"));
}

// An empty stream that never was.
async function* refuseStream(): AsyncGenerator<never> {
  yield* [];
  throw new AppError("not_found", "nothing here");
}

/** One line of a log. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps its lines. */
export function createMemoryLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (level: LogLine["level"]) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
}
