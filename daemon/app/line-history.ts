// What the history of a line says about going back: which versions ever were live, and which was so most recently.

import type { CatalogStore, ChainedMove, VersionRecord } from "./ports.ts";

type History = Pick<CatalogStore, "movesOf" | "versionById">;

const PAGE = 1000;

/** The moves of a line, newest first, read page by page. */
async function* newestFirst(store: Pick<CatalogStore, "movesOf">, lineId: number): AsyncGenerator<ChainedMove> {
  let before: number | undefined;
  for (;;) {
    const page = await store.movesOf(lineId, PAGE, before);
    yield* page;
    before = page.at(-1)?.sequence;
    if (page.length < PAGE) return;
  }
}

/** True when the version ever was live. */
export async function wasEverLive(store: Pick<CatalogStore, "movesOf">, version: VersionRecord): Promise<boolean> {
  for await (const move of newestFirst(store, version.lineId)) {
    if (move.versionId === version.id && move.to === "production") return true;
    // Nothing happens to a version before it is there.
    if (move.versionId === version.id && move.from === "none") return false;
  }
  return false;
}

/**
 * Where a rollback goes: the archived version that was live most recently before what is live now. One that a rollback left is none, so that
 * going back again walks further back instead of to and fro; neither is one that never was live. Undefined when there is none.
 */
export async function rollbackTarget(store: History, line: { readonly id: number; readonly liveVersionId: number | null }) {
  const left = new Set<number>(line.liveVersionId === null ? [] : [line.liveVersionId]);
  for await (const move of newestFirst(store, line.id)) {
    if (move.from !== "production" || left.has(move.versionId)) continue;
    left.add(move.versionId);
    if (move.to !== "archived") continue;
    const version = await store.versionById(move.versionId);
    if (version?.status === "archived") return version;
  }
  return undefined;
}
