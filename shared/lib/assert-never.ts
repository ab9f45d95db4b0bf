// The end of an exhaustive choice.

/** Does not compile while a case is missing; throws if an impossible value arrives all the same. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
