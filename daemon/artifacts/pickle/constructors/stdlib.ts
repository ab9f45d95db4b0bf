// Names of Python's standard library whose calls are pure data: containers, bytes, numbers, paths.

import { floatOf, isInt, isNode, type DictValue, type PickleValue } from "../values.ts";
import { isName, keep } from "./argument-shapes.ts";
import { latin1Bytes, rawBytes, sequence } from "./arguments.ts";
import { KEPT, rows, type Charge, type ConstructorRows, type Rebuild } from "./constructor.ts";

function copiedItems(value: PickleValue | undefined, charge: Charge): PickleValue[] | undefined {
  const items = isNode(value) && (value.kind === "set" || value.kind === "frozenset") ? value.items : sequence(value)?.items;
  if (items === undefined) return undefined;
  charge(8 * items.length);
  return items.slice();
}

function setOf(kind: "set" | "frozenset"): Rebuild {
  return (args, _origin, charge) => {
    if (args.length > 1) return undefined;
    const items = args.length === 0 ? [] : copiedItems(args[0], charge);
    return items && { kind, items };
  };
}

const bytearray: Rebuild = (args, _origin, charge) => {
  if (args.length === 0) return { kind: "bytearray", bytes: new Uint8Array(0) };
  const [source, encoding] = args;
  if (typeof source === "string") {
    if (args.length !== 2 || (encoding !== "latin-1" && encoding !== "latin1")) return undefined;
    charge(source.length);
  } else if (args.length !== 1) return undefined;
  const bytes = rawBytes(source);
  return bytes && { kind: "bytearray", bytes };
};

/** `_codecs.encode(text, "latin1")`: how protocols 0 to 2 write bytes. */
const encode: Rebuild = (args, _origin, charge) => {
  const [text, encoding] = args;
  if (args.length !== 2 || typeof text !== "string" || (encoding !== "latin1" && encoding !== "latin-1")) return undefined;
  charge(text.length);
  const bytes = latin1Bytes(text);
  return bytes && { kind: "bytes", bytes };
};

const emptyBytes: Rebuild = (args) => (args.length === 0 ? { kind: "bytes", bytes: new Uint8Array(0) } : undefined);

const complex: Rebuild = (args) => {
  const [re, im] = args.map((part) => floatOf(part) ?? (typeof part === "number" ? part : undefined));
  return args.length === 2 && re !== undefined && im !== undefined ? { kind: "complex", re, im } : undefined;
};

function rangeOf(kind: "range" | "slice"): Rebuild {
  return (args) => {
    const [start, stop, step] = args;
    if (args.length !== 3 || start === undefined || stop === undefined || step === undefined) return undefined;
    if (kind === "range" && !(isInt(start) && isInt(stop) && isInt(step) && step !== 0)) return undefined;
    return { kind, start, stop, step };
  };
}

/** Keys and values from `[[key, value], …]`. */
function flatPairs(value: PickleValue | undefined, charge: Charge): PickleValue[] | undefined {
  const pairs = sequence(value);
  if (pairs === undefined) return undefined;
  charge(16 * pairs.items.length);
  const flat: PickleValue[] = [];
  for (const pair of pairs.items) {
    const [key, member, ...more] = sequence(pair)?.items ?? [];
    if (key === undefined || member === undefined || more.length > 0) return undefined;
    flat.push(key, member);
  }
  return flat;
}

const orderedDict: Rebuild = (args, _origin, charge) => {
  if (args.length > 1) return undefined;
  const flat = args.length === 0 ? [] : flatPairs(args[0], charge);
  return flat && dictOf("OrderedDict", flat, null);
};

const counter: Rebuild = (args, _origin, charge) => {
  const [counts] = args;
  if (args.length === 0) return dictOf("Counter", [], null);
  if (args.length !== 1 || !isNode(counts) || counts.kind !== "dict") return undefined;
  charge(8 * counts.flat.length);
  return dictOf("Counter", counts.flat.slice(), null);
};

const defaultdict: Rebuild = (args) => {
  const [factory] = args;
  if (args.length === 0) return dictOf("defaultdict", [], null);
  if (args.length !== 1 || factory === undefined) return undefined;
  return factory === null || (isNode(factory) && factory.kind === "global") ? dictOf("defaultdict", [], factory) : undefined;
};

function dictOf(type: DictValue["type"], flat: PickleValue[], factory: PickleValue): DictValue {
  return { kind: "dict", type, flat, factory };
}

const deque: Rebuild = (args, _origin, charge) => {
  const [items, maxlen = null] = args;
  if (args.length > 2 || (maxlen !== null && !isInt(maxlen))) return undefined;
  const copied = args.length === 0 ? [] : copiedItems(items, charge);
  return copied && { kind: "deque", items: copied, maxlen };
};

const DECIMAL =
  /^[+-]?(?:\d{1,10000}(?:\.\d{0,10000})?(?:[eE][+-]?\d{1,20})?|\.\d{1,10000}(?:[eE][+-]?\d{1,20})?|Infinity|s?NaN\d{0,1000})$/;

const decimal: Rebuild = (args) => {
  const [text] = args;
  return args.length === 1 && typeof text === "string" && DECIMAL.test(text) ? { kind: "decimal", text } : undefined;
};

/** `Fraction("1/3")`, from Python 3.12 on `Fraction(1, 3)`. */
const fraction: Rebuild = (args) => {
  const [first, second] = args;
  if (args.length === 1 && typeof first === "string") {
    const match = /^(-?\d{1,10000})(?:\/(\d{1,10000}))?$/.exec(first);
    return match === null ? undefined : fractionOf(BigInt(match[1] ?? 0), BigInt(match[2] ?? 1));
  }
  return args.length === 2 && isInt(first) && isInt(second) ? fractionOf(BigInt(first), BigInt(second)) : undefined;
};

function fractionOf(numerator: bigint, denominator: bigint): PickleValue | undefined {
  return denominator > 0n ? { kind: "fraction", numerator, denominator } : undefined;
}

/** `PosixPath(part, part, …)` up to Python 3.12, `PosixPath(text)` from 3.13. */
function pathWith(separator: string): Rebuild {
  return (args, origin, charge) => {
    const parts: string[] = [];
    for (const part of args) {
      if (typeof part !== "string") return undefined;
      charge(part.length);
      // A root ends in its separator.
      if (parts.length > 0 && !parts.at(-1)?.endsWith(separator)) parts.push(separator);
      parts.push(part);
    }
    return { kind: "path", origin, text: parts.length === 0 ? "." : parts.join("") };
  };
}

/** `functools.partial(new_block)`, as pandas 1.3 makes the blocks of a frame, called again with values and places. */
const NEW_BLOCK = ["pandas.core.internals.blocks", "new_block"] as const;
const partial: Rebuild = (args) => (args.length === 1 && isName(args[0], ...NEW_BLOCK) ? KEPT : undefined);

const PATHS: readonly (readonly [string, Rebuild])[] = [
  ["PosixPath", pathWith("/")],
  ["PurePosixPath", pathWith("/")],
  ["WindowsPath", pathWith("\\")],
  ["PureWindowsPath", pathWith("\\")],
];

const BUILTINS: readonly (readonly [string, Rebuild])[] = [
  ["set", setOf("set")],
  ["frozenset", setOf("frozenset")],
  ["bytearray", bytearray],
  ["bytes", emptyBytes],
  ["complex", complex],
  ["slice", rangeOf("slice")],
  ["range", rangeOf("range")],
  ["xrange", rangeOf("range")],
];

export const STDLIB_ROWS: ConstructorRows = [
  ...BUILTINS.flatMap(([name, call]) => rows(["builtins", "__builtin__"], [name], { call })),
  ...PATHS.flatMap(([name, call]) => rows(["pathlib", "pathlib._local"], [name], { call })),
  ["_codecs", "encode", { call: encode }],
  ["collections", "OrderedDict", { call: orderedDict }],
  ["collections", "Counter", { call: counter }],
  ["collections", "defaultdict", { call: defaultdict }],
  ["collections", "deque", { call: deque }],
  ["decimal", "Decimal", { call: decimal }],
  ["fractions", "Fraction", { call: fraction }],
  ["types", "SimpleNamespace", { call: keep([]) }],
  ["uuid", "UUID", { create: keep([]) }],
  [
    "functools",
    "partial",
    {
      call: partial,
      callAgain: (_record, args) =>
        args.length === 2
          ? {
              kind: "object",
              opcode: "REDUCE",
              module: NEW_BLOCK[0],
              name: NEW_BLOCK[1],
              args,
              kwargs: null,
              known: true,
              state: undefined,
              items: undefined,
              flat: undefined,
            }
          : undefined,
    },
  ],
];
