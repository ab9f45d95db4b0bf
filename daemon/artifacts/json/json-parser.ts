// A JSON parser without recursion that also takes bare NaN, Infinity and -Infinity, and keeps long integers exact.

import { exactInt } from "../lenient.ts";
import { setJsonMember, type JsonObject, type JsonValue } from "./json-value.ts";

/** Thrown inside the JSON reader only; `at` counts UTF-16 units. */
export class JsonFault extends Error {
  readonly at: number;
  constructor(reason: string, at: number) {
    super(reason);
    this.name = "JsonFault";
    this.at = at;
  }
}

interface Frame {
  readonly array: JsonValue[] | undefined;
  readonly object: JsonObject | undefined;
  key: string;
}

const WORDS: readonly (readonly [string, JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

/** First unit behind a run of digits. */
function digitsEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at++;
  return at;
}

/** What becomes of a whole number; `at` is its place. May throw JsonFault. */
export type WholeNumberReader = (token: string, at: number) => JsonValue;

/** A number when a double holds it exactly, else the bigint. */
function exactWhole(token: string): JsonValue {
  return token.length > 15 ? exactInt(BigInt(token)) : Number(token);
}

/** One parse of one text. */
export class JsonParser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #wholeNumber: WholeNumberReader;
  #at = 0;
  readonly #stack: Frame[] = [];

  constructor(text: string, maxDepth: number, wholeNumber: WholeNumberReader = exactWhole) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#wholeNumber = wholeNumber;
  }

  /** The document; throws JsonFault. The last of equal keys wins. */
  parse(): JsonValue {
    let value = this.#open();
    for (;;) {
      // A closed value goes to its holder, which then either goes on or closes itself.
      while (value !== undefined) {
        const frame = this.#stack.at(-1);
        if (frame === undefined) return this.#end(value);
        this.#add(frame, value);
        value = this.#next(frame);
      }
      value = this.#open();
    }
  }

  /** Reads a scalar or an empty container; undefined when a container was opened and its first member follows. */
  #open(): JsonValue | undefined {
    const code = this.#skip();
    if (code === 0x7b) return this.#openObject();
    if (code === 0x5b) {
      this.#at++;
      if (this.#skip() === 0x5d) {
        this.#at++;
        return [];
      }
      this.#push({ array: [], object: undefined, key: "" });
      return undefined;
    }
    return code === 0x22 ? this.#string() : this.#scalar();
  }

  #openObject(): JsonValue | undefined {
    this.#at++;
    if (this.#skip() === 0x7d) {
      this.#at++;
      return {};
    }
    this.#push({ array: undefined, object: {}, key: this.#key() });
    return undefined;
  }

  #push(frame: Frame): void {
    if (this.#stack.length >= this.#maxDepth) this.#fail(`more than ${this.#maxDepth} levels of nesting`);
    this.#stack.push(frame);
  }

  #add(frame: Frame, value: JsonValue): void {
    if (frame.array !== undefined) frame.array.push(value);
    else if (frame.object !== undefined) setJsonMember(frame.object, frame.key, value);
  }

  /** After a member: undefined when another follows, the container when it is closed. */
  #next(frame: Frame): JsonValue | undefined {
    const code = this.#skip();
    if (code === 0x2c) {
      this.#at++;
      if (frame.object !== undefined) frame.key = this.#key();
      return undefined;
    }
    if (code !== (frame.array === undefined ? 0x7d : 0x5d)) this.#fail(`"," or "${frame.array === undefined ? "}" : "]"}" is missing`);
    this.#at++;
    this.#stack.pop();
    return frame.array ?? frame.object;
  }

  #key(): string {
    if (this.#skip() !== 0x22) this.#fail("a member name is missing");
    const key = this.#string();
    if (this.#skip() !== 0x3a) this.#fail('":" is missing');
    this.#at++;
    return key;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    for (;;) {
      const code = this.#text.charCodeAt(end);
      if (code === 0x22) break;
      if (Number.isNaN(code)) this.#fail("a text has no end");
      if (code < 0x20) this.#fail("a text holds a control character", end);
      end += code === 0x5c ? 2 : 1;
    }
    this.#at = end + 1;
    const raw = this.#text.slice(start, end + 1);
    if (!raw.includes("\\")) return raw.slice(1, -1);
    try {
      return String(JSON.parse(raw));
    } catch (error) {
      return this.#fail(`a text has a bad escape (${error instanceof Error ? error.name : "error"})`, start);
    }
  }

  #scalar(): JsonValue {
    const code = this.#text.charCodeAt(this.#at);
    if ((code >= 0x30 && code <= 0x39) || (code === 0x2d && this.#text.charCodeAt(this.#at + 1) !== 0x49)) return this.#number();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#fail(this.#at >= this.#text.length ? "the text ends too early" : "a value is missing");
  }

  #number(): JsonValue {
    const text = this.#text;
    const start = this.#at;
    let at = text.charCodeAt(start) === 0x2d ? start + 1 : start;
    const first = at;
    at = digitsEnd(text, at);
    if (at === first || (at > first + 1 && text.charCodeAt(first) === 0x30)) this.#badNumber(start, at);
    const whole = at;
    if (text.charCodeAt(at) === 0x2e) {
      const point = at + 1;
      at = digitsEnd(text, point);
      if (at === point) this.#badNumber(start, at);
    }
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      const sign = text.charCodeAt(at + 1);
      const exponent = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
      at = digitsEnd(text, exponent);
      if (at === exponent) this.#badNumber(start, at);
    }
    this.#at = at;
    const token = text.slice(start, at);
    return at === whole ? this.#wholeNumber(token, start) : Number(token);
  }

  #badNumber(start: number, at: number): never {
    if (at >= this.#text.length) this.#fail("the text ends too early", at);
    this.#fail("a number has a wrong form", start);
  }

  #end(value: JsonValue): JsonValue {
    this.#skip();
    if (this.#at < this.#text.length) this.#fail("more text follows the document");
    return value;
  }

  /** Moves over white space and returns the next code unit. */
  #skip(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.#at++;
    }
  }

  #fail(reason: string, at = this.#at): never {
    throw new JsonFault(reason, at);
  }
}
