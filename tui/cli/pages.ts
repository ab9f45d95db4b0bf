// Lists that come in pages, read to their end.

interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly next: string | null;
}

/** Where the next page begins, as the operations take it. */
export interface PageInput {
  readonly after?: string;
  readonly limit: number;
}

/** The most that one page may hold. */
const PAGE = 1000;

/** Asks for page after page. `total` is that of the items returned: while the daemon works, its own may belong to another moment. */
export async function readAllPages<T>(
  page: (input: PageInput) => Promise<Page<T>>,
): Promise<{ readonly items: readonly T[]; readonly total: number }> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const { items: more, next } = await page({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    items.push(...more);
    after = next ?? undefined;
  } while (after !== undefined);
  return { items, total: items.length };
}
