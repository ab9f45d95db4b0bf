// Texts of base_score: exact in every release, also in the two whose parser is not.

import { floatText } from "./float-text.ts";
import type { ScoreSpelling } from "./layouts.ts";

/**
 * The text of a model's base score. One number, but for `listText`, where it is a list in brackets. A score that `roughText` cannot spell (see
 * `isSpelledExactly`) comes out as its shortest text.
 */
export function scoreText(scores: Float32Array, spelling: ScoreSpelling): string {
  const texts = Array.from(scores, (score) => (spelling === "roughText" ? roughText(score) : undefined) ?? floatText(score));
  return spelling === "listText" ? `[${texts.join(",")}]` : (texts[0] ?? "0E0");
}

/** False when a release with that spelling would read the score as another float. */
export function isSpelledExactly(score: number, spelling: ScoreSpelling): boolean {
  return spelling !== "roughText" || roughText(score) !== undefined;
}

/** A text that the parser of 1.0 and 1.1 turns into exactly this float: the shortest, else one with all the digits that it takes in. */
function roughText(score: number): string | undefined {
  if (!Number.isFinite(score)) return undefined;
  const candidates = [floatText(score), String(score), score.toFixed(MOST_DECIMALS), score.toFixed(0)];
  return candidates.find((text) => ROUGH_SYNTAX.test(text) && Object.is(roughFloat(text), score));
}

const ROUGH_SYNTAX = /^-?\d{1,19}(?:\.\d{1,19})?(?:E-?\d{1,2})?$/;
/** Decimals beyond these are passed over. */
const MOST_DECIMALS = 19;

/** Larger powers of ten are refused. */
const MOST_POWER = 38;

/** How dmlc-core's ParseFloat reads a text: whole part and fraction are rounded by themselves, and scaling goes in steps of float32. */
function roughFloat(text: string): number {
  const [, sign = "", whole = "0", fraction = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:E(-?\d+))?$/.exec(text) ?? [];
  let value = Math.fround(Number(BigInt(whole)));
  if (fraction !== "") value = Math.fround(value + Math.fround(Number(BigInt(fraction)) / 10 ** fraction.length));
  if (Math.abs(Number(power)) > MOST_POWER) return Number.NaN;
  let scale = 1;
  let left = Math.abs(Number(power));
  for (; left >= 8; left -= 8) scale = Math.fround(scale * 1e8);
  for (; left > 0; left--) scale = Math.fround(scale * 10);
  value = Math.fround(power.startsWith("-") ? value / scale : value * scale);
  return sign === "-" ? -value : value;
}
