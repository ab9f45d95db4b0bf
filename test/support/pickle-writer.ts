// Writes small pickles (protocol 2) for tests that need an info file with values of their own.

/** Values that the writer knows; a bigint or whole number becomes an int, other numbers a float. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly PickleValue[]
  | { readonly tuple: readonly PickleValue[] }
  | { readonly dict: Readonly<Record<string, PickleValue>> };

/** The bytes of a protocol 2 pickle of the value. */
export function writePickle(value: PickleValue): Buffer {
  return Buffer.concat([Buffer.from([0x80, 0x02]), ...encode(value), Buffer.from(".")]);
}

function encode(value: PickleValue): Buffer[] {
  if (value === null) return [Buffer.from("N")];
  if (typeof value === "boolean") return [Buffer.from([value ? 0x88 : 0x89])];
  if (typeof value === "bigint") return [encodeLong(value)];
  if (typeof value === "number") return [Number.isSafeInteger(value) ? encodeLong(BigInt(value)) : encodeFloat(value)];
  if (typeof value === "string") return [encodeText(value)];
  if ("tuple" in value) return [Buffer.from("("), ...value.tuple.flatMap(encode), Buffer.from("t")];
  if ("dict" in value)
    return [
      Buffer.from("}("),
      ...Object.entries(value.dict).flatMap(([key, item]) => [encodeText(key), ...encode(item)]),
      Buffer.from("u"),
    ];
  return [Buffer.from("]("), ...value.flatMap(encode), Buffer.from("e")];
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const head = Buffer.alloc(5);
  head.write("X", 0, "latin1");
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function encodeFloat(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.write("G", 0, "latin1");
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** LONG1: length and little-endian two's complement. */
function encodeLong(value: bigint): Buffer {
  const bytes = Buffer.alloc(11);
  bytes[0] = 0x8a;
  bytes[1] = 9;
  bytes.writeBigInt64LE(BigInt.asIntN(64, value), 2);
  bytes[10] = value < 0n ? 0xff : 0;
  return bytes;
}
