// Which characters a terminal can show: braille dots, block elements, or ASCII alone.

export type Charset = "braille" | "block" | "ascii";

export const CHARSETS: readonly Charset[] = ["braille", "block", "ascii"];

/**
 * Chooses by environment: ASCII without a UTF-8 locale and on terminals whose font has no more (the Linux console, vt*, dumb);
 * blocks on terminals known to lack braille; braille elsewhere.
 */
export function chooseCharset(env: Readonly<Record<string, string | undefined>>): Charset {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "") ?? "";
  if (!/utf-?8/i.test(locale)) return "ascii";
  const terminal = env["TERM"] ?? "";
  if (terminal === "" || /^(linux|dumb|vt\d+|ansi|cons25)/.test(terminal)) return "ascii";
  return /^(putty|cygwin)/.test(terminal) ? "block" : "braille";
}

/** The few signs that differ between charsets. */
export interface Glyphs {
  readonly crumb: string;
  readonly arrow: string;
  readonly rule: string;
  readonly bar: string;
  readonly axis: string;
  readonly up: string;
  readonly down: string;
  readonly best: string;
}

const UNICODE: Glyphs = { crumb: "›", arrow: "→", rule: "─", bar: "│", axis: "│", up: "▲", down: "▼", best: "┊" };
const PLAIN: Glyphs = { crumb: ">", arrow: "->", rule: "-", bar: "|", axis: "|", up: "^", down: "v", best: ":" };

/** The signs of a charset. */
export function glyphs(charset: Charset): Glyphs {
  return charset === "ascii" ? PLAIN : UNICODE;
}
