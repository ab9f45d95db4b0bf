// Lines to a file descriptor without ever blocking the main thread: stderr may be a stopped terminal or a full pipe.

import { write, writeSync } from "node:fs";

/** Where lines go; each ends with a newline. */
export interface LogDestination {
  write(line: string): void;
  /** Writes what is waiting, at once, as far as the reader takes it. */
  flush?(): void;
  /** Writes the line, and what waits before it, before it returns: for the last word of a process that is about to end. */
  writeNow?(line: string): void;
}

/** Beyond this many waiting characters, lines are dropped: a reader that stopped must not fill the memory. */
const WAITING_CHARS = 4 * 1024 * 1024;
/** A full non-blocking pipe is tried again after this time, in milliseconds. */
const RETRY_MS = 50;
/** How often a last flush tries a full pipe. */
const FLUSH_TRIES = 10;

/**
 * Writes in the background, in order. When the descriptor breaks, lines go nowhere: a closed stderr is no reason to stop serving.
 * The first line after dropped ones says how many there were, as made by `noteDropped`.
 */
export function openLineWriter(descriptor: number, noteDropped: (lines: number) => string): LogDestination {
  let waiting: string[] = [];
  let waitingChars = 0;
  let dropped = 0;
  let isWriting = false;
  let isBroken = false;

  const takeWaiting = (): Buffer => {
    const bytes = Buffer.from(waiting.join(""));
    waiting = [];
    waitingChars = 0;
    return bytes;
  };
  const pump = (): void => {
    if (isWriting || isBroken || waiting.length === 0) return;
    isWriting = true;
    put(takeWaiting());
  };
  const put = (bytes: Buffer): void => {
    write(descriptor, bytes, (error, written) => {
      if (error === null && written < bytes.length) return put(bytes.subarray(written));
      if (error !== null && isFull(error)) return void setTimeout(() => put(bytes), RETRY_MS).unref();
      isWriting = false;
      isBroken ||= error !== null;
      pump();
    });
  };
  const flush = (): void => {
    if (isBroken) return;
    isBroken = !writeAtOnce(descriptor, takeWaiting());
    // What was handed to the system before is written by another thread meanwhile.
    if (isWriting) pauseThread(RETRY_MS);
  };
  return {
    flush,
    writeNow(line) {
      waiting.push(line);
      flush();
    },
    write(line) {
      if (isBroken) return;
      if (waitingChars + line.length > WAITING_CHARS) {
        dropped += 1;
        return;
      }
      const text = dropped > 0 ? noteDropped(dropped) + line : line;
      dropped = 0;
      waiting.push(text);
      waitingChars += text.length;
      pump();
    },
  };
}

/** Tries a full pipe for half a second. Returns false when the descriptor is broken. */
function writeAtOnce(descriptor: number, bytes: Buffer): boolean {
  let rest = bytes;
  for (let triesLeft = FLUSH_TRIES; rest.length > 0 && triesLeft > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (!isFull(error)) return false;
      triesLeft--;
      if (triesLeft > 0) pauseThread(RETRY_MS);
    }
  }
  return true;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

/** Only for the very end of a process, when no event loop will come round again. */
function pauseThread(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
