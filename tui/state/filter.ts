// The filter language of lists: words that must all occur, `!word` that must not; case does not count.

/** A parsed filter. */
export interface Filter {
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
}

/** Reads a filter. Any text is one: a lone `!` is not finished yet and filters nothing. */
export function parseFilter(text: string): Filter {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return {
    wanted: words.filter((word) => !word.startsWith("!")),
    unwanted: words.filter((word) => word.startsWith("!") && word.length > 1).map((word) => word.slice(1)),
  };
}

/** True when a lower-case text holds all wanted words and none of the unwanted. */
export function matchesFilter(filter: Filter, lowerText: string): boolean {
  return filter.wanted.every((word) => lowerText.includes(word)) && !filter.unwanted.some((word) => lowerText.includes(word));
}
