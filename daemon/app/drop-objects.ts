// Forgets stored bytes that no version needs any more. History stays: only the place of the bytes is dropped.

import type { Catalog } from "./catalog.ts";
import type { Committer } from "./commit.ts";
import { mustKeep } from "./keep-rules.ts";
import type { Pace } from "./pace.ts";
import type { CatalogStore, ObjectHolder } from "./ports.ts";

/** Digests in one commit: looking at each once more under the catalog's mutex takes a few milliseconds in all. */
const AT_ONCE = 64;
/** Digests looked at without a break: about a millisecond. */
const TURN = 8;
/** Versions that have a file, asked for at once; mostly the first of them needs it. */
const HOLDERS_AT_ONCE = 64;

/** What dropping works with. */
export interface DropDependencies {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "objectsOf" | "holdersOf">;
  readonly committer: Committer;
}

/** What was dropped: how many objects, of how many bytes, and the packs in which they lie. */
export interface Dropped {
  readonly objects: number;
  readonly bytes: number;
  readonly packs: ReadonlySet<string>;
}

/** True when some version that must be kept has a file of these bytes. */
export async function isNeeded({ catalog, store }: Pick<DropDependencies, "catalog" | "store">, sha256: string): Promise<boolean> {
  let before: number | undefined;
  for (;;) {
    const holders: readonly ObjectHolder[] = await store.holdersOf(sha256, HOLDERS_AT_ONCE, before);
    for (const holder of holders) {
      const line = catalog.lines.get(holder.lineId);
      // A line that memory does not know cannot be judged, so its bytes stay.
      const isTested = catalog.papers.has(holder.versionId);
      if (line === undefined || mustKeep(line.record, { id: holder.versionId, number: holder.number }, isTested)) return true;
    }
    if (holders.length < HOLDERS_AT_ONCE) return false;
    before = holders.at(-1)?.versionId;
    // Thousands of versions may have the same file of factors; others get their turn in between.
    await new Promise(setImmediate);
  }
}

/**
 * Drops those of the digests that nobody needs. Each is looked at twice, the second time while nothing else changes the catalog: a capture may
 * have come to need it in between. The bytes themselves stay in their packs.
 */
export async function dropUnneeded(deps: DropDependencies, digests: Iterable<string>, pace: Pace): Promise<Dropped> {
  const total = { objects: 0, bytes: 0, packs: new Set<string>() };
  const unneeded: string[] = [];
  for (const sha256 of new Set(digests)) {
    if (!(await isNeeded(deps, sha256))) unneeded.push(sha256);
    await pace.breathe();
  }
  for (let start = 0; start < unneeded.length; start += AT_ONCE) {
    const piece = unneeded.slice(start, start + AT_ONCE);
    await deps.committer.change(async (draft) => {
      const gone: string[] = [];
      for (const [index, sha256] of piece.entries()) {
        if (index % TURN === TURN - 1) await new Promise(setImmediate);
        if (!(await isNeeded(deps, sha256))) gone.push(sha256);
      }
      const places = await deps.store.objectsOf(gone);
      draft.dropObjects(places.map((place) => place.sha256));
      for (const { size, pack } of places) {
        total.objects++;
        total.bytes += size;
        total.packs.add(pack);
      }
    });
    await pace.breathe();
  }
  return total;
}
