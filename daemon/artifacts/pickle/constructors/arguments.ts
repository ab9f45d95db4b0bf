// Checks on recorded arguments that several libraries' constructors share.

import { Buffer } from "node:buffer";
import { isInt, isNode, type ListValue, type PickleValue, type TupleValue } from "../values.ts";

/** A whole number between two bounds, as a number. */
export function smallInt(value: PickleValue | undefined, from: number, to: number): number | undefined {
  return typeof value === "number" && isInt(value) && value >= from && value <= to ? value : undefined;
}

/** A list or tuple. */
export function sequence(value: PickleValue | undefined): ListValue | TupleValue | undefined {
  return isNode(value) && (value.kind === "list" || value.kind === "tuple") ? value : undefined;
}

/** Raw bytes; a text of Python 2 counts when every character is a byte. */
export function rawBytes(value: PickleValue | undefined): Uint8Array | undefined {
  if (typeof value === "string") return latin1Bytes(value);
  return isNode(value) && (value.kind === "bytes" || value.kind === "bytearray") ? value.bytes : undefined;
}

/** The bytes of a text in Latin-1; undefined when a character does not fit. */
export function latin1Bytes(text: string): Uint8Array | undefined {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) return undefined;
  }
  return Buffer.from(text, "latin1");
}
