// What the fake daemon knows beside sources: lines of all namespaces, gates, clients, and what was live when.

import type { GateVerdictView, LineSummaryView, LiveAtView, PaperView, RegistrationView } from "../../../shared/contract/registry-views.ts";
import type { ClientView } from "../../../shared/contract/views.ts";

const AT = "2026-01-05T09:30:00.000000Z";

export interface FakeRegistry {
  lines: LineSummaryView[];
  /** What the gates say of any candidate. */
  gates: GateVerdictView[];
  clients: ClientView[];
  live: LiveAtView[];
  /** Request ids that were done. */
  readonly done: Set<string>;
  /** Called before a promote is answered; may refuse, or cut the connection. */
  beforePromote: () => void;
}

/** Nothing but what tests put there. */
export function emptyRegistry(change: Partial<FakeRegistry> = {}): FakeRegistry {
  return { lines: [], gates: [], clients: [], live: [], done: new Set(), beforePromote: () => undefined, ...change };
}

/** A healthy line, live as v1.0.0. */
export function lineSummary(namespace: string, name: string, change: Partial<LineSummaryView> = {}): LineSummaryView {
  return {
    ...{ line: `${namespace}/${name}`, namespace, name, policy: "gated", pinned: false, version: "v1.0.0", live_since: AT },
    ...{ degraded: "", versions: 2, staged: 1, testing: 0, newest: "v1.1.0" },
    ...change,
  };
}

/** A verdict on a metric. */
export function verdict(gate: string, value: number, rule: string, passed: boolean): GateVerdictView {
  const threshold = Number(rule.split(" ")[1]);
  const reason = passed ? "" : `${gate} is ${value}, not ${rule}`;
  return { gate, passed, metric: gate, value, value_text: String(value), rule, threshold, declared: null, reason };
}

/** Paper trading that still runs. */
export function paperOf(line: string, version: string, hours: number, change: Partial<PaperView> = {}): PaperView {
  return { line, version, started_at: AT, started_by: "uid 1000", stopped_at: null, stopped_by: "", evidence: "", hours, ...change };
}

/** A registration without anything special. */
export function registrationOf(change: Partial<RegistrationView> = {}): RegistrationView {
  return {
    ...{ model_id: "m-1", format: "pickle", created_by: "ana", model_path: "/srv/risk.pkl", checksum_sha256: "ab".repeat(32) },
    ...{
      metadata_sha256: "cd".repeat(32),
      snapshot_id: "s-1",
      config_hash: "",
      dataset_version_ids: {},
      run_id: "",
      experiment_id: "",
      notes: "",
    },
    ...change,
  };
}

/** What was live on a line at a time. */
export function liveAt(line: string, version: string, change: Partial<LiveAtView> = {}): LiveAtView {
  return {
    ...{ line, version, sha256: "ab".repeat(32), since: AT, until: null, sequence: 5, action: "promoted" as const },
    ...{ reason: "better", actor: "uid 1000", clients: [] },
    ...change,
  };
}
