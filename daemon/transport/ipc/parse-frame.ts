// A text from a client → a frame, in a time that the text's length bounds.

import { clientFrame, type ClientFrame } from "../../../shared/contract/frames.ts";
import { mayHoldLongInteger, parseExact } from "../../../shared/lib/exact-json.ts";
import { isWithinShape, type JsonShape } from "./json-shape.ts";

/** Texts with long integers are read the slow way (about 20 ms for this many characters of many small values); those of honest clients are short. */
const SLOW_CHARS = 16 * 1024;
/** No input of an operation is nested deeper than a few levels (whoever walks one may recurse), and the largest is a list of 10,000 texts. */
const FRAME_SHAPE: JsonShape = { depth: 32, marks: 12_000 };

/** A client's frame. Undefined for anything else. */
export function parseFrame(text: string): ClientFrame | undefined {
  if (!isWithinShape(text, FRAME_SHAPE) || (text.length > SLOW_CHARS && mayHoldLongInteger(text))) return undefined;
  try {
    return clientFrame.safeParse(parseExact(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
