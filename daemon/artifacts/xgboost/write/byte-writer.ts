// Bytes written one after the other into a buffer that grows.

import { Buffer } from "node:buffer";

const USUAL_CAPACITY = 64 * 1024;
const MOST_DIGITS = 15;
const MINUS = 0x2d;
const ZERO = 0x30;

/** Collects bytes; every method appends. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  /** `capacity`: bytes to begin with. */
  constructor(capacity = USUAL_CAPACITY) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Makes room for `count` more bytes and returns where they go in `bytes`; `advance` says how many were used. */
  reserve(count: number): number {
    if (this.#length + count > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    return this.#length;
  }

  /** The buffer that `reserve` made room in; another one after the next call. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  advance(count: number): void {
    this.#length += count;
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.#bytes[at] = value;
    this.#length = at + 1;
  }

  /** One character of ASCII. */
  mark(character: string): void {
    this.byte(character.charCodeAt(0));
  }

  /** A text in UTF-8. */
  text(text: string): void {
    const at = this.reserve(text.length * 3);
    this.#length = at + this.#bytes.write(text, at, "utf8");
  }

  /** A whole number below 10^15 in size, in decimal digits. */
  integer(value: number): void {
    const at = this.reserve(MOST_DIGITS + 1);
    let end = at;
    if (value < 0) this.#bytes[end++] = MINUS;
    let rest = Math.abs(value);
    let digits = 1;
    for (let above = 10; rest >= above; above *= 10) digits++;
    for (let place = end + digits - 1; place >= end; place--) {
      const next = Math.trunc(rest / 10);
      this.#bytes[place] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#length = end + digits;
  }

  /** What was written, as a text of ASCII. */
  ascii(): string {
    return this.#bytes.toString("latin1", 0, this.#length);
  }

  /** What was written, as bytes of its own. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(0, this.#length));
  }
}
