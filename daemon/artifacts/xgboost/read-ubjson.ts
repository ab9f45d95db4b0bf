// XGBoost's dialect of UBJSON: bytes to a document, with packed numbers read straight into typed arrays.
// Format: UBJReader and UBJWriter of XGBoost's src/common/json.cc, 1.6 to 3.4. Big-endian; lengths are always `L` (64 bits); arrays that state
// their length have no closing bracket.

import { Buffer } from "node:buffer";
import { setJsonMember } from "../json/json-value.ts";
import { exactInt } from "../lenient.ts";
import { rejected, type Rejected } from "../rejected.ts";
import { decodeUtf8 } from "../utf8-text.ts";
import type { DocumentValue, PackedNumbers } from "./document-value.ts";

/** What one document may hold; all checked before anything is allocated for it. */
const MAX_DEPTH = 512;
/** Values of any kind. A model has one for some 40 bytes; the packed numbers of an array count as one. */
const maxValues = (bytes: number): number => 100_000 + Math.floor(bytes / 8);
/** Lists, objects and packed arrays, which cost more. */
const maxHolders = (bytes: number): number => 50_000 + Math.floor(bytes / 32);

/** The document, or why there is none. */
export type UbjsonResult = { readonly ok: true; readonly value: DocumentValue } | Rejected;

/** Thrown inside the reader only. */
class UbjsonFault extends Error {
  readonly at: number;
  constructor(reason: string, at: number) {
    super(reason);
    this.name = "UbjsonFault";
    this.at = at;
  }
}

/**
 * Reads one document. Refused with the byte offset: anything that XGBoost's own reader does not take, a key twice, more than the limits allow,
 * bytes behind the document. Integers beyond 2^53 are bigint. Never throws.
 */
export function readUbjson(bytes: Uint8Array): UbjsonResult {
  try {
    return { ok: true, value: new UbjsonReader(bytes).read() };
  } catch (error) {
    if (!(error instanceof UbjsonFault)) throw error;
    return rejected(`no UBJSON: ${error.message}`, error.at);
  }
}

/** A container that is being filled. */
interface Frame {
  readonly list: DocumentValue[] | undefined;
  readonly members: { [key: string]: DocumentValue } | undefined;
  key: string;
  /** Values that a list still expects; -1 when a bracket ends it. */
  left: number;
}

const mark = (letter: string): number => letter.charCodeAt(0);
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [mark("{"), mark("}"), mark("["), mark("]")];
/** Names of members are no longer than this; they are looked at byte by byte. */
const SHORT_TEXT = 64;
const [TYPED, COUNTED, LONG] = [mark("$"), mark("#"), mark("L")];

class UbjsonReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at = 0;
  #values: number;
  #holders: number;
  readonly #stack: Frame[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#values = maxValues(bytes.length);
    this.#holders = maxHolders(bytes.length);
  }

  read(): DocumentValue {
    for (;;) {
      let value = this.#open();
      // A closed value goes to its holder, which then either goes on or closes itself.
      while (value !== undefined) {
        const frame = this.#stack.at(-1);
        if (frame === undefined) return this.#end(value);
        if (frame.list !== undefined) {
          frame.list.push(value);
          if (frame.left > 0) frame.left--;
        } else if (frame.members !== undefined) setJsonMember(frame.members, frame.key, value);
        value = this.#next(frame);
      }
    }
  }

  /** Reads a scalar or a whole container; undefined when one was opened and its first member follows. */
  #open(): DocumentValue | undefined {
    const start = this.#at;
    if (this.#values-- === 0) this.#fail("more values than a model of this size has", start);
    const type = this.#byte();
    if (type === OPEN_OBJECT) return this.#push({ list: undefined, members: {}, key: "", left: -1 }, start);
    if (type !== OPEN_LIST) return this.#scalar(type, start);
    const next = this.#bytes[this.#at];
    if (next === TYPED) return this.#packed();
    if (next !== COUNTED) return this.#push({ list: [], members: undefined, key: "", left: -1 }, start);
    this.#at++;
    // Each value takes at least its mark.
    return this.#push({ list: [], members: undefined, key: "", left: this.#length(1) }, start);
  }

  #push(frame: Frame, start: number): DocumentValue | undefined {
    if (this.#stack.length >= MAX_DEPTH) this.#fail(`more than ${MAX_DEPTH} levels of nesting`, start);
    this.#hold(start);
    this.#stack.push(frame);
    return this.#next(frame);
  }

  #hold(start: number): void {
    if (this.#holders-- === 0) this.#fail("more lists and objects than a model of this size has", start);
  }

  /** Undefined when another member of the container follows, the container when it is closed. */
  #next(frame: Frame): DocumentValue | undefined {
    if (frame.members !== undefined) {
      if (this.#peek() !== CLOSE_OBJECT) {
        const start = this.#at;
        frame.key = this.#text();
        if (Object.hasOwn(frame.members, frame.key)) this.#fail(`the member ${JSON.stringify(frame.key.slice(0, 60))} stands twice`, start);
        return undefined;
      }
      this.#at++;
    } else if (frame.left < 0) {
      if (this.#peek() !== CLOSE_LIST) return undefined;
      this.#at++;
    } else if (frame.left > 0) return undefined;
    this.#stack.pop();
    return frame.list ?? frame.members;
  }

  #scalar(type: number, start: number): DocumentValue {
    switch (String.fromCharCode(type)) {
      case "S":
        return this.#text();
      case "Z":
        return null;
      case "T":
        return true;
      case "F":
        return false;
      case "d":
        return this.#bytes.readFloatBE(this.#take(4));
      case "D":
        return this.#bytes.readDoubleBE(this.#take(8));
      case "i":
        return this.#bytes.readInt8(this.#take(1));
      case "U":
        return this.#bytes.readUInt8(this.#take(1));
      case "I":
        return this.#bytes.readInt16BE(this.#take(2));
      case "l":
        return this.#bytes.readInt32BE(this.#take(4));
      case "L":
        return exactInt(this.#bytes.readBigInt64BE(this.#take(8)));
      default:
        return this.#fail(`0x${type.toString(16).padStart(2, "0")} begins no value`, start);
    }
  }

  /** `$` type `#` `L` count, then the numbers. */
  #packed(): DocumentValue {
    const start = this.#at++;
    this.#hold(start);
    const type = String.fromCharCode(this.#byte());
    const packing = PACKINGS[type];
    if (packing === undefined) this.#fail(`${JSON.stringify(type)} is no type of packed numbers`, start + 1);
    if (this.#byte() !== COUNTED) this.#fail('"#" is missing', this.#at - 1);
    const count = this.#length(packing.width);
    return packing.read(this.#view, this.#take(count * packing.width), count);
  }

  /** A length of things that take at least `width` bytes each, checked against the bytes left. */
  #length(width: number): number {
    const start = this.#at;
    if (this.#byte() !== LONG) this.#fail('a length begins with "L"', start);
    const at = this.#take(8);
    // Of a negative or huge length this makes one that is too long as well.
    const length = this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    const left = this.#bytes.length - this.#at;
    if (length * width > left) this.#fail(`a length of ${this.#view.getBigInt64(at)} is announced, but ${left} bytes are left`, start);
    return length;
  }

  #text(): string {
    const length = this.#length(1);
    const start = this.#take(length);
    if (length <= SHORT_TEXT && this.#isAscii(start)) return this.#bytes.toString("latin1", start, this.#at);
    const text = decodeUtf8(this.#bytes.subarray(start, this.#at));
    return text.ok ? text.text : this.#fail(text.reason, start + text.offset);
  }

  /** Whether the bytes from here to the cursor are ASCII. */
  #isAscii(start: number): boolean {
    let all = 0;
    for (let at = start; at < this.#at; at++) all |= this.#bytes[at] ?? 0;
    return all < 0x80;
  }

  #take(count: number): number {
    const start = this.#at;
    if (count > this.#bytes.length - start) this.#fail("the document ends too early", start);
    this.#at = start + count;
    return start;
  }

  #byte(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  #peek(): number {
    return this.#bytes[this.#at] ?? this.#fail("the document ends too early", this.#at);
  }

  #end(value: DocumentValue): DocumentValue {
    if (this.#at < this.#bytes.length) this.#fail("more bytes follow the document", this.#at);
    return value;
  }

  #fail(reason: string, at: number): never {
    throw new UbjsonFault(reason, at);
  }
}

/** How the numbers behind a type mark are read. */
interface Packing {
  readonly width: number;
  readonly read: (view: DataView, from: number, count: number) => PackedNumbers | DocumentValue[];
}

const PACKINGS: Readonly<Record<string, Packing>> = {
  d: { width: 4, read: singles },
  D: { width: 8, read: (view, from, count) => Float64Array.from({ length: count }, (_, i) => view.getFloat64(from + 8 * i)) },
  i: { width: 1, read: (view, from, count) => new Int8Array(view.buffer, view.byteOffset + from, count).slice() },
  U: { width: 1, read: (view, from, count) => new Uint8Array(view.buffer, view.byteOffset + from, count).slice() },
  I: { width: 2, read: (view, from, count) => Int16Array.from({ length: count }, (_, i) => view.getInt16(from + 2 * i)) },
  l: { width: 4, read: ints },
  L: { width: 8, read: longs },
};

// Trees have many empty lists; they share one.
const NO_SINGLES = new Float32Array();
const NO_INTS = new Int32Array();
const NO_LONGS = new Float64Array();

function singles(view: DataView, from: number, count: number): Float32Array {
  if (count === 0) return NO_SINGLES;
  const numbers = new Float32Array(count);
  for (let place = 0; place < count; place++) numbers[place] = view.getFloat32(from + 4 * place);
  return numbers;
}

function ints(view: DataView, from: number, count: number): Int32Array {
  if (count === 0) return NO_INTS;
  const numbers = new Int32Array(count);
  for (let place = 0; place < count; place++) numbers[place] = view.getInt32(from + 4 * place);
  return numbers;
}

/** 64-bit integers as doubles, or one by one when a double cannot hold them all. */
function longs(view: DataView, from: number, count: number): Float64Array | DocumentValue[] {
  if (count === 0) return NO_LONGS;
  const numbers = new Float64Array(count);
  for (let place = 0; place < count; place++) {
    const at = from + 8 * place;
    const number = view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
    if (!Number.isSafeInteger(number)) return Array.from({ length: count }, (_, i) => exactInt(view.getBigInt64(from + 8 * i)));
    numbers[place] = number;
  }
  return numbers;
}
