// pyarrow's arrays of texts, as pandas stores columns with storage pyarrow: offsets, bytes, and a bitmap of what is there.

import { Buffer, isUtf8 } from "node:buffer";
import { rawBytes, sequence, smallInt } from "../constructors/arguments.ts";
import { isInstanceOf } from "../instance-state.ts";
import { isNode, type PickleValue } from "../values.ts";
import type { VectorView } from "./vector-view.ts";

/** One `_restore_array`: `length` texts from `offset` on. */
interface Chunk {
  readonly length: number;
  /** The text; undefined when it is missing. */
  text(place: number): string | undefined;
}

/** The texts of `_restore_array(…)` or of `chunked_array([…], type)`, `missing` where there is none; undefined when the buffers do not fit. */
export function arrowTexts(value: PickleValue | undefined, dtype: string, missing: PickleValue): VectorView | undefined {
  const parts = isInstanceOf(value, "pyarrow.lib", "chunked_array") ? sequence(value.args[0])?.items : [value ?? null];
  const chunks: Chunk[] = [];
  let length = 0;
  for (const part of parts ?? []) {
    const chunk = chunkOf(part);
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
    length += chunk.length;
  }
  return parts && { dtype, length, at: (place) => textAt(chunks, place, missing) };
}

function textAt(chunks: readonly Chunk[], place: number, missing: PickleValue): PickleValue {
  let rest = place;
  for (const chunk of chunks) {
    if (rest < chunk.length) return chunk.text(rest) ?? missing;
    rest -= chunk.length;
  }
  return null;
}

/** `_restore_array((type, length, null count, offset, [validity, offsets, bytes], children, dictionary))`. */
function chunkOf(value: PickleValue): Chunk | undefined {
  if (!isInstanceOf(value, "pyarrow.lib", "_restore_array")) return undefined;
  const [type, lengthValue, , offsetValue, buffers] = sequence(value.args[0])?.items ?? [];
  const length = smallInt(lengthValue, 0, 2 ** 40);
  const offset = smallInt(offsetValue, 0, 2 ** 40);
  const alias = isInstanceOf(type, "pyarrow.lib", "type_for_alias") ? type.args[0] : undefined;
  const width = alias === "string" ? 4 : alias === "large_string" ? 8 : undefined;
  const [validityValue, places, texts] = sequence(buffers)?.items ?? [];
  if (length === undefined || offset === undefined || width === undefined || validityValue === undefined) return undefined;
  // An array without elements may lack its buffers.
  if (length === 0) return { length, text: () => undefined };
  const ends = bufferOf(places);
  const bytes = bufferOf(texts) ?? new Uint8Array(0);
  const validity = validityValue === null ? undefined : bufferOf(validityValue);
  if (ends === undefined || (validityValue !== null && validity === undefined)) return undefined;
  if ((offset + length + 1) * width > ends.length || (validity !== undefined && offset + length > 8 * validity.length)) return undefined;
  return { length, text: (place) => (isThere(validity, offset + place) ? textOf(ends, width, bytes, offset + place) : undefined) };
}

function bufferOf(value: PickleValue | undefined): Uint8Array | undefined {
  return isInstanceOf(value, "pyarrow.lib", "py_buffer") ? rawBytes(value.args[0]) : isNode(value) ? rawBytes(value) : undefined;
}

/** The bitmap's bits count from the lowest. */
function isThere(validity: Uint8Array | undefined, place: number): boolean {
  return validity === undefined || (((validity[place >> 3] ?? 0) >> (place & 7)) & 1) === 1;
}

function textOf(ends: Uint8Array, width: number, bytes: Uint8Array, place: number): string | undefined {
  const view = new DataView(ends.buffer, ends.byteOffset, ends.byteLength);
  const end = (index: number): number => (width === 4 ? view.getInt32(index * 4, true) : Number(view.getBigInt64(index * 8, true)));
  const from = end(place);
  const to = end(place + 1);
  if (from < 0 || to < from || to > bytes.length) return undefined;
  const part = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
  return isUtf8(part) ? part.toString("utf8") : undefined;
}
