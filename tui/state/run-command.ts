// Has the daemon do something, once, and finds out what became of a move whose answer was lost.

import { AppError, type ErrorCode } from "../../shared/contract/errors.ts";
import { DaemonGone } from "../client/daemon-client.ts";
import type { CommandRequest } from "./action.ts";
import { call, reasonOf, type Loading } from "./loading.ts";
import type { LostMove } from "./model.ts";
import { pause } from "./waiting.ts";

const orNothing = (version: string): string => (version === "" ? "nothing" : version);

/** The words for a command that was done. */
async function runRequest(loading: Loading, request: CommandRequest, requestId: string): Promise<string> {
  switch (request.name) {
    case "refresh": {
      const done = await call(loading, "refresh", request.input);
      return `looked at ${done.groups} groups in ${done.sources} sources: ${done.changed} read again`;
    }
    case "source.add": {
      const done = await call(loading, "source.add", request.input);
      return `${done.name} is registered: ${done.root_path}`;
    }
    case "source.remove": {
      const done = await call(loading, "source.remove", request.input);
      return `${done.name} is removed; ${done.withdrawn} models withdrawn, their history stays`;
    }
    case "line.resume": {
      const done = await call(loading, "line.resume", request.input);
      return `${done.line} is unpinned; live: ${orNothing(done.version)}`;
    }
    case "paper.start": {
      const done = await call(loading, "paper.start", request.input);
      return `${done.line}: paper trading of ${done.version} has begun`;
    }
    case "paper.stop": {
      const done = await call(loading, "paper.stop", request.input);
      return `${done.line}: paper trading of ${done.version} has ended after ${done.hours.toFixed(2)} h`;
    }
    default:
      return runMove(loading, request, requestId);
  }
}

type MoveRequest = Exclude<
  CommandRequest,
  { name: "refresh" | "source.add" | "source.remove" | "line.resume" | "paper.start" | "paper.stop" }
>;

async function runMove(loading: Loading, request: MoveRequest, requestId: string): Promise<string> {
  const id = { request_id: requestId };
  const before = (version: string): string => (version === "" ? "" : ` (before: ${version})`);
  switch (request.name) {
    case "line.promote": {
      const done = await call(loading, "line.promote", { ...request.input, ...id });
      const skipped = done.override ? ", gates skipped" : "";
      return `${done.line}: ${orNothing(done.version)} is live${skipped}${before(done.previous_version)}`;
    }
    case "line.rollback": {
      const done = await call(loading, "line.rollback", { ...request.input, ...id });
      return `${done.line}: back to ${orNothing(done.version)}, pinned${before(done.previous_version)}`;
    }
    case "line.activate": {
      const done = await call(loading, "line.activate", { ...request.input, ...id });
      return `${done.line}: ${done.version} is live and pinned${before(done.previous_version)}`;
    }
    case "version.archive":
    case "version.restage": {
      const done = await call(loading, request.name, { ...request.input, ...id });
      return `${done.line}: ${done.version} is ${done.to_status}`;
    }
    case "version.fail": {
      const done = await call(loading, "version.fail", { ...request.input, ...id });
      return `${done.line}: ${done.version} is ${done.to_status}${done.from_status === "production" ? "; nothing is live" : ""}`;
    }
  }
}

/** Commands that carry an id by which their outcome is found. */
const TRACED: ReadonlySet<CommandRequest["name"]> = new Set([
  "line.promote",
  "line.rollback",
  "line.activate",
  "version.archive",
  "version.restage",
  "version.fail",
]);

/** Refusals after which the move may have been made all the same. */
const UNSURE: ReadonlySet<ErrorCode> = new Set(["unavailable", "timeout", "cancelled", "internal"]);

/** Has the daemon do something. A command is never sent twice. */
export async function runCommand(loading: Loading, request: CommandRequest): Promise<void> {
  const requestId = TRACED.has(request.name) ? crypto.randomUUID() : "";
  try {
    const text = await runRequest(loading, request, requestId);
    loading.dispatch({ type: "command_done", command: request.name, text });
  } catch (error) {
    const reason = reasonOf(error, loading.signal);
    const isUnsure = reason === undefined || (error instanceof AppError && UNSURE.has(error.code));
    if (requestId !== "" && isUnsure) {
      const lost: LostMove = { requestId, command: request.name, words: commandWords(request), reason: reason ?? "" };
      return loading.dispatch({ type: "command_lost", lost });
    }
    const words = reason ?? `the connection broke; look whether ${commandWords(request)} was done once it is back`;
    loading.dispatch({ type: "command_failed", command: request.name, reason: words });
  }
}

function commandWords({ name, input }: CommandRequest): string {
  if (!("line" in input)) return name;
  const version = "version" in input ? input.version : "to" in input ? input.to : undefined;
  return `${name} of ${input.line}${version === undefined ? "" : ` ${version}`}`;
}

/** How often, and how far apart, the outcome is asked for: a move may still be under way when the connection is back. */
const LOOKS = 4;
const LOOK_MS = 500;

/** What became of a move whose answer was lost. */
export async function lookUp(loading: Loading, { requestId }: LostMove): Promise<void> {
  try {
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await pause(LOOK_MS, loading.signal);
      const outcome = await call(loading, "move.outcome", { request_id: requestId });
      if (outcome.found) return loading.dispatch({ type: "outcome_known", requestId, at: outcome.at });
    }
    loading.dispatch({ type: "outcome_known", requestId, at: undefined });
  } catch (error) {
    // Without a connection it is asked again when one is back.
    if (error instanceof DaemonGone) return;
    const reason = reasonOf(error, loading.signal);
    if (reason !== undefined) loading.dispatch({ type: "outcome_unknown", requestId, reason });
  }
}
