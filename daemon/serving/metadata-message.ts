// The encoded form of an answer's metadata: message ModelMetadata of the proto file.

import protobuf from "protobufjs/minimal.js";
import type { ModelMetadata } from "../../shared/contract/views.ts";

type WireType = "string" | "uint32" | "int64" | "uint64" | "double";

/** Name, number and type of each field, as in the proto file; fields that an old client knows are 1 to 14. */
const FIELDS: readonly (readonly [keyof ModelMetadata, number, WireType])[] = [
  ["model_name", 1, "string"],
  ["symbol", 2, "string"],
  ["group_key", 3, "string"],
  ["return_name", 4, "string"],
  ["feature_dim", 5, "uint32"],
  ["train_window_start_ts", 6, "int64"],
  ["train_window_end_ts", 7, "int64"],
  ["train_start_date", 8, "string"],
  ["train_end_date", 9, "string"],
  ["train_samples", 10, "uint64"],
  ["train_time_sec", 11, "double"],
  ["model_json_path", 12, "string"],
  ["source_root_path", 13, "string"],
  ["scanned_at", 14, "string"],
  ["version", 15, "string"],
  ["sha256", 16, "string"],
  ["activation", 17, "uint64"],
  ["status", 18, "string"],
  ["rendered_for", 19, "string"],
];

const WIRE_KIND: Readonly<Record<WireType, number>> = { uint32: 0, int64: 0, uint64: 0, double: 1, string: 2 };

type Write = (writer: protobuf.Writer, value: string | number | bigint) => void;

const WRITE: Readonly<Record<WireType, Write>> = {
  string: (writer, value) => writer.string(wireText(String(value))),
  uint32: (writer, value) => writer.uint32(Number(value)),
  int64: (writer, value) => writer.int64(longBits(BigInt(value))),
  uint64: (writer, value) => writer.uint64(longBits(BigInt(value))),
  double: (writer, value) => writer.double(Number(value)),
};

/** Encodes a ModelMetadata message; defaults are left out, 64-bit numbers keep all digits. */
export function encodeMetadata(metadata: ModelMetadata): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [name, number, type] of FIELDS) {
    const value = metadata[name];
    if (value === "" || isZero(value)) continue;
    writer.uint32((number << 3) | WIRE_KIND[type]);
    WRITE[type](writer, value);
  }
  return writer.finish();
}

/** A text that is valid UTF-8 on the wire: pickles can hold lone surrogates, and one of them would make clients refuse the whole answer. */
export function wireText(text: string): string {
  return text.toWellFormed();
}

/** True for a number that proto3 leaves out. Minus zero is not the default. */
export function isZero(value: string | number | bigint): boolean {
  return value === 0n || (value === 0 && !Object.is(value, -0));
}

/** The form in which the protobuf library takes 64 bits without rounding. */
function longBits(value: bigint): protobuf.Long {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false };
}
