// How big a JSON text is for a parser, told in one cheap pass: a quarter of a megabyte of tiny lists takes 20 ms and more to parse.

/** What a text may have at most. */
export interface JsonShape {
  /** Lists and objects inside one another. */
  readonly depth: number;
  /** Commas, colons and opening brackets outside of texts: no value comes without one. */
  readonly marks: number;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
/** `[` and `{`, `]` and `}` differ in this bit only. */
const BRACE_BIT = 0x20;
const OPEN = 0x5b | BRACE_BIT;
const CLOSE = 0x5d | BRACE_BIT;

/** True when the text stays within these bounds. It need not be JSON: whatever is within them is refused by a parser in no time. */
export function isWithinShape(text: string, { depth, marks }: JsonShape): boolean {
  let isText = false;
  let deep = 0;
  let seen = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isText = !isText;
    else if (isText) at += code === BACKSLASH ? 1 : 0;
    else if (code === COMMA || code === COLON) seen += 1;
    else if ((code | BRACE_BIT) === OPEN) {
      seen += 1;
      deep += 1;
    } else if ((code | BRACE_BIT) === CLOSE) deep -= 1;
    if (seen > marks || deep > depth) return false;
  }
  return true;
}
