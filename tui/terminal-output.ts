// What the views draw on: one write a frame, a size that changes only between two frames, and word of a terminal that takes nothing now.

import { Writable } from "node:stream";
import { pause } from "./state/waiting.ts";

/** What is needed of the terminal's output: `process.stdout` on a TTY. */
export type Terminal = NodeJS.WritableStream & { readonly columns: number; readonly rows: number };

/** Stands between Ink and the terminal; Ink takes it for the terminal itself. */
export class TerminalOutput extends Writable implements Disposable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #terminal: Terminal;
  readonly #whenIdle = new Set<() => void>();
  #gathered = "";
  #underway = 0;

  constructor(terminal: Terminal) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    this.columns = terminal.columns;
    this.rows = terminal.rows;
    // A terminal over a dead link would hold this process inside the write, deaf to every signal.
    callHandle(terminal, "setBlocking", false);
  }

  /** True while the terminal has not taken all that it was given. */
  get isBusy(): boolean {
    return this.#underway > 0;
  }

  /** Calls back each time the terminal has taken everything; returns the way to stop. */
  onIdle(listener: () => void): () => void {
    this.#whenIdle.add(listener);
    return () => void this.#whenIdle.delete(listener);
  }

  /** Sends what was gathered. Happens by itself after each frame; at the end of the process there is no after. */
  flush(): void {
    const text = this.#gathered;
    if (text === "") return;
    this.#gathered = "";
    this.#underway++;
    this.#terminal.write(text, () => {
      this.#underway--;
      if (this.#underway === 0) for (const listener of [...this.#whenIdle]) listener();
    });
  }

  /** Sends everything and waits until the terminal has it, at most so many milliseconds. False when it has not. */
  async settle(limitMs: number): Promise<boolean> {
    this.flush();
    const timeout = new AbortController();
    const stop = this.onIdle(() => timeout.abort());
    if (this.isBusy) await pause(limitMs, timeout.signal);
    stop();
    return !this.isBusy;
  }

  /** Gives the terminal back as it was. One that takes nothing is let go, with what it has not taken: it would hold up the end for ever. */
  [Symbol.dispose](): void {
    if (!this.isBusy) return callHandle(this.#terminal, "setBlocking", true);
    callHandle(this.#terminal, "close");
    // The same terminal, most likely; Ink's last word on the cursor goes there.
    callHandle(process.stderr, "setBlocking", false);
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    if (this.#gathered === "") queueMicrotask(() => this.flush());
    this.#gathered += chunk;
    done();
  }
}

/** Node has no public way to what libuv can do with a terminal; where this one is missing, writes wait as Node's do. */
function callHandle(stream: object, method: "setBlocking" | "close", ...given: readonly unknown[]): void {
  const handle: unknown = Reflect.get(stream, "_handle");
  if (typeof handle !== "object" || handle === null) return;
  const found: unknown = Reflect.get(handle, method);
  if (typeof found === "function") Reflect.apply(found, handle, given);
}
