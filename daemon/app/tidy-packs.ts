// Gives back the disk space of dropped bytes: packs that nobody needs are removed, packs that are mostly unneeded are written anew.

import type { Committer } from "./commit.ts";
import { damageOf } from "./object-damage.ts";
import type { Pace } from "./pace.ts";
import { diskFaultOf } from "./disk-faults.ts";
import type { CatalogStore, Log, ObjectDamage, ObjectRecord, ObjectStore, ObjectUpkeep } from "./ports.ts";

/** A pack smaller than this is not worth writing anew: it frees less than that. */
const SMALL_BYTES = 64 * 1024;
/** Bytes of one new pack, unless a single object is larger: they are in memory while it is written. */
const PACK_BYTES = 32 * 1024 * 1024;

/** What tidying works with. */
export interface TidyDependencies {
  readonly store: Pick<CatalogStore, "objectsIn">;
  readonly objects: ObjectStore & ObjectUpkeep;
  readonly committer: Committer;
  readonly log: Log;
  /** Tells of an object that was found damaged while its pack was written anew. */
  readonly onDamage: (object: ObjectRecord, damage: ObjectDamage) => Promise<unknown>;
}

/** What became of a pack. `young`: nobody needs it, but it may be about to be needed; it is to be looked at again later. */
export type TidyOutcome = "kept" | "removed" | "rewritten" | "young";

/**
 * Removes the pack when the catalog names nothing in it, writes it anew when less than half of a larger one is needed. In whatever moment the
 * process ends, the catalog names packs that are durable, and what is left over is removed by a later run:
 * new pack durable → one commit moves the places → old pack removed.
 */
export async function tidyPack(deps: TidyDependencies, pack: string, needed: readonly ObjectRecord[], pace: Pace): Promise<TidyOutcome> {
  if (needed.length === 0) return removeUnnamed(deps, pack, "removed");
  const bytes = await deps.objects.packBytes(pack);
  const live = needed.reduce((sum, object) => sum + object.size, 0);
  if (bytes === undefined || bytes < SMALL_BYTES || live * 2 >= bytes) return "kept";
  const moved = await copyAll(deps, needed, pace).catch(onFull);
  if (moved === undefined) return "kept";
  await deps.committer.change(async (draft) => {
    const still = new Set((await deps.store.objectsIn([pack])).map((object) => object.sha256));
    draft.moveObjects(moved.filter((object) => still.has(object.sha256)));
  });
  return removeUnnamed(deps, pack, "rewritten");
}

/** Without room for a copy the pack stays as it is; the removal of others makes room. */
function onFull(error: unknown): undefined {
  if (diskFaultOf(error) !== "full") throw error;
}

/** Removes the pack if the catalog does not name it now. */
async function removeUnnamed({ store, objects }: TidyDependencies, pack: string, done: "removed" | "rewritten"): Promise<TidyOutcome> {
  if ((await store.objectsIn([pack])).length > 0) return "kept";
  return (await objects.removePack(pack)) ? done : "young";
}

/** Copies the objects into new packs; undefined when one of them cannot be read, and then the old pack stays as it is. */
async function copyAll(deps: TidyDependencies, needed: readonly ObjectRecord[], pace: Pace): Promise<readonly ObjectRecord[] | undefined> {
  const moved: ObjectRecord[] = [];
  let waiting: { readonly sha256: string; readonly bytes: Buffer }[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    moved.push(...(await deps.objects.put(waiting)));
    waiting = [];
    waitingBytes = 0;
    await pace.breathe();
  };
  for (const object of needed.toSorted((a, b) => a.offset - b.offset)) {
    if (waitingBytes > 0 && waitingBytes + object.size > PACK_BYTES) await flush();
    try {
      waiting.push({ sha256: object.sha256, bytes: await deps.objects.read(object) });
    } catch (error) {
      const damage = damageOf(error);
      if (damage === undefined) throw error;
      deps.log.warn({ err: error, sha256: object.sha256 }, "a damaged object was found while its pack was to be written anew");
      await deps.onDamage(object, damage);
      return undefined;
    }
    waitingBytes += object.size;
    await pace.breathe();
  }
  await flush();
  return moved;
}
