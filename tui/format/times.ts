// Times as they are shown: UTC, cut from the one textual form that travels.

import { formatMicros } from "../../shared/lib/clock.ts";

/** `2026-01-05 09:30:00Z` of an RFC 3339 time; other texts as they are. */
export function shortTime(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(time);
  return match === null ? time : `${match[1] ?? ""} ${match[2] ?? ""}Z`;
}

/** `09:30:00`, UTC, of microseconds since 1970. */
export function timeOfDay(micros: bigint): string {
  return formatMicros(micros).slice(11, 19);
}
