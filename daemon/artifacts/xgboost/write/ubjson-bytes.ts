// Fields of a model document as UBJSON in XGBoost's dialect.

import { Buffer } from "node:buffer";
import { ByteWriter } from "./byte-writer.ts";
import { isFieldList, isPacked, LooseNumbers, sortedMembers, type Field, type FieldObject, type PackedField } from "./fields.ts";

/**
 * Writes fields as XGBoost writes UBJSON: big-endian, lengths of 64 bits, names without a type mark, lists with a count and no closing bracket.
 *
 * Format: XGBoost's src/common/json.cc (UBJReader and UBJWriter), 1.6 and later. It is not all of UBJSON, and not quite UBJSON.
 */
export function ubjsonBytes(fields: FieldObject): Uint8Array {
  const writer = new ByteWriter();
  writeField(writer, fields);
  return writer.finish();
}

function writeField(writer: ByteWriter, field: Field): void {
  if (typeof field === "string") {
    writer.mark("S");
    writeText(writer, field);
  } else if (typeof field === "number") writeInteger(writer, field);
  else if (typeof field === "boolean") writer.mark(field ? "T" : "F");
  else if (isPacked(field)) writePacked(writer, field);
  else if (field instanceof LooseNumbers) writeLoose(writer, field.values);
  else if (isFieldList(field)) {
    writer.text("[#");
    writeLength(writer, field.length);
    for (const entry of field) writeField(writer, entry);
  } else writeObject(writer, field);
}

function writeObject(writer: ByteWriter, object: FieldObject): void {
  writer.mark("{");
  for (const [name, field] of sortedMembers(object)) {
    writeText(writer, name);
    writeField(writer, field);
  }
  writer.mark("}");
}

function writeText(writer: ByteWriter, text: string): void {
  writeLength(writer, Buffer.byteLength(text, "utf8"));
  writer.text(text);
}

function writeLength(writer: ByteWriter, length: number): void {
  writer.mark("L");
  const at = writer.reserve(8);
  writer.bytes.writeBigInt64BE(BigInt(length), at);
  writer.advance(8);
}

/** The smallest of the integer types that holds it; XGBoost leaves the last values of each type to the next. */
function writeInteger(writer: ByteWriter, value: number): void {
  const size = Math.abs(value);
  const at = writer.reserve(9);
  const { bytes } = writer;
  if (size < 127) {
    bytes[at] = 0x69;
    writer.advance(bytes.writeInt8(value, at + 1) - at);
  } else if (size < 32_767) {
    bytes[at] = 0x49;
    writer.advance(bytes.writeInt16BE(value, at + 1) - at);
  } else if (size < 2_147_483_647) {
    bytes[at] = 0x6c;
    writer.advance(bytes.writeInt32BE(value, at + 1) - at);
  } else {
    bytes[at] = 0x4c;
    writer.advance(bytes.writeBigInt64BE(BigInt(value), at + 1) - at);
  }
}

/** Each entry with its own type mark. */
function writeLoose(writer: ByteWriter, values: Float32Array | Int32Array): void {
  writer.text("[#");
  writeLength(writer, values.length);
  for (const value of values) {
    if (values instanceof Int32Array) {
      writeInteger(writer, value);
      continue;
    }
    const at = writer.reserve(5);
    const { bytes } = writer;
    bytes[at] = 0x64;
    writer.advance(bytes.writeFloatBE(value, at + 1) - at);
  }
}

/** One type mark, then the entries one after the other. */
function writePacked(writer: ByteWriter, values: PackedField): void {
  writer.text(`[$${packedMark(values)}#`);
  writeLength(writer, values.length);
  const at = writer.reserve(values.byteLength);
  const { bytes } = writer;
  const packed = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  packed.copy(bytes, at);
  swapped(bytes.subarray(at, at + values.byteLength), values.BYTES_PER_ELEMENT);
  writer.advance(values.byteLength);
}

/** To big-endian, in place; the machines that this runs on are little-endian. */
function swapped(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}

/** Unsigned integers of more than 8 bits go under the mark of signed ones, bit for bit, as XGBoost writes them. */
function packedMark(values: PackedField): string {
  if (values instanceof Float32Array) return "d";
  if (values instanceof Uint8Array) return "U";
  return INTEGER_MARKS[values.BYTES_PER_ELEMENT] ?? "L";
}

const INTEGER_MARKS: Readonly<Record<number, string>> = { 1: "i", 2: "I", 4: "l", 8: "L" };
