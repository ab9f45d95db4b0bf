// Sends a move with an id of its own, and finds out by that id what became of it when no answer came.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../shared/contract/errors.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { DaemonGone, type DaemonClient } from "../client/daemon-client.ts";
import { shortTime } from "../format/times.ts";
import type { CliContext } from "./context.ts";

type Outcome = Output<"move.outcome">;

/** So long a daemon is looked for that went away in the middle of a move: a restart takes about a second, on a busy machine some. */
const RETURN_MS = 15_000;
/** So long a daemon that is still the same may need to finish a move whose connection broke. */
const FINISH_MS = 3000;
const POLL_MS = 100;

/** True when the move may have been made although this is what came instead of an answer. */
function isUncertain(error: unknown): boolean {
  if (error instanceof DaemonGone) return error.kind === "lost";
  return error instanceof AppError && (error.code === "unavailable" || error.code === "timeout");
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A new connection, as soon as a daemon is there; undefined when none came. */
async function waitForDaemon(context: CliContext): Promise<DaemonClient | undefined> {
  for (const end = performance.now() + RETURN_MS; ;) {
    try {
      return await context.reconnect();
    } catch (error) {
      if (!(error instanceof DaemonGone) || performance.now() > end) return undefined;
    }
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
}

/** The outcome; undefined when it cannot be asked for. `waitMs`: how long a move that is not there yet may still come. */
async function lookUp(context: CliContext, client: DaemonClient, id: string, waitMs: number): Promise<Outcome | undefined> {
  for (const end = performance.now() + waitMs; ;) {
    const outcome = await client.call("move.outcome", { request_id: id }, context.signal).catch(() => undefined);
    if (outcome === undefined || outcome.found || performance.now() >= end) return outcome;
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
}

/** Returns the daemon that has made the move. Throws when it was not made, or when nobody can say. */
async function findMaker(context: CliContext, before: DaemonClient, id: string, error: unknown): Promise<DaemonClient> {
  const isLost = error instanceof DaemonGone;
  const client = isLost ? await waitForDaemon(context) : before;
  const isSame = client?.welcome.pid === before.welcome.pid;
  const outcome = client === undefined ? undefined : await lookUp(context, client, id, isLost && isSame ? FINISH_MS : 0);
  if (client === undefined || outcome === undefined) {
    const text = `${textOf(error)}; whether the move was made is not known: \`model-manager outcome ${id}\` tells it when the daemon is back`;
    throw isLost ? new DaemonGone(text) : new AppError("unavailable", text);
  }
  if (!outcome.found && !isLost) throw error;
  if (!outcome.found)
    throw new AppError("unavailable", `${textOf(error)}; the move was not made (asked by its id ${id}) and can be tried again`);
  await context.remark(`the connection was lost before the answer came; the history has the move: ${outcomeText(outcome)}`);
  return client;
}

/**
 * Sends a move and resolves to its answer. A move that was made although its answer was lost is told by its id, and asked for its answer with the
 * same id, which makes nothing twice. Rejects with what the daemon says, and after a lost connection only when the move was not made or nobody can say.
 */
export async function sendMove<T>(context: CliContext, send: (client: DaemonClient, requestId: string) => Promise<T>): Promise<T> {
  const client = await context.client();
  const id = randomUUID();
  try {
    return await send(client, id);
  } catch (error) {
    if (!isUncertain(error) || context.signal.aborted) throw error;
    return send(await findMaker(context, client, id, error), id);
  }
}

/** `registry/risk_model v1.1.0: promoted 2026-01-05 09:30:00Z, event 20` */
export function outcomeText({ line, version, action, at, sequence }: Outcome): string {
  return `${line} ${version}: ${action.replace("_", " ")} ${shortTime(at)}, event ${sequence}`;
}
