// Made-up answers of a daemon about registered versions, gates and moves, complete by their schemas.

import type { MoveView } from "../../shared/contract/views.ts";
import type { Output } from "../../shared/contract/operations.ts";
import type { GateVerdictView, LineSummaryView, PaperView, RankedView, RegistrationView } from "../../shared/contract/registry-views.ts";

const TIME = "2026-01-05T09:30:00.000000Z";
const SHA = "b".repeat(64);

/** A verdict with a value; passed unless changed. */
export function gateOf(gate: string, value: number | null, rule: string, changes: Partial<GateVerdictView> = {}): GateVerdictView {
  return {
    gate,
    passed: true,
    metric: value === null ? "" : gate,
    value,
    value_text: value === null ? "" : String(value),
    rule,
    threshold: Number(rule.replace(/^\D+/, "")),
    declared: null,
    reason: "",
    ...changes,
  };
}

/** The three gates of a good version. */
export function passedGates(): GateVerdictView[] {
  return [gateOf("ic", 0.05, "> 0.02"), gateOf("sharpe", 1.2, "> 0.5"), gateOf("paper_trade_hours", 48, ">= 24")];
}

/** The same with too few hours. */
export function failedGates(): GateVerdictView[] {
  const hours = gateOf("paper_trade_hours", 3, ">= 24", {
    passed: false,
    declared: 100,
    reason: "3 hours were measured; the 100 declared do not count",
  });
  return [...passedGates().slice(0, 2), hours];
}

/** What a promotion answers. */
export function promotedOf(line: string, version: string, changes: Partial<Output<"line.promote">> = {}): Output<"line.promote"> {
  return {
    ...{ line, version, previous_version: "v1.0.0", pinned: false, sequence: 20, changed: true },
    ...{ gates: passedGates(), override: false, promoted_at: TIME, warnings: [] },
    ...changes,
  };
}

/** What a registration says. */
export function registrationOf(changes: Partial<RegistrationView> = {}): RegistrationView {
  return {
    model_id: "11111111-2222-4333-8444-555555555555",
    format: "pickle",
    created_by: "pipeline",
    model_path: "/models/model.pkl",
    checksum_sha256: SHA,
    metadata_sha256: SHA,
    snapshot_id: "snap_20240101",
    config_hash: SHA,
    dataset_version_ids: { crsp: "v1.2.3" },
    run_id: "",
    experiment_id: "",
    notes: "",
    ...changes,
  };
}

/** A record of paper trading that is still open. */
export function paperOf(line: string, version: string, changes: Partial<PaperView> = {}): PaperView {
  return {
    line,
    version,
    started_at: TIME,
    started_by: "socket:root(0)",
    stopped_at: null,
    stopped_by: "",
    evidence: "",
    hours: 3,
    ...changes,
  };
}

/** A line with one live and one staged version. */
export function lineSummaryOf(line: string, changes: Partial<LineSummaryView> = {}): LineSummaryView {
  const [namespace = "", name = ""] = line.split("/");
  return {
    ...{ line, namespace, name, policy: "gated", pinned: false, version: "v1.0.0", live_since: TIME, degraded: "" },
    ...{ versions: 2, staged: 1, testing: 0, newest: "v1.1.0" },
    ...changes,
  };
}

/** One place of a ranking. */
export function rankedOf(rank: number, version: string, value: number | null, changes: Partial<RankedView> = {}): RankedView {
  return {
    ...{ rank, version, status: "archived", value, metrics: value === null ? {} : { sharpe: value, ic: 0.05 } },
    ...{ created_at: TIME, activated_at: TIME, deactivated_at: TIME },
    ...changes,
  };
}

/** A promotion in the history. */
export function moveOf(line: string, version: string, changes: Partial<MoveView> = {}): MoveView {
  return {
    ...{ sequence: 20, at: TIME, line, version, action: "promoted", from_status: "staged", to_status: "production", reason: "good week" },
    ...{ actor: "socket:root(0)", gates: passedGates(), gates_skipped: false, request_id: "", hash: SHA },
    ...changes,
  };
}
