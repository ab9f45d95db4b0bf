// Names of Python's standard library whose calls are pure data.

import { floatOf, isInt, isNode, type DateValue, type DictValue, type PickleValue, type TimeValue } from "../values.ts";
import { latin1Bytes, rawBytes, sequence, smallInt } from "./arguments.ts";
import type { Charge, ConstructorRows, Rebuild } from "./constructor.ts";

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
  const rows = sequence(value);
  if (rows === undefined) return undefined;
  charge(16 * rows.items.length);
  const flat: PickleValue[] = [];
  for (const row of rows.items) {
    const [key, member, ...more] = sequence(row)?.items ?? [];
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

function dateFrom(bytes: Uint8Array, month: number): DateValue | undefined {
  const [high = 0, low = 0, , day = 0] = bytes;
  const year = (high << 8) | low;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return { kind: "date", year, month, day };
}

const date: Rebuild = (args) => {
  const bytes = rawBytes(args[0]);
  return args.length === 1 && bytes?.length === 4 ? dateFrom(bytes, bytes[2] ?? 0) : undefined;
};

/** Six bytes: hour, minute, second, microseconds (big-endian). */
function timeFrom(bytes: Uint8Array, hour: number, fold: 0 | 1, zone: PickleValue): TimeValue | undefined {
  const [, minute = 0, second = 0, a = 0, b = 0, c = 0] = bytes;
  const micros = (a << 16) | (b << 8) | c;
  if (hour > 23 || minute > 59 || second > 59 || micros > 999_999) return undefined;
  return { kind: "time", hour, minute, second, micros, fold, zone };
}

/** A time zone argument: one that we know, or any recorded object that is not a plain value. */
function isZone(value: PickleValue): boolean {
  return value === null || (isNode(value) && (value.kind === "zone" || value.kind === "object"));
}

const time: Rebuild = (args) => {
  const [raw, zone = null] = args;
  const bytes = rawBytes(raw);
  if (args.length > 2 || bytes?.length !== 6 || !isZone(zone)) return undefined;
  const hour = bytes[0] ?? 0;
  return timeFrom(bytes, hour & 0x7f, hour >= 0x80 ? 1 : 0, zone);
};

const datetime: Rebuild = (args) => {
  const [raw, zone = null] = args;
  const bytes = rawBytes(raw);
  if (args.length > 2 || bytes?.length !== 10 || !isZone(zone)) return undefined;
  const month = bytes[2] ?? 0;
  const day = dateFrom(bytes, month & 0x7f);
  const clock = timeFrom(bytes.subarray(4), bytes[4] ?? 0, month >= 0x80 ? 1 : 0, zone);
  return day && clock && { kind: "datetime", date: day, time: clock };
};

const timedelta: Rebuild = (args) => {
  const days = smallInt(args[0], -999_999_999, 999_999_999);
  const seconds = smallInt(args[1], 0, 86_399);
  const micros = smallInt(args[2], 0, 999_999);
  if (args.length !== 3 || days === undefined || seconds === undefined || micros === undefined) return undefined;
  return { kind: "timedelta", days, seconds, micros };
};

const timezone: Rebuild = (args) => {
  const [offset, name] = args;
  if (args.length > 2 || !isNode(offset) || offset.kind !== "timedelta" || (name !== undefined && typeof name !== "string"))
    return undefined;
  const offsetSeconds = offset.days * 86_400 + offset.seconds + offset.micros / 1e6;
  return Math.abs(offsetSeconds) < 86_400 ? { kind: "zone", offsetSeconds, key: name } : undefined;
};

const utc: Rebuild = (args) => (args.length === 0 ? { kind: "zone", offsetSeconds: 0, key: "UTC" } : undefined);

/** `PosixPath(part, part, …)` up to Python 3.12, `PosixPath(text)` from 3.13. */
function pathWith(separator: string): Rebuild {
  return (args, origin, charge) => {
    let text = "";
    for (const part of args) {
      if (typeof part !== "string") return undefined;
      charge(part.length);
      text += text === "" || text.endsWith(separator) ? part : separator + part;
    }
    return { kind: "path", origin, text: text === "" ? "." : text };
  };
}

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
  ...["builtins", "__builtin__"].flatMap((module) => BUILTINS.map(([name, call]) => [module, name, { call }] as const)),
  ...["pathlib", "pathlib._local"].flatMap((module) => PATHS.map(([name, call]) => [module, name, { call }] as const)),
  ["_codecs", "encode", { call: encode }],
  ["collections", "OrderedDict", { call: orderedDict }],
  ["collections", "Counter", { call: counter }],
  ["collections", "defaultdict", { call: defaultdict }],
  ["collections", "deque", { call: deque }],
  ["datetime", "date", { call: date }],
  ["datetime", "time", { call: time }],
  ["datetime", "datetime", { call: datetime }],
  ["datetime", "timedelta", { call: timedelta }],
  ["datetime", "timezone", { call: timezone }],
  ["pytz", "_UTC", { call: utc }],
];
