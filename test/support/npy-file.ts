// Reads arrays that numpy saved, as the fixtures hold them: little-endian numbers in C order.

import { readFileSync } from "node:fs";

/** One saved array. */
export interface NpyArray {
  /** As numpy writes it: `<f4`, `<i8`, … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** All elements, the last axis running fastest. */
  readonly values: Float32Array | Float64Array | Int32Array | BigInt64Array;
}

const header = /^\{'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \(([^)]*)\), \}\s*$/;

const readers = new Map<string, (bytes: ArrayBuffer) => NpyArray["values"]>([
  ["<f4", (bytes) => new Float32Array(bytes)],
  ["<f8", (bytes) => new Float64Array(bytes)],
  ["<i4", (bytes) => new Int32Array(bytes)],
  ["<i8", (bytes) => new BigInt64Array(bytes)],
]);

/** Reads an `.npy` file of version 1. Throws, naming the file, for anything else: fixtures are known to be sound. */
export function readNpy(path: string): NpyArray {
  const file = readFileSync(path);
  const start = 10 + file.readUInt16LE(8);
  const found = header.exec(file.toString("latin1", 10, start));
  const [, dtype = "", order, shapeText = ""] = found ?? [];
  const make = readers.get(dtype);
  if (file.toString("latin1", 0, 8) !== "\x93NUMPY\x01\x00" || make === undefined || order !== "False") {
    throw new Error(`${path} is no .npy file of a kind that fixtures have (${dtype}, Fortran order ${order})`);
  }
  const shape = shapeText
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  const values = make(file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length));
  if (values.length !== shape.reduce((product, size) => product * size, 1)) throw new Error(`${path} holds ${values.length} numbers`);
  return { dtype, shape, values };
}
