// numpy's names whose calls are pure data: arrays, dtypes and scalars, as numpy 1 and 2 write them.

import { holdsObjects } from "../numpy-elements.ts";
import { fillNdarray, shapeOf } from "../numpy-state.ts";
import { isNode, type DtypeValue, type GlobalValue, type NdarrayValue } from "../values.ts";
import { anything, either, flag, global, int, isName, keep, list, none, record, text } from "./argument-shapes.ts";
import { rawBytes } from "./arguments.ts";
import { rows, type ConstructorRows, type Rebuild } from "./constructor.ts";

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

function dtypeOf(origin: GlobalValue, letter: string, itemSize: number, order: DtypeValue["order"], unit: DtypeValue["unit"]): DtypeValue {
  return { kind: "dtype", origin, letter, itemSize, order, unit, fields: undefined, subarray: undefined, leaves: 1, sealed: false };
}

/** `(code, align, copy)`; of record arrays the class numpy.record in place of the code. Only digits that its type can have. */
const dtype: Rebuild = (args, origin) => {
  const [code, ...flags] = args;
  if (args.length > 3 || !flags.every(flag)) return undefined;
  if (isName(code, "numpy", "record") || isName(code, "numpy.rec", "record")) return dtypeOf(origin, "V", 0, "|", undefined);
  const match = typeof code === "string" ? CODE.exec(code) : null;
  if (match === null) return undefined;
  const letter = match[2] === "?" ? "b" : (match[2] ?? "");
  const digits = match[2] === "?" ? 1 : Number(match[3] ?? (letter === "O" ? 8 : 0));
  if (SIZES[letter]?.includes(digits) === false) return undefined;
  const order = match[1] === ">" ? ">" : letter === "b" || letter === "S" || letter === "V" || letter === "O" || digits === 1 ? "|" : "<";
  const unit = match[5] === undefined ? undefined : { name: match[5], count: Number(match[4] || 1) };
  return dtypeOf(origin, letter, letter === "U" ? 4 * digits : digits, order, unit);
};

/** numpy 2's dtype of texts of any length: `(coerce[, what stands for a missing one])`. */
const textDtype: Rebuild = (args, origin) => (args.length <= 2 ? dtypeOf(origin, "T", 16, "|", undefined) : undefined);

function emptyArray(origin: GlobalValue, subclass: GlobalValue | undefined): NdarrayValue {
  return { kind: "ndarray", origin, subclass, dtype: undefined, shape: [0], fortran: false, data: new Uint8Array(0), unread: undefined };
}

/** Array classes that add nothing to the data, under the modules of numpy 1 and 2; the last one is pandas 0.25's. */
const ARRAY_CLASSES: readonly (readonly [module: string, name: string])[] = [
  ["numpy", "ndarray"],
  ["numpy", "matrix"],
  ["numpy", "memmap"],
  ["numpy", "recarray"],
  ["numpy", "chararray"],
  ["numpy.rec", "recarray"],
  ["numpy.char", "chararray"],
  ["pandas.core.indexes.frozen", "FrozenNDArray"],
];

/** `_reconstruct(class, (0,), b"b")`: an empty array that BUILD fills. */
const reconstruct: Rebuild = (args, origin) => {
  const [cls, shape, code] = args;
  if (args.length !== 3 || !isNode(cls) || cls.kind !== "global" || shapeOf(shape) === undefined || rawBytes(code) === undefined)
    return undefined;
  if (!ARRAY_CLASSES.some(([module, name]) => cls.module === module && cls.name === name)) return undefined;
  return emptyArray(origin, cls.name === "ndarray" ? undefined : cls);
};

/** `_frombuffer(buffer, dtype, shape, order)`: protocol 5. A buffer that lies outside the file leaves the call as a record. */
const fromBuffer: Rebuild = (args, origin, charge) => {
  const [raw, type, shapeValue, order] = args;
  const shape = shapeOf(shapeValue);
  if (args.length !== 4 || shape === undefined || !isNode(type) || type.kind !== "dtype" || (order !== "C" && order !== "F"))
    return undefined;
  const value = emptyArray(origin, undefined);
  return fillNdarray(value, { dtype: type, shape, fortran: order === "F", raw }, charge) === undefined ? value : undefined;
};

/** `scalar(dtype, bytes)`. */
const scalar: Rebuild = (args, _origin, charge) => {
  const [type, raw] = args;
  if (args.length !== 2 || !isNode(type) || type.kind !== "dtype" || holdsObjects(type)) return undefined;
  if (typeof raw === "string") charge(raw.length);
  const bytes = rawBytes(raw);
  if (bytes?.length !== type.itemSize) return undefined;
  type.sealed = true;
  return { kind: "npscalar", dtype: type, bytes };
};

/** Random generators: a name or the record of a bit generator, and how to make one. */
const generator = keep([either(text, global, record), either(global, anything)], 2);

export const NUMPY_ROWS: ConstructorRows = [
  ["numpy", "dtype", { call: dtype }],
  ["numpy._core._internal", "_convert_to_stringdtype_kwargs", { call: textDtype }],
  ...rows(["numpy.core.multiarray", "numpy._core.multiarray"], ["_reconstruct"], { call: reconstruct }),
  ...rows(["numpy.core.multiarray", "numpy._core.multiarray"], ["scalar"], { call: scalar }),
  ...rows(["numpy.core.numeric", "numpy._core.numeric"], ["_frombuffer"], { call: fromBuffer }),
  ...rows(["numpy.ma.core"], ["_mareconstruct"], { call: keep([global, global, list, anything]) }),
  ...rows(["numpy.random"], ["__RandomState_ctor"], { call: keep([]) }),
  ...rows(["numpy.random._pickle"], ["__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"], { call: generator }),
  ...rows(["numpy.random.bit_generator"], ["__pyx_unpickle_SeedSequence"], { call: keep([global, int, either(none, list)]) }),
];
