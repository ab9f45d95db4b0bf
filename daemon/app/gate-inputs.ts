// What the gates of a line look at, gathered, and what they say, as it is shown and kept.

import { judgeGates, type GateInput, type GateVerdict } from "../../shared/domain/gates.ts";
import type { GateVerdictView } from "../../shared/contract/registry-views.ts";
import { isRegistryNamespace } from "../../shared/domain/names.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import type { Catalog, LineState } from "./catalog.ts";
import { effectivePolicy } from "./effective-policy.ts";
import { loadDescription } from "./version-description.ts";
import type { ObjectMender } from "./mend-objects.ts";
import { createTurns } from "./pace.ts";
import type { CatalogStore, PaperRecord, RegistrationRecord, VersionRecord } from "./ports.ts";
import { paperHours } from "./to-views.ts";
import { capturedMetrics } from "./version-metrics.ts";
import { createSeriesReader, type SeriesReader } from "./version-series.ts";

/** Where it is looked up. */
export interface GateSources {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "registrationsOf" | "papersOf" | "descriptionOf">;
  readonly mender: Pick<ObjectMender, "read">;
  readonly clock: Clock;
}

/** Judges versions of gated lines; series are read once for all its answers. */
export interface GateKeeper {
  /** The verdicts on the version as things are now; empty on lines without gates. */
  judge(line: LineState, version: VersionRecord): Promise<GateVerdictView[]>;
  /** The same for several staged versions of one line, by id. */
  judgeAll(line: LineState, versions: readonly VersionRecord[]): Promise<ReadonlyMap<number, GateVerdictView[]>>;
}

/** A gate keeper for as long as one request takes. */
export function createGateKeeper(sources: GateSources): GateKeeper {
  const series = createSeriesReader(sources);

  async function judgeAll(line: LineState, versions: readonly VersionRecord[]): Promise<ReadonlyMap<number, GateVerdictView[]>> {
    if (line.record.policy !== "gated" || versions.length === 0) return new Map();
    const { policy } = effectivePolicy(sources.catalog, line.record);
    const all = line.live === null ? versions : [...versions, line.live];
    const inputs = await gateInputs(sources, series, line, all);
    const incumbent = line.live === null ? null : (inputs.get(line.live.id) ?? null);
    return new Map(versions.map(({ id }) => [id, judgeGates(inputs.get(id) ?? NOTHING, incumbent, policy).map(toView)]));
  }

  return {
    judgeAll,
    judge: async (line, version) => (await judgeAll(line, [version])).get(version.id) ?? [],
  };
}

const NOTHING: GateInput = { metrics: {}, paperHours: null, series: null };

/** The verdicts that speak against a promotion. */
export function failedGates(gates: readonly GateVerdictView[]): readonly GateVerdictView[] {
  return gates.filter((gate) => !gate.passed);
}

async function gateInputs(
  { store, clock }: GateSources,
  series: SeriesReader,
  line: LineState,
  versions: readonly VersionRecord[],
): Promise<ReadonlyMap<number, GateInput>> {
  const ids = [...new Set(versions.map((version) => version.id))];
  const isRegistered = isRegistryNamespace(line.record.namespace);
  const registrations = isRegistered ? await store.registrationsOf(ids) : new Map<number, RegistrationRecord>();
  const papers = await store.papersOf(line.record.id, ids);
  const now = clock.nowMicros();
  const inputs = new Map<number, GateInput>();
  const turn = createTurns();
  for (const version of versions) {
    await turn();
    const { rows } = await series.of(version);
    const registered = registrations.get(version.id)?.metrics;
    inputs.set(version.id, {
      metrics: registered ?? capturedMetrics(await loadDescription(store, version.id), rows),
      paperHours: hoursOf(papers.get(version.id), now),
      series: rows,
    });
  }
  return inputs;
}

/** All stretches together; null when there is none. */
function hoursOf(papers: readonly PaperRecord[] | undefined, now: bigint): number | null {
  if (papers === undefined || papers.length === 0) return null;
  return paperHours(papers, now);
}

function toView({ valueText, ...verdict }: GateVerdict): GateVerdictView {
  return { ...verdict, value_text: valueText };
}
