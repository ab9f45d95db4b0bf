// Words of a bash command line that is being typed, and words as bash wants them for completion.

/** A line cut into words. */
export interface BashLine {
  /** Without their quotes; the last is the one at the cursor, maybe empty. */
  readonly words: readonly string[];
  /** The last word as it was typed. */
  readonly last: string;
}

/** Cuts a line up to the cursor into words by the shell's rules of quoting; expansions stay as they are typed. */
export function splitBashLine(line: string): BashLine {
  const words: string[] = [];
  let word = "";
  let start = 0;
  let quote = "";
  let isWord = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (quote !== "") {
      if (character === quote) quote = "";
      else if (character === "\\" && quote === '"' && /["\\$`]/.test(line[at + 1] ?? "")) word += line[++at] ?? "";
      else word += character;
    } else if (/\s/.test(character)) {
      if (isWord) words.push(word);
      word = "";
      isWord = false;
      start = at + 1;
      continue;
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "\\") word += line[++at] ?? "";
    else word += character;
    isWord = true;
  }
  return { words: [...words, word], last: line.slice(start) };
}

/**
 * A candidate as it must stand in COMPREPLY: quoted unless the person has opened a quote, and without the part before the last break character
 * (`:`, `=`, …), since bash replaces only what is after it.
 */
export function bashWord(candidate: string, typed: string, breaks: string): string {
  const isQuoted = typed.startsWith("'") || typed.startsWith('"');
  if (isQuoted) return candidate;
  const cut = [...typed].findLastIndex((character) => breaks.includes(character) && !/["'\s]/.test(character)) + 1;
  const rest = candidate.slice(splitBashLine([...typed].slice(0, cut).join("")).words.at(-1)?.length ?? 0);
  return rest.replace(/[^\p{L}\p{N}_./:=@%+,-]/gu, "\\$&");
}
