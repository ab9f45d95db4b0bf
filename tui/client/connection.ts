// Typed calls and streams over one connection whose handshake is done.

import { AppError } from "../../shared/contract/errors.ts";
import type { ClientFrame } from "../../shared/contract/frames.ts";
import type { CallInput, CallName, Output, StreamName } from "../../shared/contract/operations.ts";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { DaemonGone, type DaemonClient, type Welcome } from "./daemon-client.ts";
import type { FrameSocket } from "./node-ipc.ts";
import { parseServerFrame } from "./read-frame.ts";
import { createRequests, type Requests } from "./requests.ts";

/** More unread items than this, and nobody waiting for anything: the daemon has to wait, too. */
const UNREAD_LIMIT = 1000;

/** A client, and what its socket's listener feeds it. */
export interface Connection {
  readonly client: DaemonClient;
  received(text: string): void;
  ended(cause: Error | undefined): void;
}

/** The connection as its calls and streams share it. */
interface Link {
  readonly socket: FrameSocket;
  readonly welcome: Welcome;
  readonly requests: Requests;
  readonly closed: PromiseWithResolvers<void>;
  /** Set once: why nothing goes through any more. */
  gone: DaemonGone | undefined;
  isPaused: boolean;
}

const stopped = (): AppError => new AppError("cancelled", "stopped");

function send(link: Link, frame: ClientFrame): void {
  link.socket.send(stringifyExact(frame));
}

/** Reading stops only when it can hurt nobody: a caller or another stream's reader might wait for what comes next. */
function regulate(link: Link): void {
  const pause = link.requests.unreadItems > UNREAD_LIMIT && !link.requests.isAwaited;
  if (pause === link.isPaused) return;
  link.isPaused = pause;
  if (pause) link.socket.pause();
  else link.socket.resume();
}

function lose(link: Link, error: DaemonGone): void {
  if (link.gone !== undefined) return;
  link.gone = error;
  link.requests.failAll(error);
  link.closed.resolve();
}

/** Throws when a request is not even worth sending. */
function assertOpen(link: Link, signal: AbortSignal | undefined): void {
  if (link.gone !== undefined) throw link.gone;
  if (signal?.aborted === true) throw stopped();
}

async function call<N extends CallName>(link: Link, name: N, input: CallInput<N>, signal?: AbortSignal): Promise<Output<N>> {
  assertOpen(link, signal);
  const { id, answer, fail } = link.requests.openCall();
  const cancel = (): void => {
    send(link, { t: "cancel", id });
    fail(stopped());
  };
  signal?.addEventListener("abort", cancel, { once: true });
  send(link, { t: "call", id, op: name, input });
  regulate(link);
  try {
    return (await answer) as Output<N>;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

async function* stream<N extends StreamName>(
  link: Link,
  name: N,
  input: CallInput<N>,
  signal?: AbortSignal,
): AsyncGenerator<Output<N>, void, void> {
  assertOpen(link, signal);
  const { id, queue } = link.requests.openStream();
  const cancel = (): void => queue.stop(stopped());
  signal?.addEventListener("abort", cancel, { once: true });
  send(link, { t: "call", id, op: name, input });
  let isOver = false;
  try {
    for (;;) {
      const next = queue.take();
      regulate(link);
      const taken = await next;
      isOver = taken === undefined;
      if (taken === undefined) return;
      yield taken.item as Output<N>;
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    link.requests.drop(id);
    // Of a stream that has failed, too: a number that is over means nothing to the daemon.
    if (!isOver) send(link, { t: "cancel", id });
    regulate(link);
  }
}

function receive(link: Link, text: string): void {
  const frame = parseServerFrame(text);
  const fault = frame === undefined ? "a message that is no frame of this protocol" : link.requests.receive(frame);
  if (fault === undefined) return regulate(link);
  lose(link, new DaemonGone(`the daemon at ${link.welcome.socketPath} broke the protocol: ${fault}`));
  link.socket.close();
}

/**
 * Puts a client on a socket that has been welcomed. Answers are trusted to have the operation's output shape: both programs are built from
 * one table, the handshake compared its version, and tests parse every answer with its schema.
 */
export function createConnection(socket: FrameSocket, welcome: Welcome): Connection {
  const link: Link = { socket, welcome, requests: createRequests(), closed: Promise.withResolvers(), gone: undefined, isPaused: false };
  const { socketPath, pid } = welcome;
  return {
    client: {
      welcome,
      call: (name, input, signal) => call(link, name, input, signal),
      stream: (name, input, signal) => stream(link, name, input, signal),
      closed: link.closed.promise,
      close() {
        lose(link, new DaemonGone("the connection was closed"));
        socket.close();
      },
    },
    received: (text) => receive(link, text),
    ended: (cause) =>
      lose(
        link,
        new DaemonGone(`the daemon at ${socketPath} (pid ${pid}) has closed the connection: it was stopped or has failed`, { cause }),
      ),
  };
}
