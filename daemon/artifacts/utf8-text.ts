// Bytes to text, strictly: what is not UTF-8 is refused with the place.

import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { rejected, type Rejected } from "./rejected.ts";

export type TextResult = { readonly ok: true; readonly text: string } | Rejected;

/** Decodes strict UTF-8. A byte order mark stays in the text. */
export function decodeUtf8(bytes: Uint8Array): TextResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return { ok: true, text: buffer.toString("latin1") };
  if (isUtf8(buffer)) return { ok: true, text: buffer.toString("utf8") };
  return rejected("the text is not UTF-8", firstBadByte(buffer));
}

/** Removes a UTF-8 byte order mark at the start. */
export function withoutBom(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Finds the longest valid head by halving, then the byte after it. */
function firstBadByte(buffer: Buffer): number {
  let good = 0;
  let bad = buffer.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(buffer.subarray(0, completeEnd(buffer, middle)))) good = middle;
    else bad = middle;
  }
  return completeEnd(buffer, good);
}

/** Where the last sequence that starts before `end` begins, when it does not end there; else `end`. */
function completeEnd(buffer: Buffer, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = buffer[end - back] ?? 0;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? end - back : end;
    }
  }
  return end;
}
