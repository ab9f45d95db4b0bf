// Versions as doors show them, with what is known of them beside their records.

import type { VersionView } from "../../shared/contract/views.ts";
import { isRegistryNamespace } from "../../shared/domain/names.ts";
import type { LineState } from "./catalog.ts";
import { createGateKeeper, type GateSources } from "./gate-inputs.ts";
import { firstKeptNumber } from "./keep-rules.ts";
import type { CatalogStore, VersionRecord } from "./ports.ts";
import { toVersionView } from "./to-views.ts";

/** Where it is looked up. */
export interface VersionViewSources extends GateSources {
  readonly store: CatalogStore;
}

/** Versions of one line as shown. The bytes of the last versions are always kept, so nobody is asked about them. */
export async function versionViews(
  sources: VersionViewSources,
  line: LineState,
  versions: readonly VersionRecord[],
): Promise<VersionView[]> {
  const { store, clock } = sources;
  const ids = versions.map((version) => version.id);
  const old = versions.filter((version) => version.number < firstKeptNumber(line.record));
  const without = await store.versionsWithoutBytes(old.map((version) => version.id));
  const registrations = isRegistryNamespace(line.record.namespace) ? await store.registrationsOf(ids) : undefined;
  const papers = await store.papersOf(line.record.id, ids);
  const staged = versions.filter((version) => version.status === "staged");
  const gates = await createGateKeeper(sources).judgeAll(line, staged);
  const now = clock.nowMicros();
  return versions.map((version) =>
    toVersionView(line, version, {
      bytesKept: !without.has(version.id),
      registration: registrations?.get(version.id),
      paper: papers.get(version.id)?.at(-1),
      gates: gates.get(version.id) ?? [],
      now,
    }),
  );
}
