// Rows that were fetched again, put in the places of the old ones.

/** Replaces the rows of these keys in their places, drops those that did not come, adds new ones at the end. */
export function mergeRows<Row>(
  rows: readonly Row[],
  keys: readonly string[],
  items: readonly Row[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const asked = new Set(keys);
  const found = new Map(items.map((item) => [keyOf(item), item]));
  const kept = rows.flatMap((row) => {
    const key = keyOf(row);
    if (!asked.has(key)) return [row];
    const item = found.get(key);
    found.delete(key);
    return item === undefined ? [] : [item];
  });
  return [...kept, ...found.values()];
}
