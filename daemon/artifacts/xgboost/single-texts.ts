// Makes the floats of a JSON model exact where reading them as doubles and rounding those could give the neighbour.

import { isHalfway, nearestSingle } from "./single.ts";

/** Members that hold lists of float32 numbers. */
const FLOAT_LISTS: ReadonlySet<string> = new Set([
  "base_weights",
  "split_conditions",
  "loss_changes",
  "sum_hessian",
  "leaf_weights",
  "weights",
  "weight_drop",
  "base_score",
]);

const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x5b, 0x5d];
const NUMBER = /-?\d[\d.eE+-]*/y;

/**
 * The same document with each number of its float lists that lies half way between two float32 values, as a double, replaced by the float32 that
 * its text is nearest to. `text` is valid JSON.
 */
export function withExactSingles(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let name = "";
  let isFloats = false;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    let end = at + 1;
    if (code === QUOTE) {
      end = textEnd(text, at);
      name = nameOf(text.slice(at, end));
    } else if (code === OPEN) isFloats = FLOAT_LISTS.has(name);
    else if (code === CLOSE) isFloats = false;
    else if (isFloats) {
      NUMBER.lastIndex = at;
      const token = NUMBER.exec(text)?.[0] ?? "";
      if (token !== "") end = at + token.length;
      if (token !== "" && isHalfway(Number(token))) {
        parts.push(text.slice(copied, at), singleText(token));
        copied = end;
      }
    }
    at = end;
  }
  return copied === 0 ? text : parts.join("") + text.slice(copied);
}

/** Place behind the closing quote. */
function textEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

function nameOf(quoted: string): string {
  if (quoted.length > 100) return "";
  return quoted.includes("\\") ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

/** Beyond the range of float32 the text stays: it rounds to an infinity. */
function singleText(token: string): string {
  const single = nearestSingle(token);
  if (!Number.isFinite(single)) return token;
  return Object.is(single, -0) ? "-0" : String(single);
}
