// JSON that keeps every digit of an integer: nanosecond timestamps do not fit a double.

/** What JSON can carry here: whole numbers beyond 2^53 are bigint. */
export type ExactJson = null | boolean | number | bigint | string | readonly ExactJson[] | { readonly [key: string]: ExactJson };

/**
 * Prints a value; a bigint becomes a plain JSON integer with all its digits, −0 keeps its sign, NaN and infinities become null.
 * `undefined` members are left out, as `JSON.stringify` does. Throws on cycles.
 */
export function stringifyExact(value: unknown, indent?: number): string {
  // A replacer is called for every member, which takes several times as long as the printing; hardly any value needs one.
  if (!needsRaw(value, 0)) return JSON.stringify(value, undefined, indent);
  return JSON.stringify(value, (_key, member: unknown) => rawOf(member), indent);
}

/** Deeper values are left to `JSON.stringify`, which also tells of cycles. */
const MOST_DEPTH = 100;

/** True for a value that holds a bigint or −0 somewhere, or is too deep to tell. */
function needsRaw(value: unknown, depth: number): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value === "number") return Object.is(value, -0);
  if (typeof value !== "object" || value === null) return false;
  if (depth === MOST_DEPTH) return true;
  if (Array.isArray(value)) return value.some((member) => needsRaw(member, depth + 1));
  for (const member of Object.values(value)) if (needsRaw(member, depth + 1)) return true;
  return false;
}

function rawOf(member: unknown): unknown {
  if (typeof member === "bigint") return JSON.rawJSON(String(member));
  return Object.is(member, -0) ? JSON.rawJSON("-0.0") : member;
}

/** Reads JSON; an integer that a double would round comes back as bigint. Throws SyntaxError on bad text. */
export function parseExact(text: string): unknown {
  // A reviver makes reading twenty times slower, and hardly any text has an integer that needs one.
  if (!mayHoldLongInteger(text)) return JSON.parse(text) as unknown;
  return JSON.parse(text, (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && context.source !== undefined && /^-?\d+$/.test(context.source)
      ? BigInt(context.source)
      : value,
  );
}

/**
 * True when a number of this JSON text has as many digits before its point as the smallest integer that a double may round. Digits within strings
 * are none.
 */
export function mayHoldLongInteger(text: string): boolean {
  if (!/(?:^|[[:,\s])-?\d{16}/.test(text)) return false;
  let isString = false;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isString = !isString;
    else if (isString && code === BACKSLASH) at += 1;
    if (isString || code < ZERO || code > NINE) digits = code === POINT ? -Infinity : 0;
    else digits += 1;
    if (digits === LONG) return true;
  }
  return false;
}

const [QUOTE, POINT, BACKSLASH, ZERO, NINE] = [0x22, 0x2e, 0x5c, 0x30, 0x39];
/** Number.MAX_SAFE_INTEGER is 9007199254740991. */
const LONG = 16;
