// Times as people and programs write them: RFC 3339, with what may be left out.

/** A time, or why the text is none. */
export type ParsedTime = { readonly ok: true; readonly micros: bigint } | { readonly ok: false; readonly reason: string };

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:\s?([Zz])|([+-])(\d{2}):?(\d{2}))?)?$/;

const EXAMPLE = "write it as 2026-01-05T09:30Z (UTC without a zone) or as 2026-01-05, which is the start of that day";

const MS_PER_DAY = 86_400_000;

/**
 * Microseconds since 1970 of a time in RFC 3339. Seconds, their fraction and the zone may be left out: without a zone it is UTC, a date alone is
 * its beginning, 00:00 UTC. Digits below a microsecond are cut off, so that a time never gets later than it was written. A leap second is none.
 */
export function parseTime(text: string): ParsedTime {
  const parts = FORM.exec(text.trim());
  if (parts === null) return refused(text);
  const number = (index: number): number => Number(parts[index] ?? "0");
  const [year, month, day, hour, minute, second] = [number(1), number(2), number(3), number(4), number(5), number(6)];
  const midnight = dayOf(year, month, day);
  const [zoneHour, zoneMinute] = [number(10), number(11)];
  if (midnight === undefined || hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return refused(text);
  const east = (parts[9] === "-" ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  const seconds = BigInt(midnight / 1000 + hour * 3600 + (minute - east) * 60 + second);
  return { ok: true, micros: seconds * 1_000_000n + BigInt((parts[7] ?? "").slice(0, 6).padEnd(6, "0")) };
}

/** Milliseconds of a date's beginning in UTC; undefined for a date that is in no calendar. */
function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDate = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDate ? Math.floor(date.getTime() / MS_PER_DAY) * MS_PER_DAY : undefined;
}

function refused(text: string): ParsedTime {
  return { ok: false, reason: `${JSON.stringify(text)} is no time; ${EXAMPLE}` };
}
