// Bytes first: the files of new versions go into the object store before the transaction that names them.

import type { ChangeDraft } from "./change-draft.ts";
import type { CatalogStore, ObjectStore } from "./ports.ts";

/** Writes the draft's new files that the store does not hold yet, and notes on the draft where they are. */
export async function storeFiles(
  deps: { readonly store: Pick<CatalogStore, "objectsOf">; readonly objects: ObjectStore },
  draft: ChangeDraft,
): Promise<void> {
  const missing = new Map(draft.newFiles.map((file) => [file.sha256, file]));
  if (missing.size === 0) return;
  for (const known of await deps.store.objectsOf([...missing.keys()])) missing.delete(known.sha256);
  if (missing.size > 0) draft.putObjects(await deps.objects.put([...missing.values()]));
}
