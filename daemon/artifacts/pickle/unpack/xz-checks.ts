// Checksums of xz blocks.

import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Bytes of each check by its number; the numbers in between are reserved. */
export const CHECK_SIZES: Readonly<Record<number, number>> = { 0: 0, 1: 4, 4: 8, 10: 32 };

/** CRC-64 (ECMA-182, reflected) as low and high halves by byte. */
const LOW = new Uint32Array(256);
const HIGH = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd === 1) {
      low ^= 0xd7870f42;
      high ^= 0xc96c5795;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}

function crc64(bytes: Uint8Array): Uint8Array {
  let low = -1;
  let high = -1;
  for (let i = 0; i < bytes.length; i++) {
    const index = (low ^ (bytes[i] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0);
    high = (high >>> 8) ^ (HIGH[index] ?? 0);
  }
  return littleEndian([~low, ~high]);
}

function littleEndian(words: readonly number[]): Uint8Array {
  return Uint8Array.from(words.flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24]));
}

/** The check of this number over a block's unpacked bytes; undefined when there is none. */
export function checkOf(check: number, bytes: Uint8Array): Uint8Array | undefined {
  if (check === 1) return littleEndian([crc32(bytes)]);
  if (check === 4) return crc64(bytes);
  return check === 10 ? hash("sha256", bytes, "buffer") : undefined;
}
