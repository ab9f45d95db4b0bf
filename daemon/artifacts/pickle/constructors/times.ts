// Dates, times and time zones of Python's standard library and of the time zone libraries.

import { isInt, isNode, type DateValue, type PickleValue, type TimeValue } from "../values.ts";
import { isName, keep, zone as zoneShape } from "./argument-shapes.ts";
import { rawBytes, smallInt } from "./arguments.ts";
import { KEPT, rows, type ConstructorRows, type Rebuild } from "./constructor.ts";

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

/** The payload of a call `(bytes[, zone])`. Only short texts are looked at as bytes. */
function payload(args: readonly PickleValue[], length: number): Uint8Array | undefined {
  const [raw, zone = null] = args;
  if (args.length < 1 || args.length > 2 || !zoneShape(zone) || (typeof raw === "string" && raw.length !== length)) return undefined;
  const bytes = rawBytes(raw);
  return bytes?.length === length ? bytes : undefined;
}

const time: Rebuild = (args) => {
  const bytes = payload(args, 6);
  const hour = bytes?.[0] ?? 0;
  return bytes && timeFrom(bytes, hour & 0x7f, hour >= 0x80 ? 1 : 0, args[1] ?? null);
};

const datetime: Rebuild = (args) => {
  const bytes = payload(args, 10);
  if (bytes === undefined) return undefined;
  const month = bytes[2] ?? 0;
  const day = dateFrom(bytes, month & 0x7f);
  const clock = timeFrom(bytes.subarray(4), bytes[4] ?? 0, month >= 0x80 ? 1 : 0, args[1] ?? null);
  return day && clock && { kind: "datetime", date: day, time: clock };
};

const timedelta: Rebuild = (args) => {
  const days = smallInt(args[0], -999_999_999, 999_999_999);
  const seconds = smallInt(args[1], 0, 86_399);
  const micros = smallInt(args[2], 0, 999_999);
  if (args.length !== 3 || days === undefined || seconds === undefined || micros === undefined) return undefined;
  return { kind: "timedelta", days, seconds, micros };
};

function fixedZone(offsetSeconds: number, key: string | undefined): PickleValue | undefined {
  return Math.abs(offsetSeconds) < 86_400 ? { kind: "zone", offsetSeconds, key } : undefined;
}

const timezone: Rebuild = (args) => {
  const [offset, name] = args;
  if (args.length > 2 || !isNode(offset) || offset.kind !== "timedelta" || (name !== undefined && typeof name !== "string"))
    return undefined;
  return fixedZone(offset.days * 86_400 + offset.seconds + offset.micros / 1e6, name);
};

const utc: Rebuild = (args) => (args.length === 0 ? { kind: "zone", offsetSeconds: 0, key: "UTC" } : undefined);

/** `tzutc()`; protocols 0 and 1 add the base class and an instance of it. */
const dateutilUtc: Rebuild = (args, origin, charge) =>
  isName(args[0], "datetime", "tzinfo") ? utc([], origin, charge) : utc(args, origin, charge);

/** `pytz._p(name)` or, with one of the zone's own offsets, `_p(name, offset, daylight saving, abbreviation)`. */
const pytzZone: Rebuild = (args) => {
  const [name, offset, saving, abbreviation] = args;
  const isFull = args.length === 4 && isInt(offset) && isInt(saving) && typeof abbreviation === "string";
  return typeof name === "string" && (args.length === 1 || isFull) ? { kind: "zone", offsetSeconds: undefined, key: name } : undefined;
};

/** `pytz.FixedOffset(minutes)`. */
const pytzFixed: Rebuild = (args) => {
  const minutes = smallInt(args[0], -1439, 1439);
  return args.length === 1 && minutes !== undefined ? fixedZone(minutes * 60, undefined) : undefined;
};

/** `getattr(ZoneInfo, "_unpickle")`, and nothing else: what zoneinfo itself writes. */
const zoneInfoMethod: Rebuild = (args) =>
  args.length === 2 && isName(args[0], "zoneinfo", "ZoneInfo") && args[1] === "_unpickle" ? KEPT : undefined;

/** `ZoneInfo._unpickle(key, from cache)`. */
function zoneInfo(args: readonly PickleValue[]): PickleValue | undefined {
  const [key, cached] = args;
  if (args.length !== 2 || typeof key !== "string" || (cached !== 0 && cached !== 1 && typeof cached !== "boolean")) return undefined;
  return { kind: "zone", offsetSeconds: undefined, key };
}

export const TIME_ROWS: ConstructorRows = [
  ["datetime", "date", { call: date }],
  ["datetime", "time", { call: time }],
  ["datetime", "datetime", { call: datetime }],
  ["datetime", "timedelta", { call: timedelta }],
  ["datetime", "timezone", { call: timezone }],
  ["pytz", "_UTC", { call: utc }],
  ["pytz", "_p", { call: pytzZone }],
  ["pytz", "FixedOffset", { call: pytzFixed }],
  ["datetime", "tzinfo", { call: keep([]) }],
  ["dateutil.tz.tz", "tzutc", { call: utc, create: dateutilUtc }],
  ...rows(["builtins", "__builtin__"], ["getattr"], { call: zoneInfoMethod, callAgain: (_record, args) => zoneInfo(args) }),
];
