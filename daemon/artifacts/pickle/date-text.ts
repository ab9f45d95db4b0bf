// Texts of dates and times as Python writes them.

import {
  isNode,
  type DateTimeValue,
  type DateValue,
  type NumpyScalarValue,
  type PickleValue,
  type TimedeltaValue,
  type TimestampValue,
  type TimeUnit,
  type TimeValue,
} from "./values.ts";
import { timeCount } from "./numpy-elements.ts";

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** `2024-06-01`. */
export function dateText(date: DateValue): string {
  return `${String(date.year).padStart(4, "0")}-${two(date.month)}-${two(date.day)}`;
}

/** `09:30:00` or `09:30:00.000001`, without the zone. */
export function clockText(time: TimeValue): string {
  const fraction = time.micros === 0 ? "" : `.${String(time.micros).padStart(6, "0")}`;
  return `${two(time.hour)}:${two(time.minute)}:${two(time.second)}${fraction}`;
}

/** `2024-01-01T00:00:00`, without the zone. */
export function wallText(value: DateTimeValue): string {
  return `${dateText(value.date)}T${clockText(value.time)}`;
}

/** `+05:30`, `-00:00:01`; empty when the offset is not known. */
export function offsetText(zone: PickleValue): string {
  if (!isNode(zone) || zone.kind !== "zone" || zone.offsetSeconds === undefined) return "";
  const all = Math.abs(zone.offsetSeconds);
  const seconds = all % 60;
  const tail = seconds === 0 ? "" : `:${two(Math.floor(seconds))}${seconds % 1 === 0 ? "" : (seconds % 1).toFixed(6).slice(1)}`;
  return `${zone.offsetSeconds < 0 ? "-" : "+"}${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}${tail}`;
}

/** `isoformat()` of a datetime. */
export function isoDateTime(value: DateTimeValue): string {
  return wallText(value) + offsetText(value.time.zone);
}

const PER_SECOND: Readonly<Record<TimeUnit, bigint>> = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n };

/** `isoformat()` of a pandas Timestamp: microseconds and nanoseconds appear only when they are not 0. Undefined beyond the years 1 to 9999. */
export function isoTimestamp(value: TimestampValue): string | undefined {
  const offset = isNode(value.zone) && value.zone.kind === "zone" ? Math.round(value.zone.offsetSeconds ?? 0) : 0;
  return isoInstant(value.value + BigInt(offset) * PER_SECOND[value.unit], PER_SECOND[value.unit], offsetText(value.zone));
}

function isoInstant(count: bigint, perSecond: bigint, suffix: string): string | undefined {
  const rest = ((count % perSecond) + perSecond) % perSecond;
  const seconds = (count - rest) / perSecond;
  if (seconds < -62_135_596_800n || seconds > 253_402_300_799n) return undefined;
  const head = new Date(Number(seconds) * 1000)
    .toISOString()
    .replace(/^[+]?0*(\d{4})-/, "$1-")
    .slice(0, 19);
  const nanos = (rest * 1_000_000_000n) / perSecond;
  if (nanos === 0n) return head + suffix;
  const digits = String(nanos).padStart(9, "0");
  return `${head}.${digits.endsWith("000") ? digits.slice(0, 6) : digits}${suffix}`;
}

const NUMPY_SECONDS: Readonly<Record<string, bigint>> = { W: 604_800n, D: 86_400n, h: 3600n, m: 60n, s: 1n };

/** `str()` of a datetime64 in a unit of fixed length; undefined for others and for times that no calendar text covers. */
export function isoDatetime64(scalar: NumpyScalarValue): string | undefined {
  const count = timeCount(scalar);
  const unit = scalar.dtype.unit;
  if (scalar.dtype.letter !== "M" || unit === undefined) return undefined;
  if (count === undefined) return "NaT";
  const units = count * BigInt(unit.count);
  const whole = NUMPY_SECONDS[unit.name];
  if (whole !== undefined) {
    const text = isoInstant(units * whole, 1n, "");
    return unit.name === "D" || unit.name === "W"
      ? text?.slice(0, 10)
      : text?.slice(0, unit.name === "h" ? 13 : unit.name === "m" ? 16 : 19);
  }
  const perSecond = unit.name === "ms" || unit.name === "us" || unit.name === "ns" ? PER_SECOND[unit.name] : undefined;
  return perSecond === undefined ? undefined : fullFraction(units, perSecond);
}

/** numpy prints every digit of the unit. */
function fullFraction(count: bigint, perSecond: bigint): string | undefined {
  const rest = ((count % perSecond) + perSecond) % perSecond;
  const head = isoInstant(count - rest, perSecond, "");
  return head && `${head}.${String(rest).padStart(String(perSecond).length - 1, "0")}`;
}

/** `str()` of a timedelta: `1 day, 0:00:05`. */
export function timedeltaText(value: TimedeltaValue): string {
  const clock = `${Math.floor(value.seconds / 3600)}:${two(Math.floor(value.seconds / 60) % 60)}:${two(value.seconds % 60)}`;
  const fraction = value.micros === 0 ? "" : `.${String(value.micros).padStart(6, "0")}`;
  const days = value.days === 0 ? "" : `${value.days} day${Math.abs(value.days) === 1 ? "" : "s"}, `;
  return days + clock + fraction;
}
