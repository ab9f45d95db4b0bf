// What the scan knows of a value: one integer each. Texts are remembered by their place, names by their number, the rest not at all.

/** A value that is of no interest: a number, a list, a call's result that is called no more. */
export const PLAIN = -1;
/** A memo entry that was never stored. */
export const UNSET = -0x80000000;

/** A name. */
export const NAME = 0;
/** What calling a name gave. */
export const RESULT = 1;
/** A tuple whose first member is a name. */
export const TUPLE_OF = 2;

/** The token of the `index`-th name. Tokens from 0 on are texts: the place of the opcode that pushed them. */
export function nameToken(index: number, role: number): number {
  return -2 - (index * 4 + role);
}

/** The name's number; −1 for other tokens. */
export function nameIndex(token: number): number {
  return token > -2 || token === UNSET ? -1 : (-2 - token) >> 2;
}

/** NAME, RESULT or TUPLE_OF; −1 for other tokens. */
export function nameRole(token: number): number {
  return token > -2 || token === UNSET ? -1 : (-2 - token) & 3;
}

/** The same name in another role; PLAIN when the token is no name. */
export function asRole(token: number, role: number): number {
  const index = nameIndex(token);
  return index < 0 ? PLAIN : nameToken(index, role);
}

/** The token of a tuple that begins with this one. */
export function inTuple(first: number): number {
  return nameRole(first) === NAME ? asRole(first, TUPLE_OF) : PLAIN;
}
