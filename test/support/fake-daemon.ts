// A daemon that speaks the socket's frames and answers what a test tells it to: for clients, without a catalog behind it.

import { mkdir } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import type { WireError } from "../../shared/contract/errors.ts";
import type { ClientFrame, ServerFrame } from "../../shared/contract/frames.ts";
import { FRAME_EVENT, PROTOCOL_VERSION } from "../../shared/contract/protocol.ts";
import type { CallName, Input, Output, StreamName } from "../../shared/contract/operations.ts";
import { parseExact, stringifyExact } from "../../shared/lib/exact-json.ts";

/** Answers by operation. A call may throw `{code, message}`; a stream yields items until it returns. */
export type FakeAnswers = { readonly [N in CallName]?: (input: Input<N>) => Output<N> | Promise<Output<N>> } & {
  readonly [N in StreamName]?: (input: Input<N>, signal: AbortSignal) => AsyncIterable<Output<N>> | Iterable<Output<N>>;
};

export interface FakeOptions {
  readonly protocol?: number;
  /** Sent instead of a welcome. */
  readonly refusal?: WireError;
  /** Never says anything. */
  readonly isMute?: boolean;
  /** Characters of one `part` frame: longer answers go in slices. */
  readonly sliceChars?: number;
}

/** A listening fake. */
export interface FakeDaemon extends AsyncDisposable {
  readonly socketPath: string;
  /** Every frame that came, in order. */
  readonly frames: readonly ClientFrame[];
  /** The operations that were called, in order. */
  readonly called: readonly { readonly op: string; readonly input: unknown }[];
  /** Cuts every connection, as a dying daemon does. */
  drop(): void;
  /** Sends a text as it is to every connection. */
  sendRaw(text: string): void;
  /** Bytes that wait in this process because a client does not read. */
  readonly waitingBytes: number;
}

const DELIMITER = "\f";

function isRefusal(error: unknown): error is WireError {
  return typeof error === "object" && error !== null && "code" in error && "message" in error && typeof error.message === "string";
}

/** Writes one message in node-ipc's framing, done by hand so that a fault of that library cannot hide on both sides; waits while the client does not read. */
function createWriter(socket: Socket): (text: string) => Promise<void> {
  const waiting: (() => void)[] = [];
  const wakeAll = (): void => waiting.splice(0).forEach((wake) => wake());
  socket.on("drain", wakeAll).on("close", wakeAll);
  return async (text) => {
    if (socket.destroyed || socket.write(JSON.stringify({ type: FRAME_EVENT, data: text }) + DELIMITER)) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  };
}

/** Calls `receive` with each frame that comes. */
function readFrames(socket: Socket, receive: (frame: ClientFrame) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const texts = (rest + chunk).split(DELIMITER);
    rest = texts.pop() ?? "";
    for (const text of texts) {
      const message = JSON.parse(text) as { data: string };
      receive(parseExact(message.data) as ClientFrame);
    }
  });
}

function serve(socket: Socket, answers: Readonly<Record<string, unknown>>, options: FakeOptions, frames: ClientFrame[]): void {
  const running = new Map<number, AbortController>();
  const write = createWriter(socket);
  const post = async (frame: ServerFrame & { id?: number }): Promise<void> => {
    const text = stringifyExact(frame);
    const slice = options.sliceChars;
    if (slice === undefined || text.length <= slice || frame.id === undefined) return write(text);
    for (let at = 0; at < text.length; at += slice) {
      await write(stringifyExact({ t: "part", id: frame.id, text: text.slice(at, at + slice), last: at + slice >= text.length }));
    }
  };
  const answer = async (id: number, op: string, input: unknown): Promise<void> => {
    const handler = answers[op];
    const stop = new AbortController();
    running.set(id, stop);
    try {
      if (typeof handler !== "function") throw Object.assign(new Error(`the fake has no answer for ${op}`), { code: "not_found" });
      const result: unknown = await (handler as (input: unknown, signal: AbortSignal) => unknown)(input, stop.signal);
      if (!isIterable(result)) return await post({ t: "value", id, value: result });
      for await (const item of result) {
        if (stop.signal.aborted) return;
        await post({ t: "item", id, item });
      }
      await post({ t: "end", id });
    } catch (error) {
      const refusal = isRefusal(error)
        ? { code: error.code, message: error.message }
        : { code: "internal" as const, message: "a bug in the test's answer" };
      await post({ t: "fail", id, error: refusal });
    } finally {
      running.delete(id);
    }
  };
  readFrames(socket, (frame) => {
    frames.push(frame);
    if (options.isMute === true) return;
    if (frame.t === "cancel") return running.get(frame.id)?.abort();
    if (frame.t === "call") return void answer(frame.id, frame.op, frame.input);
    const welcome = {
      protocol: options.protocol ?? PROTOCOL_VERSION,
      daemon: "9.9.9",
      principal: "tester",
      scopes: ["model:read"],
      pid: 4242,
    };
    void post(options.refusal === undefined ? { t: "welcome", ...welcome } : { t: "refused", error: options.refusal });
  });
  socket.on("close", () => running.forEach((stop) => stop.abort()));
  // A client that goes away in the middle is part of many tests.
  socket.on("error", () => socket.destroy());
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return (
    typeof value === "object" && value !== null && (Symbol.asyncIterator in value || (Symbol.iterator in value && !Array.isArray(value)))
  );
}

async function listen(server: Server, socketPath: string): Promise<void> {
  await mkdir(path.dirname(socketPath), { recursive: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
}

/** Listens on a socket below `folder` (`daemon.sock` unless named). */
export async function openFakeDaemon(
  folder: string,
  answers: FakeAnswers = {},
  options: FakeOptions & { readonly name?: string } = {},
): Promise<FakeDaemon> {
  const socketPath = path.join(folder, options.name ?? "daemon.sock");
  const frames: ClientFrame[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket, answers, options, frames);
  });
  await listen(server, socketPath);
  const drop = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    socketPath,
    frames,
    get called() {
      return frames.flatMap((frame) => (frame.t === "call" ? [{ op: frame.op, input: frame.input }] : []));
    },
    drop,
    sendRaw: (text) => sockets.forEach((socket) => socket.write(JSON.stringify({ type: FRAME_EVENT, data: text }) + DELIMITER)),
    get waitingBytes() {
      return [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
    },
    async [Symbol.asyncDispose]() {
      drop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
