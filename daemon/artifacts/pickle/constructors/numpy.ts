// numpy's names whose calls are pure data: arrays, dtypes and scalars, as numpy 1 and 2 write them.

import { fillNdarray, shapeOf } from "../numpy-state.ts";
import { isNode, type DtypeValue, type GlobalValue, type NdarrayValue } from "../values.ts";
import { rawBytes } from "./arguments.ts";
import type { ConstructorRows, Rebuild } from "./constructor.ts";

/** `f8`, `<i4`, `U12`, `O8`, `M8[ns]` …; the digits are bytes, for U characters. */
const CODE = /^([<>|=])?([biufcSUVOMm?])(\d{1,9})?(?:\[(\d{0,9})([a-zA-Z]{1,8})\])?$/;
const SIZES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8, 12, 16],
  c: [8, 16, 24, 32],
  O: [4, 8],
  M: [8],
  m: [8],
};

const dtype: Rebuild = (args, origin) => {
  const [code, ...flags] = args;
  if (
    args.length < 1 ||
    args.length > 3 ||
    typeof code !== "string" ||
    flags.some((flag) => flag !== true && flag !== false && flag !== 0 && flag !== 1)
  )
    return undefined;
  const match = CODE.exec(code);
  if (match === null) return undefined;
  const letter = match[2] === "?" ? "b" : (match[2] ?? "");
  const digits = match[2] === "?" ? 1 : Number(match[3] ?? (letter === "O" ? 8 : 0));
  if (SIZES[letter]?.includes(digits) === false) return undefined;
  const order = match[1] === ">" ? ">" : letter === "b" || letter === "S" || letter === "V" || letter === "O" || digits === 1 ? "|" : "<";
  const unit = match[5] === undefined ? undefined : { name: match[5], count: Number(match[4] || 1) };
  const value: DtypeValue = {
    kind: "dtype",
    origin,
    letter,
    itemSize: letter === "U" ? 4 * digits : digits,
    order,
    unit,
    fields: undefined,
    subarray: undefined,
  };
  return value;
};

function emptyArray(origin: GlobalValue, subclass: GlobalValue | undefined): NdarrayValue {
  return { kind: "ndarray", origin, subclass, dtype: undefined, shape: [0], fortran: false, data: new Uint8Array(0) };
}

/** `_reconstruct(class, (0,), b"b")`: an empty array that BUILD fills. Only numpy's own array classes count. */
const reconstruct: Rebuild = (args, origin) => {
  const [cls, shape, code] = args;
  if (args.length !== 3 || !isNode(cls) || cls.kind !== "global" || cls.module !== "numpy") return undefined;
  if ((cls.name !== "ndarray" && cls.name !== "matrix") || shapeOf(shape) === undefined || rawBytes(code) === undefined) return undefined;
  return emptyArray(origin, cls.name === "ndarray" ? undefined : cls);
};

/** `_frombuffer(buffer, dtype, shape, order)`: protocol 5. */
const fromBuffer: Rebuild = (args, origin) => {
  const [buffer, type, shapeValue, order] = args;
  const shape = shapeOf(shapeValue);
  if (args.length !== 4 || shape === undefined || !isNode(type) || type.kind !== "dtype" || (order !== "C" && order !== "F"))
    return undefined;
  const value = emptyArray(origin, undefined);
  return fillNdarray(value, type, shape, order === "F", buffer) === undefined ? value : undefined;
};

const scalar: Rebuild = (args) => {
  const [type, raw] = args;
  const bytes = rawBytes(raw);
  if (args.length !== 2 || !isNode(type) || type.kind !== "dtype" || type.letter === "O" || bytes?.length !== type.itemSize)
    return undefined;
  return { kind: "npscalar", dtype: type, bytes };
};

export const NUMPY_ROWS: ConstructorRows = [
  ["numpy", "dtype", { call: dtype }],
  ...["numpy.core", "numpy._core"].flatMap(
    (core) =>
      [
        [`${core}.multiarray`, "_reconstruct", { call: reconstruct }],
        [`${core}.multiarray`, "scalar", { call: scalar }],
        [`${core}.numeric`, "_frombuffer", { call: fromBuffer }],
      ] as const,
  ),
];
