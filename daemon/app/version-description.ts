// The stored description of a version: everything that its files say.

import type { GroupDescription } from "../../shared/domain/description.ts";
import { parseExact } from "../../shared/lib/exact-json.ts";
import type { CatalogStore } from "./ports.ts";

/** The stored description of a version. Throws when the store has none, which would be a bug. */
export async function loadDescription(store: Pick<CatalogStore, "descriptionOf">, versionId: number): Promise<GroupDescription> {
  const text = await store.descriptionOf(versionId);
  if (text === undefined) throw new Error(`version ${versionId} has no description`);
  return parseDescription(text);
}

/** A description from its text, which our own reader wrote: its shape is trusted. */
export function parseDescription(text: string): GroupDescription {
  return parseExact(text) as GroupDescription;
}
