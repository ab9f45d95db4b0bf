// An application for the door's tests: answers what a test sets, remembers what it was asked.

import { AppError } from "../../../../shared/contract/errors.ts";
import type { CallInput, CallName, Output } from "../../../../shared/contract/operations.ts";
import type { Application, LiveChange, ModelAnswer, RequestContext } from "../../../../daemon/app/doors.ts";
import type { Log } from "../../../../daemon/app/ports.ts";
import type { Clock } from "../../../../shared/lib/clock.ts";

type Answers = { [N in CallName]?: (input: CallInput<N>, context: RequestContext) => Promise<Output<N>> };

/** What a test sets and reads. */
export interface FakeApplication extends Application {
  answers: Answers;
  onModel: (input: CallInput<"model.get">, context: RequestContext) => Promise<ModelAnswer>;
  onModelAtHand: Application["modelAtHand"];
  onWatch: (input: CallInput<"live.watch">, context: RequestContext) => AsyncIterable<LiveChange>;
  readonly seen: { clientId: string; peer: string; watching: boolean; left: boolean }[];
}

/** An application that refuses everything until told otherwise. */
export function createFakeApplication(): FakeApplication {
  const refuse = (name: string) => Promise.reject(new AppError("not_found", `no answer set for ${name}`));
  return {
    answers: {},
    seen: [],
    onModel: () => refuse("model"),
    onModelAtHand: () => undefined,
    async *onWatch() {},
    call: (name) => refuse(name),
    async *stream() {},
    invoke(name, input, context) {
      const answer = this.answers[name];
      return answer === undefined ? refuse(name) : answer(input, context);
    },
    model(input, context) {
      return this.onModel(input, context);
    },
    modelAtHand(input, context) {
      return this.onModelAtHand(input, context);
    },
    watchLive(input, context) {
      return this.onWatch(input, context);
    },
    clientSeen(clientId, peer, watching) {
      const entry = { clientId, peer, watching, left: false };
      this.seen.push(entry);
      return () => {
        entry.left = true;
      };
    },
  };
}

/** A change with everything empty but what is given. */
export function change(fields: Partial<LiveChange> & Pick<LiveChange, "kind" | "sequence">): LiveChange {
  return {
    source: "",
    symbol: "",
    group_key: "",
    version: "",
    previous_version: "",
    sha256: "",
    reason: "",
    occurred_at: "2026-01-05T09:30:00.123456Z",
    ...fields,
  };
}

/** One line of a log. */
export interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps its lines. */
export function createMemoryLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: keyof Log) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** The machine's clock. */
export const realClock: Clock = { nowMicros: () => BigInt(Date.now()) * 1000n, monotonicMs: () => performance.now() };
