// What BUILD gives to numpy's dtypes and arrays, checked before it is taken over.

import { rawBytes, sequence, smallInt } from "./constructors/arguments.ts";
import type { Charge } from "./constructors/constructor.ts";
import { holdsObjects } from "./numpy-elements.ts";
import { isNode, type DtypeField, type DtypeValue, type NdarrayValue, type PickleValue } from "./values.ts";

/** Elements of an array whose elements have no bytes: nothing else bounds how many there are. */
const MAX_EMPTY = 65_536;

/** Number of elements of a shape; undefined for a negative, unsafe or overlong one. */
export function elementCount(shape: readonly PickleValue[]): number | undefined {
  if (shape.length > 64) return undefined;
  let count = 1;
  for (const length of shape) {
    const size = smallInt(length, 0, Number.MAX_SAFE_INTEGER);
    if (size === undefined) return undefined;
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

/** A shape tuple as numbers. */
export function shapeOf(value: PickleValue | undefined): readonly number[] | undefined {
  if (!isNode(value) || value.kind !== "tuple" || elementCount(value.items) === undefined) return undefined;
  return value.items.filter((length) => typeof length === "number");
}

/** Takes over an array's state `(1, shape, dtype, fortran, bytes or list)`; says what is wrong with it otherwise. */
export function buildNdarray(target: NdarrayValue, state: PickleValue, charge: Charge): string | undefined {
  const parts = sequence(state)?.items ?? [];
  const [version, shapeValue, dtype, fortran, raw] = parts;
  const shape = shapeOf(shapeValue);
  if (parts.length !== 5 || version !== 1 || shape === undefined) return "an array's state is not (1, shape, dtype, order, data)";
  if (isNode(dtype) && dtype.kind === "object") {
    target.unread = state;
    return undefined;
  }
  if (!isNode(dtype) || dtype.kind !== "dtype") return "an array's dtype is no dtype";
  return fillNdarray(target, { dtype, shape, fortran: fortran === true || fortran === 1, raw }, charge);
}

/** What an array is made of. */
export interface ArrayParts {
  readonly dtype: DtypeValue;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  readonly raw: PickleValue | undefined;
}

/** Sets an array's parts when shape, dtype and data agree; says why not otherwise. */
export function fillNdarray(target: NdarrayValue, parts: ArrayParts, charge: Charge): string | undefined {
  const { dtype, shape, raw } = parts;
  const count = elementCount(shape);
  if (count === undefined || (dtype.itemSize === 0 && count > MAX_EMPTY)) return "an array's shape is too large";
  if (holdsObjects(dtype)) {
    const items = isNode(raw) && raw.kind === "list" ? raw.items : undefined;
    if (items === undefined) return "the data of an array of objects is no list";
    if (items.length !== count) return `an array of ${count} objects has ${items.length} items`;
    // The list could still grow.
    charge(8 * count);
    target.data = items.slice();
  } else {
    if (typeof raw === "string") charge(raw.length);
    const bytes = rawBytes(raw);
    if (bytes === undefined) return "an array's data is not bytes";
    if (bytes.length !== count * dtype.itemSize)
      return `an array of ${count} elements of ${dtype.itemSize} bytes has ${bytes.length} bytes of data`;
    target.data = bytes;
  }
  dtype.sealed = true;
  target.dtype = dtype;
  target.shape = shape;
  target.fortran = parts.fortran;
  return undefined;
}

const ORDERS: Readonly<Record<string, DtypeValue["order"]>> = { "<": "<", ">": ">", "|": "|", "=": "<" };

/** Takes over a dtype's state `(3, order, subarray, names, fields, itemsize, align, flags[, unit])`. */
export function buildDtype(target: DtypeValue, state: PickleValue): string | undefined {
  // An array that was measured by it would else get elements that lie outside its bytes.
  if (target.sealed) return "a dtype that is in use is changed";
  target.sealed = true;
  const parts = sequence(state)?.items ?? [];
  const [version, order, subarray, names, fields, itemSize] = parts;
  if (parts.length < 8 || parts.length > 9 || (version !== 3 && version !== 4)) return "a dtype's state has an unknown form";
  const byteOrder = typeof order === "string" ? ORDERS[order] : undefined;
  if (byteOrder === undefined) return "a dtype's byte order is unknown";
  const size = smallInt(itemSize, -1, 2 ** 31);
  if (size === undefined) return "a dtype's item size is no length";
  if (target.letter === "V" || target.letter === "S" || target.letter === "U") {
    if (size >= 0) target.itemSize = size;
  }
  target.order = byteOrder;
  return takeUnit(target, parts[8]) ?? takeSubarray(target, subarray) ?? takeFields(target, names, fields);
}

/** The 9th item of datetime64 and timedelta64: `(None or {}, (unit bytes, count, 1, 1))`. */
function takeUnit(target: DtypeValue, meta: PickleValue | undefined): string | undefined {
  if (target.letter !== "M" && target.letter !== "m") return undefined;
  const [name, count] = sequence(sequence(meta)?.items[1])?.items ?? [];
  const bytes = rawBytes(name);
  const steps = smallInt(count, 1, 2 ** 31);
  if (bytes === undefined || bytes.length > 8 || steps === undefined) return "a time dtype has no unit";
  target.unit = { name: String.fromCharCode(...bytes), count: steps };
  return undefined;
}

function takeSubarray(target: DtypeValue, value: PickleValue | undefined): string | undefined {
  if (value === null) return undefined;
  const [base, shapeValue] = sequence(value)?.items ?? [];
  const shape = typeof shapeValue === "number" ? shapeOf({ kind: "tuple", items: [shapeValue] }) : shapeOf(shapeValue);
  if (!isNode(base) || base.kind !== "dtype" || base === target || shape === undefined) return "a sub-array dtype has an unknown form";
  const count = elementCount(shape) ?? 0;
  if (base.itemSize === 0 || count * base.itemSize !== target.itemSize) return "a sub-array dtype has another size than its elements";
  base.sealed = true;
  target.subarray = { base, shape };
  target.leaves = count * base.leaves;
  return undefined;
}

function takeFields(target: DtypeValue, names: PickleValue | undefined, fields: PickleValue | undefined): string | undefined {
  if (names === null || names === undefined) return undefined;
  const list = sequence(names)?.items;
  if (list === undefined || !isNode(fields) || fields.kind !== "dict") return "a structured dtype has an unknown form";
  const byName = new Map<PickleValue, PickleValue>();
  for (let i = 0; i + 1 < fields.flat.length; i += 2) byName.set(fields.flat[i] ?? null, fields.flat[i + 1] ?? null);
  const taken: DtypeField[] = [];
  let leaves = 0;
  for (const name of list) {
    const [dtype, offset] = sequence(byName.get(name))?.items ?? [];
    const at = smallInt(offset, 0, 2 ** 31);
    if (typeof name !== "string" || !isNode(dtype) || dtype.kind !== "dtype" || dtype === target || at === undefined)
      return "a structured dtype has an unknown field";
    if (at + dtype.itemSize > target.itemSize) return `field ${JSON.stringify(name)} lies beyond its record`;
    dtype.sealed = true;
    taken.push({ name, dtype, offset: at });
    leaves += dtype.leaves;
  }
  // Fields may overlap, but reading one element must not cost much more than its bytes.
  if (leaves > 4 * target.itemSize + 16) return "a structured dtype has more fields than bytes";
  target.fields = taken;
  target.leaves = Math.max(1, leaves);
  return undefined;
}
