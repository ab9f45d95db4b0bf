// Short ASCII texts that stand in one file after the other (keys, names of classes, factors): the one made before is found by its bytes.

import type { Buffer } from "node:buffer";

/** Longer texts are made anew. */
const MAX_LENGTH = 40;
/** A power of two; a text that falls on the place of another takes it. */
const PLACES = 4096;

const texts: string[] = Array.from({ length: PLACES }, () => "");

/** The bytes from `start` to `end` as a text when all are ASCII; undefined otherwise. */
export function asciiText(bytes: Buffer, start: number, end: number): string | undefined {
  let hash = end - start;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80) return undefined;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  if (end - start > MAX_LENGTH) return bytes.toString("latin1", start, end);
  const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
  const known = texts[place] ?? "";
  if (isText(known, bytes, start, end)) return known;
  const text = bytes.toString("latin1", start, end);
  texts[place] = text;
  return text;
}

function isText(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
