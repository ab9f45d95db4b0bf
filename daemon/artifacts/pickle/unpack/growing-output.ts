// What a decoder has unpacked so far: grows with the output and never beyond its bound.

import { UnpackFault } from "./unpack-fault.ts";

/** Bounds of where the buffer starts. */
const LEAST = 16 * 1024;
const FIRST = 1024 * 1024;

/** An output of at most `most` bytes. `bytes` is larger than what has been written. */
export class GrowingOutput {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  readonly #most: number;

  /** `packed`: the bytes that the input has. */
  constructor(most: number, packed: number) {
    this.#most = most;
    this.bytes = new Uint8Array(Math.min(most, FIRST, Math.max(LEAST, 8 * packed)));
  }

  /** Makes room for `count` more bytes; throws when the bound does not allow them. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#most) throw new UnpackFault("too long", 0, true);
    // Twice as much while that is little; then all that may ever be needed: the kernel gives memory only to pages that are written.
    const larger = new Uint8Array(needed > FIRST ? this.#most : Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Appends bytes of the input. */
  append(part: Uint8Array): void {
    this.reserve(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** Appends `count` bytes that begin `distance` bytes before the end; they may overlap what they write. The distance is within the output. */
  repeat(distance: number, count: number): void {
    this.reserve(count);
    const { bytes, length } = this;
    if (distance >= count) bytes.copyWithin(length, length - distance, length - distance + count);
    else if (distance === 1) bytes.fill(bytes[length - 1] ?? 0, length, length + count);
    else for (let i = length; i < length + count; i++) bytes[i] = bytes[i - distance] ?? 0;
    this.length = length + count;
  }

  /** What has been written, without a copy. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}
