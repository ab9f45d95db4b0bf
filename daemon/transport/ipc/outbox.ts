// Frames to one client, never more of them in memory than the client keeps up with.

import type { Socket } from "node:net";
import { FRAME_TEXT_LIMIT, type ServerFrame } from "../../../shared/contract/frames.ts";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import type { IpcLimits } from "./limits.ts";

/** Characters in one `part`: each may become four when its text is packed into the frame and that into the message, and 1 MiB is node-ipc's bound. */
export const PART_CHARS = (FRAME_TEXT_LIMIT * 3) / 4;

/** The way out of one connection. */
export interface Outbox {
  /** Sends a frame, in parts when it is long; waits while the client has too much unread. False when the connection is gone. Throws when the frame cannot be printed. */
  send(frame: ServerFrame): Promise<boolean>;
  /** Sends a short frame at once. */
  post(frame: ServerFrame): void;
}

/** What an outbox works with. */
export interface OutboxSurroundings {
  readonly socket: Socket;
  /** Takes the text of one frame. */
  readonly write: (text: string) => void;
  readonly limits: Pick<IpcLimits, "pendingBytes" | "drainMs">;
  /** Told that too much waits: nothing more is to be taken from the client … */
  readonly hold: () => void;
  /** … until it has read. */
  readonly release: () => void;
  /** Told when the client has not read within the time of the limits; must end the connection. */
  readonly onStuck: () => void;
}

/** The way out of one connection. Long answers are made one after the other, so that only one waits in full. */
export function createOutbox(surroundings: OutboxSurroundings): Outbox {
  const { socket, write } = surroundings;
  const pressure = createPressure(surroundings);
  let last: Promise<unknown> = Promise.resolve();
  const put = (frame: string): void => {
    write(frame);
    pressure.look();
  };
  return {
    send(frame) {
      const sent = last.then(async () => {
        for (const text of framesOf(frame)) {
          if (!(await pressure.relieved())) return false;
          put(text);
        }
        return true;
      });
      last = Promise.allSettled([sent]);
      return sent;
    },
    post(frame) {
      if (socket.writable) put(stringifyExact(frame));
    },
  };
}

/** The texts to send for a frame: itself, or `part`s of it. Only frames with an id can be long. */
function* framesOf(frame: ServerFrame): Generator<string> {
  const text = stringifyExact(frame);
  if (text.length <= FRAME_TEXT_LIMIT || !("id" in frame)) {
    yield text;
    return;
  }
  for (let at = 0; at < text.length; at += PART_CHARS) {
    const last = at + PART_CHARS >= text.length;
    yield stringifyExact({ t: "part", id: frame.id, text: text.slice(at, at + PART_CHARS), last } satisfies ServerFrame);
  }
}

/** Watches how much waits in the socket. */
function createPressure({ socket, limits, hold, release: letGo, onStuck }: OutboxSurroundings) {
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const isHigh = (): boolean => socket.writable && socket.writableLength > limits.pendingBytes;
  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  socket.on("drain", () => {
    release();
    if (!socket.destroyed) letGo();
  });
  socket.once("close", release);
  return {
    look(): void {
      if (timer !== undefined || !isHigh()) return;
      hold();
      timer = setTimeout(onStuck, limits.drainMs);
    },
    /** Resolves when more may be written; false when nothing can be any more. */
    async relieved(): Promise<boolean> {
      // Each sender that wakes looks again: the one before it may have filled the socket.
      while (isHigh()) await new Promise<void>((resolve) => waiting.push(resolve));
      return socket.writable;
    },
  };
}
