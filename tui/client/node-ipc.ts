// The only file of this side that touches node-ipc: one connection to a Unix socket, carrying texts.

import nodeIpc, { type IpcConfig } from "node-ipc";
import { FRAME_EVENT } from "../../shared/contract/protocol.ts";

/** What happens on a connection. `ended` comes exactly once, also when the connection never stood; nothing follows it. */
export interface FrameListener {
  opened(): void;
  received(text: string): void;
  ended(cause: Error | undefined): void;
}

export interface FrameSocket {
  /** Sends one frame's text. Does nothing once the connection has ended. */
  send(text: string): void;
  /** Stops reading, so that the daemon waits, until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
}

const ID = "daemon";
/** A frame's text is escaped once more inside a message, and twice inside a part: quotes may cost four bytes each. */
const MESSAGE_BYTES = 8 * 1024 * 1024;

/** Starts connecting to `path`; the listener hears the rest. No retries: whoever owns the connection decides about them. */
export function openFrameSocket(path: string, listener: FrameListener): FrameSocket {
  const ipc = new nodeIpc.IPC();
  Object.assign(ipc.config, {
    silent: true,
    parser: "guarded",
    maxMessageSize: MESSAGE_BYTES,
    // A paused reader may sit on half a message for as long as it likes.
    messageTimeout: 0,
    maxRetries: 0,
    stopRetrying: true,
  } satisfies IpcConfig);
  let cause: Error | undefined;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    listener.ended(cause);
  };
  ipc.connectTo(ID, path, () => undefined);
  const client = ipc.of[ID];
  if (client === undefined) throw new Error("node-ipc made no client");
  client.on("connect", () => listener.opened());
  client.on("error", (error) => {
    cause ??= error instanceof Error ? error : new Error(String(error));
  });
  client.on("disconnect", end);
  client.on(FRAME_EVENT, (data) => {
    if (ended) return;
    if (typeof data === "string") return listener.received(data);
    cause = new Error("the daemon sent a message that is not a text");
    close();
  });
  const socket = client.socket;
  function close(): void {
    ipc.disconnect(ID);
    end();
  }
  return {
    send(text) {
      if (!ended) client.emit(FRAME_EVENT, text);
    },
    pause: () => void (socket !== false && socket.pause()),
    resume: () => void (socket !== false && socket.resume()),
    close,
  };
}
