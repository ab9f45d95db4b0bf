// JSON as Python reads and writes it, byte for byte: whole numbers and floats stay apart, and floats print as `repr` does.

import { Buffer } from "node:buffer";
import { JsonFault, JsonParser } from "../json/json-parser.ts";
import type { JsonValue } from "../json/json-value.ts";
import { rejected, type Rejected } from "../rejected.ts";
import { decodeUtf8 } from "../utf8-text.ts";

/** A document in which every bigint is a Python int and every number a Python float. */
export type PythonJson = JsonValue;

export type PythonJsonResult = { readonly ok: true; readonly value: PythonJson } | Rejected;

const MAX_DEPTH = 512;
/** Python refuses to read longer integers. */
const MAX_DIGITS = 4300;

/** Reads what `json.loads` reads, NaN and infinities included. Refused with the byte offset: everything else, and nesting beyond 512. Never throws. */
export function readPythonJson(bytes: Uint8Array): PythonJsonResult {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return decoded;
  const { text } = decoded;
  if (text.trim() === "") return rejected("no JSON: the text is empty");
  if (text.charCodeAt(0) === 0xfeff) return rejected("a byte order mark stands before the JSON");
  try {
    return { ok: true, value: new JsonParser(text, MAX_DEPTH, pythonInt).parse() };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return rejected(`no JSON: ${error.message}`, Buffer.byteLength(text.slice(0, error.at)));
  }
}

function pythonInt(token: string, at: number): JsonValue {
  if (token.replace("-", "").length > MAX_DIGITS) throw new JsonFault(`a whole number has more than ${MAX_DIGITS} digits`, at);
  return BigInt(token);
}

/** How containers are laid out: as `separators=(",", ":")`, or as `indent=2`. */
export type JsonLayout = "compact" | "indented";

/** `json.dumps(value, sort_keys=True, …)` with non-ASCII escaped. A bigint prints as int, a number always as float. */
export function pythonJson(value: PythonJson, layout: JsonLayout): string {
  return layout === "compact" ? write(value, "", "") : write(value, "\n", "  ");
}

/** `line` begins a line at the value's own depth; empty texts write everything on one line. */
function write(value: PythonJson, line: string, step: string): string {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return floatRepr(value);
    case "string":
      return textLiteral(value);
    case "boolean":
      return String(value);
    default:
  }
  if (value === null) return "null";
  const inner = line + step;
  if (Array.isArray(value))
    return enclosed(
      "[]",
      value.map((item) => write(item, inner, step)),
      inner,
      line,
    );
  const colon = step === "" ? ":" : ": ";
  const names = Object.keys(value).toSorted(comparePythonText);
  return enclosed(
    "{}",
    names.map((name) => textLiteral(name) + colon + write(value[name] ?? null, inner, step)),
    inner,
    line,
  );
}

function enclosed(brackets: string, members: readonly string[], inner: string, line: string): string {
  return members.length === 0 ? brackets : `${brackets.charAt(0)}${inner}${members.join(`,${inner}`)}${line}${brackets.charAt(1)}`;
}

/** `repr` of a float: the shortest digits that read back, an exponent below 1e-4 and from 1e16 on, always a point or an exponent. */
export function floatRepr(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa = "0", power = "0"] = Math.abs(value).toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const digits = mantissa.replace(".", "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\f", "\\f"],
  ["\b", "\\b"],
]);

/** Everything outside of printable ASCII is escaped, unit by unit, so that a character beyond U+FFFF becomes a pair. */
function textLiteral(text: string): string {
  const escaped = text.replaceAll(/[^ !#-[\]-~]/g, (unit) => {
    return SHORT_ESCAPES.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** Python's order of texts: by code point, half of a surrogate pair being one of its own. */
export function comparePythonText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let place = 0;
  while (place < shorter && a.charCodeAt(place) === b.charCodeAt(place)) place++;
  if (place === shorter) return a.length - b.length;
  // The difference may stand in the second half of a character that the unit before begins.
  const start = place > 0 && (a.charCodeAt(place - 1) & 0xfc00) === 0xd800 ? place - 1 : place;
  return codePoint(a, start) - codePoint(b, start) || codePoint(a, place) - codePoint(b, place);
}

function codePoint(text: string, place: number): number {
  return text.codePointAt(place) ?? -1;
}
