// Times as they are written: RFC 3339 and what may be left out, to the microsecond.

import { expect, test } from "vitest";
import { formatMicros } from "../../../shared/lib/clock.ts";
import { parseTime } from "../../../shared/lib/parse-time.ts";

function shown(text: string): string {
  const parsed = parseTime(text);
  return parsed.ok ? formatMicros(parsed.micros) : parsed.reason;
}

test.each([
  ["2026-01-05T09:30:00.123456Z", "2026-01-05T09:30:00.123456Z"],
  ["2026-01-05T09:30:00.1Z", "2026-01-05T09:30:00.100000Z"],
  ["2026-01-05T09:30:59Z", "2026-01-05T09:30:59.000000Z"],
  ["2026-01-05T09:30Z", "2026-01-05T09:30:00.000000Z"],
  ["2026-01-05T09:30", "2026-01-05T09:30:00.000000Z"],
  ["2026-01-05 09:30", "2026-01-05T09:30:00.000000Z"],
  ["2026-01-05t09:30z", "2026-01-05T09:30:00.000000Z"],
  ["2026-01-05", "2026-01-05T00:00:00.000000Z"],
  [" 2026-01-05 ", "2026-01-05T00:00:00.000000Z"],
  ["2026-01-05T00:30+01:00", "2026-01-04T23:30:00.000000Z"],
  ["2026-01-05T09:30:00-05:30", "2026-01-05T15:00:00.000000Z"],
  ["2026-01-05T09:30:00+0530", "2026-01-05T04:00:00.000000Z"],
  ["2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z"],
  ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"],
  ["0099-01-01", "0099-01-01T00:00:00.000000Z"],
])("%s is %s", (text, time) => {
  expect(shown(text)).toBe(time);
});

test("digits below a microsecond are cut off: a move after that time stays after it", () => {
  expect(shown("2026-01-05T09:30:00.1234569Z")).toBe("2026-01-05T09:30:00.123456Z");
});

test.each(["", "now", "5 January", "2026-13-01", "2025-02-29", "2026-01-05T24:00", "2026-01-05T09:60", "2026-01-05T09:30:60Z", "20260105"])(
  "%j is no time, and the message shows one",
  (text) => {
    expect(shown(text)).toBe(
      `${JSON.stringify(text)} is no time; write it as 2026-01-05T09:30Z (UTC without a zone) or as 2026-01-05, which is the start of that day`,
    );
  },
);
