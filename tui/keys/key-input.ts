// The terminal's input: raw mode, keys split by us, and everything put back at the end.

import { createKeySplitter, type Held, type Key } from "./split-keys.ts";

/** What is needed of a terminal's input stream. */
export interface InputStream {
  setRawMode?(isRaw: boolean): unknown;
  on(event: "data", listener: (chunk: Uint8Array | string) => void): unknown;
  on(event: "end" | "close" | "error", listener: () => void): unknown;
  off(event: "data", listener: (chunk: Uint8Array | string) => void): unknown;
  off(event: "end" | "close" | "error", listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface KeyInputOptions {
  readonly stdin: InputStream;
  readonly onKeys: (keys: readonly Key[]) => void;
  /** The terminal is gone. */
  readonly onEnd: () => void;
  /** How long a lone ESC waits for the rest of a sequence, in milliseconds. */
  readonly holdMs: number;
}

export interface KeyInput extends Disposable {
  /** Leaves raw mode and reads nothing, so that another program can have the terminal. */
  pause(): void;
  /** Takes the terminal again; does nothing once disposed. */
  resume(): void;
}

/** 100 ms over SSH, where a sequence can be torn between packets; else 50 ms. */
export function escapeHoldMs(env: Readonly<Record<string, string | undefined>>): number {
  return env["SSH_CONNECTION"] !== undefined || env["SSH_TTY"] !== undefined ? 100 : 50;
}

/** Nobody types a sequence by hand: its rest is on its way, however slow the link. Typed later it would be commands. */
const SEQUENCE_MS = 1000;
/** The end of a paste that was lost on the way must not leave the program deaf. */
const PASTE_MS = 10_000;

/** Switches the terminal to raw mode and reads keys until disposed, which restores the mode. */
export function openKeyInput(options: KeyInputOptions): KeyInput {
  const { stdin, onEnd } = options;
  const reader = createReader(options);
  let isOpen = true;
  const take = (): void => {
    stdin.setRawMode?.(true);
    stdin.resume();
  };
  const leave = (): void => {
    leaveRawMode(stdin);
    stdin.pause();
  };
  stdin.on("data", reader.read);
  for (const event of ["end", "close", "error"] as const) stdin.on(event, onEnd);
  take();
  return {
    pause: leave,
    resume: () => {
      if (isOpen) take();
    },
    [Symbol.dispose]: () => {
      isOpen = false;
      reader.stop();
      stdin.off("data", reader.read);
      // The error listener stays: a terminal that is gone reports it late, and nobody is left to be told.
      for (const event of ["end", "close"] as const) stdin.off(event, onEnd);
      leave();
    },
  };
}

interface Reader {
  readonly read: (chunk: Uint8Array | string) => void;
  stop(): void;
}

/** Hands on whole keys, and what is torn once its time is over. */
function createReader({ onKeys, holdMs }: KeyInputOptions): Reader {
  const splitter = createKeySplitter();
  const waits: Readonly<Record<Held, number>> = { nothing: 0, escape: holdMs, sequence: SEQUENCE_MS, paste: PASTE_MS };
  let waitingFor: Held = "nothing";
  let timer: NodeJS.Timeout | undefined;
  const give = (keys: readonly Key[]): void => {
    if (keys.length > 0) onKeys(keys);
  };
  return {
    read: (chunk) => {
      const keys = splitter.push(chunk);
      // A sequence's time runs from its beginning: one that never ends must not swallow what is typed after it.
      const isSameSequence = splitter.held === "sequence" && waitingFor === "sequence" && keys.length === 0;
      if (!isSameSequence) {
        clearTimeout(timer);
        waitingFor = splitter.held;
        if (waitingFor !== "nothing") {
          timer = setTimeout(() => {
            waitingFor = "nothing";
            give(splitter.flush());
          }, waits[waitingFor]);
        }
      }
      give(keys);
    },
    stop: () => clearTimeout(timer),
  };
}

/** False when the terminal is gone and there is no mode left to restore. */
function leaveRawMode(stdin: InputStream): boolean {
  try {
    stdin.setRawMode?.(false);
    return true;
  } catch {
    return false;
  }
}
