// The condition of each source as it is shown: what the observer says of its directory, else why nothing new is captured.

import type { CaptureGate } from "./capture-gate.ts";
import type { Catalog } from "./catalog.ts";
import type { Committer } from "./commit.ts";
import type { DiskSink, Log, SourceCondition } from "./ports.ts";
import { noteCondition } from "./sources.ts";

/** What `createConditions` works with. */
export interface ConditionDependencies {
  readonly catalog: Catalog;
  readonly committer: Committer;
  readonly gate: CaptureGate;
  readonly log: Log;
}

/** Takes in what the observer says of a source; follows the gate by itself. */
export function createConditions({ catalog, committer, gate, log }: ConditionDependencies): DiskSink["condition"] {
  const observed = new Map<number, SourceCondition>();

  function note(sourceId: number): void {
    const seen = observed.get(sourceId) ?? { degraded: "", warnings: [], rootDevice: null };
    const shown = seen.degraded === "" ? { ...seen, degraded: gate.stopped } : seen;
    noteCondition({ catalog, committer }, sourceId, shown).catch((error: unknown) =>
      log.error({ err: error, sourceId }, "noting a source's condition failed"),
    );
  }

  gate.onChange(() => {
    for (const source of catalog.registered()) note(source.record.id);
  });
  return (sourceId, condition) => {
    observed.set(sourceId, condition);
    note(sourceId);
  };
}
