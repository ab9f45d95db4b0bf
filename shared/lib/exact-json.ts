// JSON that keeps every digit of an integer: nanosecond timestamps do not fit a double.

/** What JSON can carry here: whole numbers beyond 2^53 are bigint. */
export type ExactJson = null | boolean | number | bigint | string | readonly ExactJson[] | { readonly [key: string]: ExactJson };

/**
 * Prints a value; a bigint becomes a plain JSON integer with all its digits; NaN and infinities become null.
 * `undefined` members are left out, as `JSON.stringify` does. Throws on cycles.
 */
export function stringifyExact(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? JSON.rawJSON(String(member)) : member), indent);
}

/** Reads JSON; an integer that a double would round comes back as bigint. Throws SyntaxError on bad text. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && context.source !== undefined && /^-?\d+$/.test(context.source)
      ? BigInt(context.source)
      : value,
  );
}
