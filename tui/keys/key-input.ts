// The terminal's input: raw mode, keys split by us, and everything put back at the end.

import { createKeySplitter, type Key } from "./split-keys.ts";

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

/** 100 ms over SSH, where a sequence can be torn between packets; else 25 ms. */
export function escapeHoldMs(env: Readonly<Record<string, string | undefined>>): number {
  return env["SSH_CONNECTION"] !== undefined || env["SSH_TTY"] !== undefined ? 100 : 25;
}

/** Switches the terminal to raw mode and reads keys until disposed, which restores the mode. */
export function openKeyInput(options: KeyInputOptions): Disposable {
  const { stdin, onKeys, onEnd, holdMs } = options;
  const splitter = createKeySplitter();
  let timer: NodeJS.Timeout | undefined;

  const give = (keys: readonly Key[]): void => {
    if (keys.length > 0) onKeys(keys);
  };
  const onData = (chunk: Uint8Array | string): void => {
    clearTimeout(timer);
    give(splitter.push(chunk));
    if (splitter.isHolding) timer = setTimeout(() => give(splitter.flush()), holdMs);
  };
  stdin.setRawMode?.(true);
  stdin.on("data", onData);
  for (const event of ["end", "close", "error"] as const) stdin.on(event, onEnd);
  stdin.resume();

  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      stdin.off("data", onData);
      // The error listener stays: a terminal that is gone reports it late, and nobody is left to be told.
      for (const event of ["end", "close"] as const) stdin.off(event, onEnd);
      leaveRawMode(stdin);
      stdin.pause();
    },
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
