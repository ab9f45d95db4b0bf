// A cursor over the bytes of a legacy binary model; every length is checked against the bytes left before anything is allocated.

import { Buffer } from "node:buffer";
import { decodeUtf8 } from "../utf8-text.ts";
import { modelFault } from "./model-fault.ts";

/** Little-endian. All methods throw ModelFault, naming what they read, when the bytes end too early. */
export class BinaryCursor {
  readonly view: DataView;
  /** Next byte to read. */
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  startsWith(text: string): boolean {
    return this.#bytes.toString("latin1", this.at, this.at + text.length) === text;
  }

  /** Moves over `count` bytes and returns where they begin. */
  take(count: number, what: string): number {
    const start = this.at;
    if (count > this.left) modelFault(`the model ends within ${what}: ${count} bytes are needed, ${this.left} are left`, start);
    this.at = start + count;
    return start;
  }

  int32s(count: number, what: string): Int32Array {
    const start = this.take(4 * count, what);
    return Int32Array.from({ length: count }, (_, i) => this.view.getInt32(start + 4 * i, true));
  }

  /** A 64-bit count, then that many floats. */
  countedSingles(what: string): Float32Array {
    const count = this.#count(4, what);
    const start = this.take(4 * count, what);
    return Float32Array.from({ length: count }, (_, i) => this.view.getFloat32(start + 4 * i, true));
  }

  /** A 64-bit length, then that many bytes of UTF-8. */
  text(what: string): string {
    const length = this.#count(1, what);
    const start = this.take(length, what);
    const text = decodeUtf8(this.#bytes.subarray(start, this.at));
    return text.ok ? text.text : modelFault(`${what}: ${text.reason}`, start + text.offset);
  }

  /** A 64-bit count, then that many texts. */
  texts(what: string): string[] {
    return Array.from({ length: this.#count(8, what) }, () => this.text(what));
  }

  /** A 64-bit count, then that many pairs of texts. */
  pairs(what: string): [string, string][] {
    return Array.from({ length: this.#count(16, what) }, () => [this.text(what), this.text(what)]);
  }

  /** A 64-bit count of things that take at least `width` bytes each. */
  #count(width: number, what: string): number {
    const start = this.take(8, what);
    const count = this.view.getBigUint64(start, true);
    if (count * BigInt(width) > BigInt(this.left))
      modelFault(`${what}: a length of ${count} is announced, but ${this.left} bytes are left`, start);
    return Number(count);
  }
}
