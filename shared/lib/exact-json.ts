// JSON that keeps every digit of an integer: nanosecond timestamps do not fit a double.

/** What JSON can carry here: whole numbers beyond 2^53 are bigint. */
export type ExactJson = null | boolean | number | bigint | string | readonly ExactJson[] | { readonly [key: string]: ExactJson };

/**
 * Prints a value; a bigint becomes a plain JSON integer with all its digits, −0 keeps its sign, NaN and infinities become null.
 * `undefined` members are left out, as `JSON.stringify` does. Throws on cycles.
 */
export function stringifyExact(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, member: unknown) => rawOf(member), indent);
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

/** True when a number of this JSON text has as many digits as the smallest integer that a double may round. Digits within strings are none. */
export function mayHoldLongInteger(text: string): boolean {
  if (!/\d{16}/.test(text)) return false;
  let isString = false;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isString = !isString;
    else if (isString && code === BACKSLASH) at += 1;
    digits = !isString && code >= ZERO && code <= NINE ? digits + 1 : 0;
    if (digits === LONG) return true;
  }
  return false;
}

const [QUOTE, BACKSLASH, ZERO, NINE] = [0x22, 0x5c, 0x30, 0x39];
/** Number.MAX_SAFE_INTEGER is 9007199254740991. */
const LONG = 16;
