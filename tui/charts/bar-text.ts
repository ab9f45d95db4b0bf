// A bar of half cells, in blocks or in ASCII.

import type { Charset } from "../format/charset.ts";

/** A bar of so many half cells; a negative one grows to the left, so its half cell comes first. */
export function barText(halves: number, isNegative: boolean, charset: Charset): string {
  const full = (charset === "ascii" ? "#" : "█").repeat(Math.floor(halves / 2));
  if (halves % 2 === 0) return full;
  if (charset === "ascii") return isNegative ? `-${full}` : `${full}-`;
  return isNegative ? `▐${full}` : `${full}▌`;
}
