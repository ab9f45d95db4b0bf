// The top level of a protobuf message: its fields in order, within bounds. Format: protobuf.dev, "Encoding".

import { Buffer } from "node:buffer";
import { rejected, type Rejected } from "../rejected.ts";

/** A field of one message. `bytes` for texts and messages, `number` for varints. */
export interface ProtobufField {
  readonly id: number;
  readonly number: number | undefined;
  readonly bytes: Buffer | undefined;
}

export type ProtobufResult = { readonly ok: true; readonly fields: readonly ProtobufField[] } | Rejected;

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** A varint; large ones lose their low digits, as only lengths and small numbers matter here. Undefined when it has no end. */
function varint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}

/** Bytes behind the tag by wire type; 2 begins with its length. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [5, 4],
]);

/** Walks over the fields of a message to its last byte. Refused with the offset: a field that is cut off, or of no known wire type. */
export function protobufFields(bytes: Uint8Array): ProtobufResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: ProtobufField[] = [];
  for (let at = 0; at < buffer.length;) {
    const field = fieldAt(buffer, at);
    if (typeof field === "string") return rejected(field, at);
    fields.push(field);
    at = field.end;
  }
  return { ok: true, fields };
}

function fieldAt(buffer: Buffer, at: number): (ProtobufField & { readonly end: number }) | string {
  const tag = varint(buffer, at);
  if (tag === undefined) return "a field's tag is cut off";
  const [id, wire] = [Math.floor(tag.value / 8), tag.value % 8];
  if (id === 0) return "a field has the number 0";
  const width = FIXED.get(wire);
  if (width !== undefined)
    return tag.end + width > buffer.length ? `field ${id} is cut off` : { id, number: undefined, bytes: undefined, end: tag.end + width };
  const value = wire === 0 || wire === 2 ? varint(buffer, tag.end) : undefined;
  if (value === undefined) return wire === 0 || wire === 2 ? `field ${id} is cut off` : `field ${id} has the unknown wire type ${wire}`;
  if (wire === 0) return { id, number: value.value, bytes: undefined, end: value.end };
  const end = value.end + value.value;
  return end > buffer.length
    ? `field ${id} is cut off: it has ${value.value} bytes, ${buffer.length - value.end} are left`
    : { id, number: undefined, bytes: buffer.subarray(value.end, end), end };
}
