// Typed calls and streams over one connection whose handshake is done.

import { AppError } from "../../shared/contract/errors.ts";
import type { ClientFrame } from "../../shared/contract/frames.ts";
import type { CallInput, CallName, Output, StreamName } from "../../shared/contract/operations.ts";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { DaemonGone, type DaemonClient, type Welcome } from "./daemon-client.ts";
import type { FrameSocket } from "./node-ipc.ts";
import { parseServerFrame } from "./read-frame.ts";
import { createRequests } from "./requests.ts";

/** More unread items than this, and nobody waiting for anything: the daemon has to wait, too. */
const UNREAD_LIMIT = 1000;

/** A client, and what its socket's listener feeds it. */
export interface Connection {
  readonly client: DaemonClient;
  received(text: string): void;
  ended(cause: Error | undefined): void;
}

const stopped = (): AppError => new AppError("cancelled", "stopped");

/**
 * Puts a client on a socket that has been welcomed. Answers are trusted to have the operation's output shape: both programs are built from
 * one table, the handshake compared its version, and tests parse every answer with its schema.
 */
export function createConnection(socket: FrameSocket, welcome: Welcome): Connection {
  const requests = createRequests();
  const closed = Promise.withResolvers<void>();
  let gone: DaemonGone | undefined;
  let isPaused = false;

  const send = (frame: ClientFrame): void => socket.send(stringifyExact(frame));
  /** Reading stops only when it can hurt nobody: a caller or another stream's reader might wait for what comes next. */
  const regulate = (): void => {
    const pause = requests.unreadItems > UNREAD_LIMIT && requests.openCalls === 0 && !requests.isAwaited;
    if (pause === isPaused) return;
    isPaused = pause;
    if (pause) socket.pause();
    else socket.resume();
  };
  const lose = (error: DaemonGone): void => {
    if (gone !== undefined) return;
    gone = error;
    requests.failAll(error);
    closed.resolve();
  };

  async function call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<Output<N>> {
    if (gone !== undefined) throw gone;
    if (signal?.aborted === true) throw stopped();
    const { id, answer, fail } = requests.openCall();
    const cancel = (): void => {
      send({ t: "cancel", id });
      fail(stopped());
    };
    signal?.addEventListener("abort", cancel, { once: true });
    send({ t: "call", id, op: name, input });
    regulate();
    try {
      return (await answer) as Output<N>;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  async function* stream<N extends StreamName>(name: N, input: CallInput<N>, signal?: AbortSignal): AsyncGenerator<Output<N>, void, void> {
    if (gone !== undefined) throw gone;
    if (signal?.aborted === true) throw stopped();
    const { id, queue } = requests.openStream();
    const cancel = (): void => queue.stop(stopped());
    signal?.addEventListener("abort", cancel, { once: true });
    send({ t: "call", id, op: name, input });
    let isOver = false;
    try {
      for (;;) {
        const next = queue.take();
        regulate();
        const taken = await next;
        if (taken === undefined) {
          isOver = true;
          return;
        }
        yield taken.item as Output<N>;
      }
    } finally {
      signal?.removeEventListener("abort", cancel);
      requests.drop(id);
      // Telling it twice is harmless: a number that has ended means nothing to the daemon.
      if (!isOver) send({ t: "cancel", id });
      regulate();
    }
  }

  return {
    client: {
      welcome,
      call,
      stream,
      closed: closed.promise,
      close() {
        lose(new DaemonGone("the connection was closed"));
        socket.close();
      },
    },
    received(text) {
      const frame = parseServerFrame(text);
      const fault = frame === undefined ? "a message that is no frame of this protocol" : requests.receive(frame);
      if (fault !== undefined) {
        lose(new DaemonGone(`the daemon at ${welcome.socketPath} broke the protocol: ${fault}`));
        socket.close();
        return;
      }
      regulate();
    },
    ended(cause) {
      lose(
        new DaemonGone(`the daemon at ${welcome.socketPath} (pid ${welcome.pid}) has closed the connection: it was stopped or has failed`, {
          cause,
        }),
      );
    },
  };
}
