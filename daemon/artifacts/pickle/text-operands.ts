// Textual operands of the old opcodes: numbers and strings as Python writes them.

import { isUtf8, type Buffer } from "node:buffer";
import type { Machine } from "./machine.ts";
import { asciiText } from "./short-texts.ts";
import { makeFloat, makeInt, type PickleValue } from "./values.ts";

const INTEGER = /^[ \t\r\f\v]*([+-]?)0*(\d(?:_?\d)*)[ \t\r\f\v]*$/;
const FLOAT = /^[ \t\r\f\v]*[+-]?(?:\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?)[ \t\r\f\v]*$/;
const FLOAT_NAME = /^[ \t\r\f\v]*([+-]?)(inf|infinity|nan)[ \t\r\f\v]*$/i;

/** A decimal integer of any length within the limit. */
export function readInteger(machine: Machine, text: string): PickleValue {
  if (text.length > 2.5 * machine.limits.maxIntegerBytes) machine.fail(`an integer of ${text.length} characters`, "integer digits");
  const match = INTEGER.exec(text);
  if (match === null) machine.fail(`${JSON.stringify(text.slice(0, 40))} is not a decimal integer`);
  const digits = (match[2] ?? "").replaceAll("_", "");
  const value = BigInt(digits);
  return makeInt(match[1] === "-" ? -value : value);
}

/** A float as Python's `float()` reads it. */
export function readFloat(machine: Machine, text: string): PickleValue {
  const named = FLOAT_NAME.exec(text);
  if (named !== null) {
    if ((named[2] ?? "").toLowerCase() === "nan") return Number.NaN;
    return named[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (text.length > 4096 || !FLOAT.test(text)) machine.fail(`${JSON.stringify(text.slice(0, 40))} is not a float`);
  return makeFloat(Number(text.replaceAll("_", "").trim()));
}

/** UTF-8 with lone surrogates allowed, as pickle writes text. */
export function readUtf8(machine: Machine, start: number, length: number): string {
  const bytes = machine.bytes;
  const end = start + length;
  const text = asciiText(bytes, start, end);
  if (text !== undefined) return text;
  const part = bytes.subarray(start, end);
  return isUtf8(part) ? part.toString("utf8") : readSurrogates(machine, part);
}

/** Three-byte sequences of surrogates become UTF-16 units; the text between them must be UTF-8. */
function readSurrogates(machine: Machine, part: Buffer): string {
  const pieces: string[] = [];
  let from = 0;
  for (let i = 0; i + 2 < part.length; i++) {
    const second = part[i + 1] ?? 0;
    const third = part[i + 2] ?? 0;
    if (part[i] !== 0xed || second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
    pieces.push(plainPiece(machine, part.subarray(from, i)), String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)));
    i += 2;
    from = i + 1;
  }
  pieces.push(plainPiece(machine, part.subarray(from)));
  return pieces.join("");
}

function plainPiece(machine: Machine, part: Buffer): string {
  if (!isUtf8(part)) machine.fail("a text is not UTF-8");
  return part.toString("utf8");
}

/** UNICODE: Latin-1 with `\uXXXX` and `\UXXXXXXXX`. */
export function readRawUnicode(machine: Machine, text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\+(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[uU])?/g, (all: string, short?: string, long?: string) => {
    const slashes = all.lastIndexOf("\\") + 1;
    if (all.length === slashes) return all;
    if (slashes % 2 === 0) return all;
    const hex = short ?? long;
    if (hex === undefined) return machine.fail("a \\u escape is cut off");
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) machine.fail("a \\U escape is beyond Unicode");
    return all.slice(0, slashes - 1) + String.fromCodePoint(code);
  });
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** STRING: a quoted Python 2 text with escapes; its bytes are read as Latin-1. */
export function readQuoted(machine: Machine, line: string): string {
  const text = line.replace(/[ \t\r\f\v]+$/, "");
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) machine.fail("a STRING is not quoted");
  const inner = text.slice(1, -1);
  if (!inner.includes("\\")) return inner;
  return inner.replaceAll(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[^]|$)/g, (all: string, what: string) => {
    const simple = SIMPLE_ESCAPES[what];
    if (simple !== undefined) return simple;
    if (/^[0-7]/.test(what)) return String.fromCharCode(Number.parseInt(what, 8) & 0xff);
    if (/^x./.test(what)) return String.fromCharCode(Number.parseInt(what.slice(1), 16));
    if (what === "" || what === "x") return machine.fail("an escape in a STRING is cut off");
    return all;
  });
}

/** Two's complement, little-endian, as LONG1 and LONG4 store it. */
export function readLong(machine: Machine, start: number, length: number): PickleValue {
  if (length === 0) return 0;
  if (length <= 6) return machine.bytes.readIntLE(start, length);
  let hex = "";
  for (let i = start + length - 1; i >= start; i--) hex += (machine.bytes[i] ?? 0).toString(16).padStart(2, "0");
  const value = BigInt(`0x${hex}`);
  const negative = (machine.bytes[start + length - 1] ?? 0) >= 0x80;
  return makeInt(negative ? value - (1n << BigInt(8 * length)) : value);
}
