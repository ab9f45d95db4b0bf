// Typing into a one-line text.

import type { Key } from "../keys/split-keys.ts";

/** Longest text that a field takes. */
const LIMIT = 4096;

/** The text after a key: typed and pasted characters are added (control characters dropped), backspace takes the last one. */
export function editText(text: string, key: Key): string {
  if (key.id === "backspace") return [...text].slice(0, -1).join("");
  if (key.id === "ctrl-u") return "";
  // oxlint-disable-next-line no-control-regex
  const typed = key.text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
  return (text + typed).slice(0, LIMIT);
}
