// Time as a thing that is handed in: wall time for records, monotonic time for waiting.

/** Where time comes from; tests inject their own. */
export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  nowMicros(): bigint;
  /** Milliseconds that never go backwards; only differences mean something. */
  monotonicMs(): number;
}

/** `2026-01-05T09:30:00.123456Z`, the one textual form of a time in this project (RFC 3339, UTC, microseconds). */
export function formatMicros(micros: bigint): string {
  const near = Number(micros);
  // Lists show thousands of times, and numbers are several times as quick as bigints.
  if (Number.isSafeInteger(near)) {
    const ms = Math.floor(near / 1000);
    return `${new Date(ms).toISOString().slice(0, -1)}${String(near - ms * 1000).padStart(3, "0")}Z`;
  }
  const wholeMs = micros >= 0n ? micros / 1000n : (micros - 999n) / 1000n;
  const rest = micros - wholeMs * 1000n;
  const text = new Date(Number(wholeMs)).toISOString();
  return `${text.slice(0, -1)}${String(rest).padStart(3, "0")}Z`;
}

/** `2026-01-05T09:30:00+00:00`: whole seconds, as the old wire prints times. */
export function formatWholeSeconds(micros: bigint): string {
  return `${formatMicros(micros).slice(0, 19)}+00:00`;
}
