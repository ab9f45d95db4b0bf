// Makes the answers for what is about to go live while its bytes go to disk, so that watchers and the next GetModel need not wait.

import type { Catalog } from "./catalog.ts";
import type { ChangeDraft } from "./change-draft.ts";
import { toServed } from "./find-model.ts";
import { parseDescription } from "./version-description.ts";
import type { ServedModels } from "./ports.ts";

/** More new versions than this in one change are a scan, and nobody waits for all of them: their answers are made when asked for. */
const FEW = 4;

/** Primes the answers of the draft's new live versions, if they are few. Should the commit fail, nobody asks for them: each names its time of capture. */
export function primePayloads(catalog: Catalog, models: Pick<ServedModels, "prime">, draft: ChangeDraft): void {
  const added = [...draft.newlyLive()];
  if (added.length > FEW) return;
  for (const { line, version, description, bytes } of added) {
    const source = catalog.source(line.record.namespace) ?? null;
    const served = version.ready ? toServed({ ...line, source }, version) : undefined;
    const document = bytes.find((kept) => kept.sha256 === served?.documentSha256);
    if (served !== undefined && document !== undefined) models.prime(served, document.bytes, parseDescription(description));
  }
}
