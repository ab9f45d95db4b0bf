// Reads arrays of numbers that numpy saved (`.npy`), into float32.

import { Buffer } from "node:buffer";
import { rejected, type Rejected } from "../rejected.ts";

/** An array in C order: the last axis runs fastest. */
export interface NpyArray {
  readonly ok: true;
  /** At least one length. */
  readonly shape: readonly number[];
  /** Each number rounded to float32 once. */
  readonly values: Float32Array;
}

const MAGIC = Buffer.from("\x93NUMPY", "latin1");
const MAX_HEADER = 65_536;
const MAX_AXES = 32;

/** True when the bytes begin as an `.npy` file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.length));
}

/** Reads one number; `little` is its byte order. */
type ElementReader = (view: DataView, at: number, little: boolean) => number;

/** Kinds of elements by numpy's code without the byte order, with their size in bytes. */
const ELEMENTS: Readonly<Record<string, { readonly size: number; readonly read: ElementReader }>> = {
  b1: { size: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  i1: { size: 1, read: (view, at) => view.getInt8(at) },
  u1: { size: 1, read: (view, at) => view.getUint8(at) },
  i2: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  u2: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  i4: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  u4: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  i8: { size: 8, read: (view, at, little) => floatOfLong(view.getBigInt64(at, little)) },
  u8: { size: 8, read: (view, at, little) => floatOfLong(view.getBigUint64(at, little)) },
  f4: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

/** Rounds a 64-bit integer once: what a double could not hold counts as one bit that is too low to be halfway. */
function floatOfLong(value: bigint): number {
  const size = value < 0n ? -value : value;
  if (size < 2n ** 53n) return Number(value);
  const head = (size >> 12n) | ((size & 0xfffn) === 0n ? 0n : 1n);
  return Math.fround((value < 0n ? -1 : 1) * Number(head) * 4096);
}

interface Header {
  readonly ok: true;
  readonly dtype: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly end: number;
}

/**
 * Reads a file of format version 1 to 3: floats of 4 or 8 bytes, integers, booleans, either byte order, C or Fortran order. Refused, with the
 * place: anything else, and a length that does not fit the shape. Memory is at most four times the file's. Never throws.
 */
export function readNpy(bytes: Uint8Array): NpyArray | Rejected {
  const header = readHeader(bytes);
  if (!header.ok) return header;
  const element = ELEMENTS[header.dtype.slice(1)];
  if (element === undefined || !/^[<>|=]/.test(header.dtype))
    return rejected(`elements of type "${header.dtype}" are no numbers that can be features; save float32`, MAGIC.length);
  const count = header.shape.reduce((product, length) => product * length, 1);
  const rest = bytes.length - header.end;
  if (count * element.size !== rest)
    return rejected(`${rest} bytes of data are not ${header.shape.join(" × ")} elements of ${element.size} bytes`, header.end);
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.end, rest);
  const values = new Float32Array(count);
  const little = !header.dtype.startsWith(">");
  const places = header.isFortran ? fortranPlaces(header.shape) : undefined;
  for (let place = 0; place < count; place++)
    values[place] = element.read(view, (places === undefined ? place : places(place)) * element.size, little);
  return { ok: true, shape: header.shape, values };
}

function readHeader(bytes: Uint8Array): Header | Rejected {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = buffer[6] === 1 ? 10 : 12;
  if (!isNpy(bytes) || buffer.length < start) return rejected("this is no .npy file: it ends within the first bytes of one");
  const version = buffer[6] ?? 0;
  if (version < 1 || version > 3) return rejected(`.npy format version ${version} is not known; 1 to 3 are`, 6);
  const length = version === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8);
  if (length > MAX_HEADER || start + length > buffer.length)
    return rejected(`the header's length ${length} is beyond the file or 65536`, 8);
  const text = buffer.toString("latin1", start, start + length);
  const dtype = /['"]descr['"]\s*:\s*['"]([^'"]{1,20})['"]/.exec(text)?.[1];
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1];
  const lengths = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (dtype === undefined || order === undefined || lengths === undefined)
    return rejected("the header does not give descr, fortran_order and shape of an array of plain numbers", start);
  const parts = lengths.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const shape = parts.map((part) => (/^\d{1,15}L?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN));
  if (shape.length === 0 || shape.length > MAX_AXES || shape.some(Number.isNaN))
    return rejected(`shape (${lengths.slice(0, 100)}) is none of rows`, start);
  return { ok: true, dtype, isFortran: order === "True", shape, end: start + length };
}

/** From a place in C order to the one in Fortran order, where the first axis runs fastest. */
function fortranPlaces(shape: readonly number[]): (place: number) => number {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  return (place) => {
    let rest = place;
    let stored = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] ?? 1;
      stored += (rest % length) * (strides[axis] ?? 0);
      rest = Math.floor(rest / length);
    }
    return stored;
  };
}
