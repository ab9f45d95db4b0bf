// Reads a JSON document from bytes: strict and bounded, but with the bare NaN and Infinity that XGBoost and Python write.

import { Buffer } from "node:buffer";
import { rejected, type Rejected } from "../rejected.ts";
import { decodeUtf8 } from "../utf8-text.ts";
import { JsonFault, JsonParser } from "./json-parser.ts";
import { scanJson } from "./json-scan.ts";
import type { JsonValue } from "./json-value.ts";

/** The document and its decoded text, or why there is none. */
export type JsonResult = { readonly ok: true; readonly value: JsonValue; readonly text: string } | Rejected;

const MAX_DEPTH = 512;

/**
 * Reads one JSON document. Refused with the byte offset: no UTF-8, a byte order mark, nesting beyond `maxDepth`, a second document, any
 * other breach of RFC 8259 except bare NaN, Infinity, -Infinity. The last of equal keys wins; integers beyond 2^53 are bigint. Never throws.
 */
export function readJson(bytes: Uint8Array, maxDepth = MAX_DEPTH): JsonResult {
  if (bytes.length === 0) return rejected("the file is empty");
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return decoded;
  const text = decoded.text;
  if (text.charCodeAt(0) === 0xfeff) return rejected("a byte order mark stands before the JSON");
  const scan = scanJson(bytes, maxDepth);
  if (scan.tooDeepAt >= 0) return rejected(`more than ${maxDepth} levels of nesting`, scan.tooDeepAt);
  if (!scan.nonFinite && !scan.longInteger) {
    const value = parsePlain(text);
    if (value !== undefined) return { ok: true, value, text };
  }
  // The slow path reads what JSON.parse cannot, and says where a fault is.
  try {
    return { ok: true, value: new JsonParser(text, maxDepth).parse(), text };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return rejected(`no JSON: ${error.message}`, Buffer.byteLength(text.slice(0, error.at)));
  }
}

function parsePlain(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
