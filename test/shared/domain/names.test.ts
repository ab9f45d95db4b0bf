// Removing white space as Python does: the short way for plain texts gives the same.

import fc from "fast-check";
import { expect, it } from "vitest";
import { stripText } from "../../../shared/domain/names.ts";

const SPACES = [
  "\t",
  "\n",
  "\v",
  "\f",
  "\r",
  "\u001c",
  "\u001f",
  " ",
  "\u0085",
  "\u00a0",
  "\u1680",
  "\u2000",
  "\u2028",
  "\u202f",
  "\u205f",
  "\u3000",
] as const;
const OTHERS = ["a", "~", "!", "\u007f", "\u00e9", "\ufeff", "\0", "\u200b", "\u{1f600}"] as const;

it("white space goes at both ends and stays inside; the byte order mark and the zero-width space are none", () => {
  const other = fc.string({ unit: fc.constantFrom(...OTHERS), minLength: 1, maxLength: 3 });
  const space = fc.string({ unit: fc.constantFrom(...SPACES), maxLength: 3 });
  fc.assert(
    fc.property(space, other, space, other, space, (before, first, inside, last, behind) => {
      expect(stripText(before + first + inside + last + behind)).toBe(first + inside + last);
    }),
  );
  fc.assert(
    fc.property(space, (text) => {
      expect(stripText(text)).toBe("");
    }),
  );
});
