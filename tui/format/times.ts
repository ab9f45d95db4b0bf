// Times as they are shown: UTC, cut from the one textual form that travels.

import { formatMicros } from "../../shared/lib/clock.ts";

/** `2026-01-05 09:30:00Z` of an RFC 3339 time; other texts as they are. */
export function shortTime(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(time);
  return match === null ? time : `${match[1] ?? ""} ${match[2] ?? ""}Z`;
}

/** `2026-01-05 09:30`, UTC, for narrow columns. */
export function minuteTime(time: string): string {
  return shortTime(time).slice(0, 16);
}

/** `09:30:00`, UTC, of microseconds since 1970. */
export function timeOfDay(micros: bigint): string {
  return formatMicros(micros).slice(11, 19);
}

const MICROS_PER_HOUR = 3_600_000_000n;

/** A time of the form that travels, so many hours later (earlier when negative); another text as it is. */
export function shiftTime(time: string, hours: number): string {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(time);
  const seconds = Date.parse(`${match?.[1] ?? ""}Z`);
  if (match === null || Number.isNaN(seconds)) return time;
  const micros = BigInt(seconds) * 1000n + BigInt((match[2] ?? "").padEnd(6, "0"));
  return formatMicros(micros + BigInt(hours) * MICROS_PER_HOUR);
}

/** What a person types for a time, in the form that travels: a time of day belongs to the day of `base`, a day begins at midnight, UTC without a zone. */
export function typedTime(text: string, base: string): string {
  const trimmed = text.trim();
  if (/^\d{1,2}:\d\d(:\d\d)?$/.test(trimmed))
    return `${base.slice(0, 10)}T${trimmed.padStart(trimmed.indexOf(":") === 1 ? trimmed.length + 1 : 0, "0")}Z`;
  if (/^\d{4}-\d\d-\d\d$/.test(trimmed)) return `${trimmed}T00:00Z`;
  return trimmed.replace(/^(\d{4}-\d\d-\d\d) +/, "$1T");
}
