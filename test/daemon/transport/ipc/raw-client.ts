// A client of the Unix socket that writes what a test wants, good frames or bad bytes, and keeps what comes back.

import { connect, type Socket } from "node:net";
import { PROTOCOL_VERSION, serverFrame, type ServerFrame } from "../../../../shared/contract/frames.ts";
import { parseExact, stringifyExact } from "../../../../shared/lib/exact-json.ts";
import { waitFor } from "../../../support/wait-for.ts";

/** One connection. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  /** Frames so far, long ones joined. */
  readonly frames: readonly ServerFrame[];
  /** How many `part` frames came. */
  readonly parts: number;
  readonly isClosed: boolean;
  /** Sends any value as a frame. */
  send(frame: unknown): void;
  hello(protocol?: number): void;
  /** The first frame that fits, waited for. */
  frame<T extends ServerFrame["t"]>(kind: T, id?: number): Promise<Extract<ServerFrame, { t: T }>>;
  closed(): Promise<void>;
}

/** The bytes of a node-ipc message. */
export function messageBytes(data: unknown, type = "mm"): string {
  return `${JSON.stringify({ type, data })}\f`;
}

/** Connects; resolves when the connection stands. */
export async function connectRaw(path: string): Promise<RawClient> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  // Resets are how a cut connection looks; tests see `isClosed`.
  socket.on("error", () => undefined);
  const frames: ServerFrame[] = [];
  const slices = new Map<number, string>();
  let parts = 0;
  let isClosed = false;
  let rest = "";
  const take = (text: string): void => {
    const frame = serverFrame.parse(parseExact(text));
    if (frame.t !== "part") return void frames.push(frame);
    parts += 1;
    const whole = (slices.get(frame.id) ?? "") + frame.text;
    slices.set(frame.id, frame.last ? "" : whole);
    if (frame.last) take(whole);
  };
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const messages = (rest + chunk).split("\f");
    rest = messages.pop() ?? "";
    for (const message of messages) {
      const { type, data } = JSON.parse(message) as { type: unknown; data: unknown };
      if (type !== "mm" || typeof data !== "string") throw new Error(`not a frame: ${message.slice(0, 100)}`);
      take(data);
    }
  });
  socket.once("close", () => (isClosed = true));
  const send = (frame: unknown): void => void socket.write(messageBytes(stringifyExact(frame)));
  return {
    socket,
    frames,
    get parts() {
      return parts;
    },
    get isClosed() {
      return isClosed;
    },
    send,
    hello: (protocol = PROTOCOL_VERSION) => send({ t: "hello", protocol, client: "test" }),
    async frame<T extends ServerFrame["t"]>(kind: T, id?: number) {
      const fits = (frame: ServerFrame): frame is Extract<ServerFrame, { t: T }> =>
        frame.t === kind && (id === undefined || ("id" in frame && frame.id === id));
      return waitFor(`a frame "${kind}"`, () => frames.find(fits));
    },
    closed: async () => void (await waitFor("the end of the connection", () => isClosed)),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** Connects and has been greeted. */
export async function connectGreeted(path: string): Promise<RawClient> {
  const client = await connectRaw(path);
  client.hello();
  await client.frame("welcome");
  return client;
}
