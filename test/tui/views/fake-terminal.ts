// A terminal for tests: Ink writes into a real emulator, tests type keys and read the screen.

import { PassThrough, Writable } from "node:stream";
import xterm from "@xterm/headless";

/** The input side: remembers whether it is in raw mode. */
export class FakeStdin extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

/** The output side: counts bytes and hands them to the emulator. */
export class FakeStdout extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  bytes = 0;
  text = "";
  #isStalled = false;
  readonly #waiting: (() => void)[] = [];
  readonly #terminal: xterm.Terminal;
  constructor(columns: number, rows: number, terminal: xterm.Terminal) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.#terminal = terminal;
  }
  /** Takes nothing more, as a dead link does, or goes on. */
  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    if (isStalled) return;
    for (const go of this.#waiting.splice(0)) go();
  }
  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = chunk.toString();
    if (this.#isStalled) {
      this.#waiting.push(() => this._write(chunk, _encoding, done));
      return;
    }
    this.bytes += Buffer.byteLength(text);
    this.text += text;
    this.#terminal.write(text, done);
  }
}

export interface FakeTerminal {
  readonly stdin: FakeStdin;
  readonly stdout: FakeStdout;
  /** The lines of the screen, without blanks at their ends. */
  lines(): string[];
  screen(): string;
  /** The lines with a blank after each two-cell character, so that places are cells. */
  cells(): string[];
  /** True while the alternate screen is shown. */
  isAlternate(): boolean;
  type(text: string): void;
  /** Something else writes over the screen. */
  scribble(text: string): Promise<void>;
  resize(columns: number, rows: number): void;
}

/** Makes a terminal of this size. */
export function createFakeTerminal(columns: number, rows: number): FakeTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true, scrollback: 0 });
  const stdin = new FakeStdin();
  const stdout = new FakeStdout(columns, rows, terminal);
  const lines = (): string[] =>
    Array.from(
      { length: terminal.rows },
      (_row, at) => terminal.buffer.active.getLine(at)?.translateToString(true, 0, terminal.cols).trimEnd() ?? "",
    );
  return {
    stdin,
    stdout,
    lines,
    screen: () => lines().join("\n"),
    cells: () =>
      Array.from({ length: terminal.rows }, (_row, y) => {
        const line = terminal.buffer.active.getLine(y);
        return Array.from({ length: terminal.cols }, (_cell, x) => {
          const cell = line?.getCell(x);
          return cell?.getWidth() === 0 ? " " : (cell?.getChars() ?? "") || " ";
        }).join("");
      }),
    isAlternate: () => terminal.buffer.active.type === "alternate",
    type: (text) => void stdin.write(text),
    scribble: (text) =>
      new Promise((resolve) => {
        terminal.write(text, resolve);
      }),
    resize: (newColumns, newRows) => {
      terminal.resize(newColumns, newRows);
      stdout.columns = newColumns;
      stdout.rows = newRows;
      stdout.emit("resize");
    },
  };
}

/** Waits until a claim holds, asking every few milliseconds; fails with the words after fifteen seconds. */
export async function until(words: () => string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`this never came true: ${words()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
