// The daemon as the terminal program sees it: typed calls and streams over one connection.

import type { CallInput, CallName, Output, StreamName } from "../../shared/contract/operations.ts";

/** What the daemon said when the connection was made. */
export interface Welcome {
  /** Version of the daemon program. */
  readonly daemon: string;
  readonly pid: number;
  /** Who we are to the daemon, as it shows and keeps it. */
  readonly principal: string;
  readonly scopes: readonly string[];
  /** The socket path that answered. */
  readonly socketPath: string;
}

/** One open connection. Refusals reject with AppError (codes of shared/contract/errors); a lost connection with DaemonGone. */
export interface DaemonClient {
  readonly welcome: Welcome;
  call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<Output<N>>;
  stream<N extends StreamName>(name: N, input: CallInput<N>, signal?: AbortSignal): AsyncIterable<Output<N>>;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Why there is no connection: nobody listens, the socket may not be opened, what listens is no daemon of ours, or it went away later. */
export type GoneKind = "absent" | "denied" | "refused" | "lost";

/** No daemon answers, or it went away in the middle of a request. `message` says what was tried and what to do. */
export class DaemonGone extends Error {
  readonly kind: GoneKind;
  constructor(reason: string, options?: { readonly cause?: unknown; readonly kind?: GoneKind }) {
    super(reason, options);
    this.name = "DaemonGone";
    this.kind = options?.kind ?? "lost";
  }
}
