// A text from a client → a frame, in a time that the text's length bounds.

import { clientFrame, type ClientFrame } from "../../../shared/contract/frames.ts";
import { mayHoldLongInteger, parseExact } from "../../../shared/lib/exact-json.ts";

/** Texts with long integers are read the slow way (about 20 ms for this many characters of many small values); those of honest clients are short. */
const SLOW_CHARS = 16 * 1024;
/** No input of an operation is nested deeper than a few levels; whoever walks one may recurse. */
const DEPTH = 32;

/** A client's frame. Undefined for anything else. */
export function parseFrame(text: string): ClientFrame | undefined {
  if (depthOf(text) > DEPTH || (text.length > SLOW_CHARS && mayHoldLongInteger(text))) return undefined;
  try {
    return clientFrame.safeParse(parseExact(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in this bit only. */
const BRACE_BIT = 0x20;
const OPEN = 0x5b | BRACE_BIT;
const CLOSE = 0x5d | BRACE_BIT;

/** How deep lists and objects of a JSON text are nested. */
function depthOf(text: string): number {
  let isString = false;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isString = !isString;
    else if (isString) at += code === BACKSLASH ? 1 : 0;
    else if ((code | BRACE_BIT) === OPEN) deepest = Math.max(deepest, ++depth);
    else if ((code | BRACE_BIT) === CLOSE) depth -= 1;
  }
  return deepest;
}
