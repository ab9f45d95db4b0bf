// A cursor over an xz file.

import { crc32 } from "node:zlib";
import { UnpackFault } from "./unpack-fault.ts";

/** Reads the numbers of the format; each throws an UnpackFault at the end of the file. */
export class XzReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Throws when fewer bytes are left. */
  need(count: number): void {
    if (this.left < count) throw new UnpackFault("the file ends in the middle", this.bytes.length);
  }

  /** The next byte, left in place. */
  peek(): number {
    this.need(1);
    return this.bytes[this.at] ?? 0;
  }

  uint8(): number {
    this.need(1);
    return this.bytes[this.at++] ?? 0;
  }

  uint16(): number {
    this.need(2);
    this.at += 2;
    return this.#view.getUint16(this.at - 2, true);
  }

  uint32(): number {
    this.need(4);
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }

  /** A number of seven bits a byte, the lowest first; exact to 2^53, more is refused. */
  variable(): number {
    const start = this.at;
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const byte = this.uint8();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte >= 0x80) continue;
      if (byte === 0 && i > 0) break;
      return value;
    }
    throw new UnpackFault("a number has an unknown form", start);
  }

  /** Compares the CRC-32 of the bytes from `from` to `to` with the one stored at `stored`, by default the next four bytes, which are then read over. */
  expectCrc(from: number, to: number, what: string, stored = this.at): void {
    const next = this.at;
    this.at = stored;
    const expected = this.uint32();
    if (stored !== next) this.at = next + 4;
    if (crc32(this.bytes.subarray(from, to)) !== expected) throw new UnpackFault(`the checksum of ${what} does not match`, from);
  }
}
