// Elements of numpy arrays and scalars from their raw bytes.

import { Buffer } from "node:buffer";
import { makeFloat, makeInt, type DtypeValue, type NdarrayValue, type NumpyScalarValue, type PickleValue } from "./values.ts";

/** Structured dtypes may hold one another; deeper than this nobody nests them. */
const MAX_DEPTH = 8;

/** The element that begins at `at`. Text and byte strings lose their trailing NULs, as in numpy. */
export function elementAt(dtype: DtypeValue, bytes: Uint8Array, at: number, depth = 0): PickleValue {
  if (dtype.subarray !== undefined) return subarrayAt(dtype.subarray, bytes, at, depth);
  if (dtype.fields !== undefined) {
    if (depth >= MAX_DEPTH) return { kind: "bytes", bytes: bytes.subarray(at, at + dtype.itemSize) };
    return { kind: "tuple", items: dtype.fields.map((field) => elementAt(field.dtype, bytes, at + field.offset, depth + 1)) };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = dtype.order !== ">";
  switch (dtype.letter) {
    case "b":
      return view.getUint8(at) !== 0;
    case "i":
    case "u":
      return integerAt(view, at, dtype.itemSize, dtype.letter === "i", little);
    case "f":
      return dtype.itemSize > 8 ? longDoubleAt(bytes, at, dtype.itemSize) : makeFloat(floatAt(view, at, dtype.itemSize, little));
    case "c": {
      const half = dtype.itemSize / 2;
      if (half > 8) return { kind: "bytes", bytes: bytes.subarray(at, at + dtype.itemSize) };
      return { kind: "complex", re: floatAt(view, at, half, little), im: floatAt(view, at + half, half, little) };
    }
    case "U":
      return utf32At(view, at, dtype.itemSize, little);
    case "S": {
      let end = at + dtype.itemSize;
      while (end > at && bytes[end - 1] === 0) end--;
      return { kind: "bytes", bytes: bytes.subarray(at, end) };
    }
    case "M":
    case "m":
      return { kind: "npscalar", dtype, bytes: bytes.subarray(at, at + dtype.itemSize) };
    default:
      return { kind: "bytes", bytes: bytes.subarray(at, at + dtype.itemSize) };
  }
}

function integerAt(view: DataView, at: number, size: number, signed: boolean, little: boolean): PickleValue {
  switch (size) {
    case 1:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return signed ? view.getInt16(at, little) : view.getUint16(at, little);
    case 4:
      return signed ? view.getInt32(at, little) : view.getUint32(at, little);
    default:
      return makeInt(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
  }
}

function floatAt(view: DataView, at: number, size: number, little: boolean): number {
  if (size === 8) return view.getFloat64(at, little);
  if (size === 4) return view.getFloat32(at, little);
  const half = view.getUint16(at, little);
  const sign = half >= 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** x86 long double has no exact JavaScript form: its bytes are kept. */
function longDoubleAt(bytes: Uint8Array, at: number, size: number): PickleValue {
  return { kind: "bytes", bytes: bytes.subarray(at, at + size) };
}

function utf32At(view: DataView, at: number, size: number, little: boolean): string {
  let text = "";
  let kept = 0;
  for (let i = 0; i + 4 <= size; i += 4) {
    const code = view.getUint32(at + i, little);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    if (code !== 0) kept = text.length;
  }
  return text.slice(0, kept);
}

/** Lists within lists, one level for each axis. */
function subarrayAt(part: NonNullable<DtypeValue["subarray"]>, bytes: Uint8Array, at: number, depth: number): PickleValue {
  const size = part.base.itemSize;
  const count = part.shape.reduce((product, length) => product * length, 1);
  if (depth >= MAX_DEPTH) return { kind: "bytes", bytes: bytes.subarray(at, at + count * size) };
  let level: PickleValue[] = Array.from({ length: count }, (_, i) => elementAt(part.base, bytes, at + i * size, depth + 1));
  for (let axis = part.shape.length - 1; axis > 0; axis--) level = grouped(level, part.shape[axis] ?? 1);
  return { kind: "list", items: level };
}

/** Lists of `size` values each. */
function grouped(values: readonly PickleValue[], size: number): PickleValue[] {
  const lists: PickleValue[] = [];
  for (let at = 0; size > 0 && at < values.length; at += size) lists.push({ kind: "list", items: values.slice(at, at + size) });
  return lists;
}

/** Number of elements of an array that has been completed; 0 before. */
export function arrayLength(array: NdarrayValue): number {
  return array.shape.reduce((product, length) => product * length, 1);
}

/** True when an element is, or holds, something that has no fixed size: arrays then hold a list, and joblib stores a pickle for them. */
export function holdsObjects(dtype: DtypeValue): boolean {
  const waiting: DtypeValue[] = [dtype];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.letter === "O" || next.letter === "T") return true;
    if (next.subarray !== undefined) waiting.push(next.subarray.base);
    for (const field of next.fields ?? []) waiting.push(field.dtype);
  }
  return false;
}

/** The element at a place in C order. */
export function arrayElement(array: NdarrayValue, place: number): PickleValue {
  if (!(array.data instanceof Uint8Array)) return array.data[place] ?? null;
  const stored = array.fortran && array.shape.length > 1 ? fortranPlace(array.shape, place) : place;
  if (array.dtype === undefined) return null;
  const at = stored * array.dtype.itemSize;
  if (at < 0 || at + array.dtype.itemSize > array.data.length) return null;
  return elementAt(array.dtype, array.data, at);
}

function fortranPlace(shape: readonly number[], place: number): number {
  let rest = place;
  let stored = 0;
  let total = 1;
  for (const length of shape) total *= length;
  let stride = total;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    stride /= length;
    stored += (rest % length) * stride;
    rest = Math.floor(rest / length);
  }
  return stored;
}

/** The value of a numpy scalar; times stay scalars. */
export function scalarElement(scalar: NumpyScalarValue): PickleValue {
  return elementAt(scalar.dtype, scalar.bytes, 0);
}

/** Count of units of a datetime64 or timedelta64; undefined for NaT and for other scalars. */
export function timeCount(scalar: NumpyScalarValue): bigint | undefined {
  if ((scalar.dtype.letter !== "M" && scalar.dtype.letter !== "m") || scalar.bytes.length !== 8) return undefined;
  const bytes = Buffer.from(scalar.bytes.buffer, scalar.bytes.byteOffset, 8);
  const count = scalar.dtype.order === ">" ? bytes.readBigInt64BE() : bytes.readBigInt64LE();
  return count === -(2n ** 63n) ? undefined : count;
}

const NAMES: Readonly<Record<string, string>> = { i: "int", u: "uint", f: "float", c: "complex" };

/** numpy's name of a dtype: `float64`, `datetime64[ns]`, `object`, `<U5` … */
export function dtypeName(dtype: DtypeValue): string {
  if (dtype.letter === "b") return "bool";
  if (dtype.letter === "O") return "object";
  const name = NAMES[dtype.letter];
  if (name !== undefined) return `${name}${8 * dtype.itemSize}`;
  if (dtype.letter === "M") return `datetime64${unitText(dtype)}`;
  if (dtype.letter === "m") return `timedelta64${unitText(dtype)}`;
  return dtypeCode(dtype);
}

/** numpy's short code of a dtype: `<f8`, `|S3`, `<M8[ns]` … */
export function dtypeCode(dtype: DtypeValue): string {
  const size = dtype.letter === "U" ? dtype.itemSize / 4 : dtype.itemSize;
  if (dtype.letter === "O") return "|O";
  if (dtype.letter === "T") return "StringDType()";
  return `${dtype.itemSize === 1 && dtype.letter !== "U" ? "|" : dtype.order}${dtype.letter}${size}${unitText(dtype)}`;
}

/** The unit of a datetime64 or timedelta64: `ns`, `25us`; empty for a generic one. */
export function timeUnitText(dtype: DtypeValue): string {
  if (dtype.unit === undefined || dtype.unit.name === "generic") return "";
  return `${dtype.unit.count === 1 ? "" : dtype.unit.count}${dtype.unit.name}`;
}

function unitText(dtype: DtypeValue): string {
  const unit = timeUnitText(dtype);
  return unit === "" ? "" : `[${unit}]`;
}
