// Bits of a file, the highest of each byte first, as bzip2 stores them.

import { UnpackFault } from "./unpack-fault.ts";

/** Reads up to 24 bits at a time. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #live = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Byte of the file at which the next bit lies. */
  get offset(): number {
    return this.#at - (this.#live >> 3);
  }

  /** The next `count` bits (1 to 24). Throws at the end of the file. */
  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** The next `count` bits (1 to 24), left in place; beyond the end of the file they are 0. */
  peek(count: number): number {
    while (this.#live < count) {
      this.#bits = (this.#bits << 8) | (this.#bytes[this.#at++] ?? 0);
      this.#live += 8;
    }
    return (this.#bits >>> (this.#live - count)) & ((1 << count) - 1);
  }

  /** Moves over bits that `peek` showed. Throws when the file has fewer. */
  skip(count: number): void {
    this.#live -= count;
    if (this.offset > this.#bytes.length) throw new UnpackFault("the file ends in the middle", this.#bytes.length);
  }

  /** The next 32 bits, unsigned. */
  read32(): number {
    return this.read(16) * 65536 + this.read(16);
  }

  /** Moves to the beginning of the next whole byte and returns its place. */
  align(): number {
    this.#live -= this.#live % 8;
    return this.offset;
  }
}
