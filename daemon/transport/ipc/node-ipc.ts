// The one file of the daemon that knows node-ipc: it gets sockets that we accepted, and carries the texts of frames over them.

import type { Socket } from "node:net";
import { IPCModule } from "node-ipc";
import { GuardedParser, IPCProtocolError } from "node-ipc/parsers";
import { FRAME_EVENT } from "../../../shared/contract/frames.ts";
import { isWithinShape, type JsonShape } from "./json-shape.ts";
import type { IpcLimits } from "./limits.ts";

/** What happens on the sockets that were added. */
export interface CarrierEvents {
  frame(socket: Socket, text: string): void;
  /** The peer broke the protocol; its socket is closed or must be. Undefined when node-ipc does not say whose fault it was. */
  fault(socket: Socket | undefined, reason: string): void;
}

/** Frames over sockets. */
export interface FrameCarrier {
  /** From now on messages come from it, first only short ones … */
  add(socket: Socket): void;
  /** … and from now on the long ones that requests may be. */
  widen(socket: Socket): void;
  /** Reads on, or reads nothing; while we do not read, no time runs out for a message that has arrived in part. */
  flow(socket: Socket, isOpen: boolean): void;
  send(socket: Socket, text: string): void;
  /** The bytes of one frame, for a socket that was never added. */
  encode(text: string): string;
}

/** Events that node-ipc makes itself; its parser lets no peer send one of these names. */
const localEvents: ReadonlySet<string> = new Set(["start", "connect", "disconnect", "destroy", "close", "socket.disconnected", "data"]);

/** node-ipc's own bounds. Outgoing frames stay below them, so they only stop faults of our own. */
const MESSAGE_BYTES = 1024 * 1024;
const PENDING_BYTES = 8 * 1024 * 1024;

/** A message is an object with a type and a text; four marks, and some for members that a later client may add. */
const MESSAGE_SHAPE: JsonShape = { depth: 1, marks: 16 };

/** node-ipc's guarded parser, which would read any JSON that comes as the data of a message. */
class FlatMessageParser extends GuardedParser {
  override decodeMessage(text: string): unknown {
    if (!isWithinShape(text, MESSAGE_SHAPE))
      throw new IPCProtocolError("ERR_IPC_INVALID_MESSAGE", "a message holds more than a type and a text");
    return super.decodeMessage(text);
  }
}

/** Tells how much of an unfinished frame a socket has sent. */
interface Arriving {
  chars: number;
  chunks: number;
  mostChars: number;
}

/** An instance of node-ipc of its own (never its process-wide one) that listens nowhere. */
export function createFrameCarrier(events: CarrierEvents, limits: IpcLimits): FrameCarrier {
  const server = createServer(limits);
  const arriving = new WeakMap<Socket, Arriving>();
  /** Whose bytes node-ipc is reading now: its `error` event names no socket. */
  let reading: Socket | undefined;

  server.on("*", (type, ...values) => {
    if (localEvents.has(type)) return;
    if (type === "error") {
      const reason = values[0] instanceof Error ? values[0].message : "unreadable message";
      // Errors of the socket itself (a reset) come here too; they are no fault of the protocol.
      if (isProtocolError(values[0])) events.fault(reading, reason);
      return;
    }
    const [data] = values;
    const socket = reading;
    if (socket === undefined) return;
    const progress = arriving.get(socket);
    if (progress !== undefined) progress.chars = progress.chunks = 0;
    // node-ipc lets its timer run on from frame to frame while bytes are left over; each frame gets its own time.
    server.clearMessageTimer(socket);
    if (type === FRAME_EVENT && typeof data === "string") events.frame(socket, data);
    else events.fault(socket, type === FRAME_EVENT ? "the data of a message is not a text" : "unknown type of message");
  });

  return {
    add(socket) {
      const progress: Arriving = { chars: 0, chunks: 0, mostChars: limits.helloChars };
      arriving.set(socket, progress);
      // Before and after node-ipc's own listener, since listeners run in the order of their adding.
      socket.on("data", (chunk: string) => {
        reading = socket;
        progress.chars += chunk.length;
        progress.chunks += 1;
      });
      server.addSocket(socket);
      socket.on("data", () => {
        reading = undefined;
        if (socket.isPaused()) server.clearMessageTimer(socket);
        if (progress.chars > progress.mostChars) events.fault(socket, `a message is longer than ${progress.mostChars} characters`);
        else if (progress.chunks > limits.frameChunks) events.fault(socket, `a message came in more than ${limits.frameChunks} pieces`);
      });
    },
    widen(socket) {
      const progress = arriving.get(socket);
      if (progress !== undefined) progress.mostChars = limits.frameChars;
    },
    flow(socket, isOpen) {
      if (isOpen) return void socket.resume();
      socket.pause();
      server.clearMessageTimer(socket);
    },
    send: (socket, text) => void server.emit(socket, FRAME_EVENT, text),
    encode: (text) => server.encode(FRAME_EVENT, text),
  };
}

function createServer(limits: IpcLimits) {
  const ipc = new IPCModule();
  const parser = new FlatMessageParser({
    delimiter: "\f",
    maxMessageSize: MESSAGE_BYTES,
    maxPendingBytes: PENDING_BYTES,
    maxEventNameLength: 64,
    messageTimeout: limits.frameMs,
    allowReservedEvents: false,
  });
  Object.assign(ipc.config, { silent: true, logger: () => undefined, parser } satisfies typeof ipc.config);
  ipc.serve("unused");
  if (ipc.server === false) throw new Error("node-ipc made no server");
  return ipc.server;
}

function isProtocolError(error: unknown): boolean {
  return error instanceof IPCProtocolError;
}
