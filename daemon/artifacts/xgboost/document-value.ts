// A model document as the JSON and UBJSON readers give it: JSON values, with packed numbers as typed arrays.

import type { JsonValue } from "../json/json-value.ts";

/** Numbers that a UBJSON document packs behind one type mark. */
export type PackedNumbers = Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Int32Array;

/** A list of numbers: packed, or as JSON has it, where an entry may be anything. */
export type DocumentList = readonly DocumentValue[] | PackedNumbers;

/** Read only: what JSON has is one of these. */
export type DocumentValue = null | boolean | number | bigint | string | DocumentList | { readonly [key: string]: DocumentValue };

/** True for an object (not a list, not null). */
export function isDocumentObject(value: DocumentValue | undefined): value is { readonly [key: string]: DocumentValue } {
  return typeof value === "object" && value !== null && !isList(value);
}

/** True for a list, packed or not. */
export function isList(value: DocumentValue | undefined): value is DocumentList {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** The entries of a list, one by one. */
export function listEntries(list: DocumentList): readonly DocumentValue[] {
  return ArrayBuffer.isView(list) ? Array.from(list) : list;
}

/** An own member; undefined for anything inherited. */
export function documentMember(value: DocumentValue | undefined, key: string): DocumentValue | undefined {
  return isDocumentObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The same value with lists of numbers for packed ones. Depth is bounded by the readers. */
export function plainValue(value: DocumentValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return Array.from<DocumentValue, JsonValue>(value, plainValue);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member)]));
}
