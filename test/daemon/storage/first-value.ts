// Reads rows of statements that have no types.

/** The value of a row's first column. */
export function firstValue(row: unknown): unknown {
  if (typeof row !== "object" || row === null) return undefined;
  const values: readonly unknown[] = Object.values(row);
  return values[0];
}
