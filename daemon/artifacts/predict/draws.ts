// Whole numbers that look random and are the same for the same seed, on every machine.

/** Draws of a seeded sequence (xorshift, 32 bits: plenty for choosing rows). */
export interface Draws {
  /** A whole number from 0 up to, not including, `limit` (at least 1). */
  below(limit: number): number;
  /** One of the items; there is at least one. */
  of<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** Starts a sequence. */
export function createDraws(seed: number): Draws {
  // The state must not be 0, and near seeds shall not begin alike.
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 1;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  return { below, of: (items) => items[below(items.length)] ?? items[0] };
}
