// Bytes first: the files of new versions go into the object store before the transaction that names them.

import { createTurns } from "./pace.ts";
import type { CaptureGate } from "./capture-gate.ts";
import type { ChangeDraft } from "./change-draft.ts";
import type { KeptBytes } from "./kept-bytes.ts";
import type { CatalogStore, ObjectRecord, ObjectStore } from "./ports.ts";

/** Where bytes are looked for and put. */
export interface FileStores {
  readonly store: Pick<CatalogStore, "objectsOf">;
  readonly objects: ObjectStore;
  readonly gate: Pick<CaptureGate, "assertOpen">;
}

/** Writes the files whose bytes are not kept yet and returns where they are now. A failure shows when the promise is awaited, not before. */
export function stageFiles(stores: FileStores, files: readonly KeptBytes[]): Promise<readonly ObjectRecord[]> {
  const staged = putMissing(stores, files, new Set());
  // The one who awaits it later is told; until then it is no unhandled rejection.
  staged.catch(() => undefined);
  return staged;
}

/**
 * Writes those of the draft's new bytes that are neither kept nor on the draft already, and notes on the draft where they are.
 * AppError `unavailable` when there are any and the disk has no room for them.
 */
export async function storeFiles(stores: FileStores, draft: ChangeDraft): Promise<void> {
  draft.putObjects(await putMissing(stores, draft.newBytes, draft.objectDigests));
}

async function putMissing(
  { store, objects, gate }: FileStores,
  files: readonly KeptBytes[],
  placed: ReadonlySet<string>,
): Promise<readonly ObjectRecord[]> {
  const missing = new Map(files.filter((file) => !placed.has(file.sha256)).map((file) => [file.sha256, file]));
  if (missing.size === 0) return [];
  const turn = createTurns();
  for (const known of await store.objectsOf([...missing.keys()])) missing.delete(known.sha256);
  await turn();
  if (missing.size === 0) return [];
  gate.assertOpen();
  return objects.put([...missing.values()]);
}
