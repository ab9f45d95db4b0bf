// What every fetch works with, and how a refusal becomes an action.

import type { CallInput, CallName, Output } from "../../shared/contract/operations.ts";
import { DaemonGone, type DaemonClient } from "../client/daemon-client.ts";
import type { Action } from "./action.ts";

export interface Loading {
  readonly client: DaemonClient;
  readonly signal: AbortSignal;
  readonly dispatch: (...actions: readonly Action[]) => void;
}

/** A refusal's words. Undefined when nothing is to be said: the connection is gone, and what was asked for is asked again after it is back. */
export function reasonOf(error: unknown, signal: AbortSignal): string | undefined {
  if (error instanceof DaemonGone || signal.aborted) return undefined;
  return error instanceof Error ? error.message : String(error);
}

/** Runs a fetch; a refusal becomes the action that `refused` makes of it. */
export async function attempt(loading: Loading, fetch: () => Promise<void>, refused: (reason: string) => Action): Promise<void> {
  try {
    await fetch();
  } catch (error) {
    const reason = reasonOf(error, loading.signal);
    if (reason !== undefined) loading.dispatch(refused(reason));
  }
}

/** Asks the daemon, as long as the work is wanted. */
export function call<N extends CallName>(loading: Loading, name: N, input: CallInput<N>): Promise<Output<N>> {
  return loading.client.call(name, input, loading.signal);
}
