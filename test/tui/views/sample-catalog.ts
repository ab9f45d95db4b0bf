// Plausible sources, groups and versions, for tests of the terminal UI.

import type { CatalogEvent } from "../../../shared/contract/events.ts";
import type { ModelView } from "../../../shared/contract/model-operations.ts";
import type { GroupView, MoveView, SourceView, VersionView } from "../../../shared/contract/views.ts";
import { emptyRegistry, type FakeRegistry } from "./fake-registry.ts";
import { modelViewOf } from "../../support/sample-answers.ts";

/** The time of everything here. */
export const AT = "2026-01-05T09:30:00.000000Z";

/** A healthy group; fields can be changed. */
export function group(sourceName: string, key: string, change: Partial<GroupView> = {}): GroupView {
  return {
    source: sourceName,
    group_key: key,
    line: `${sourceName}/${key}`,
    symbol: key.split("_")[0] ?? key,
    return_name: key.split("_").slice(1).join("_"),
    feature_dim: 12,
    factor_count: 12,
    ready: true,
    version: "v2",
    sha256: "ab".repeat(32),
    pinned: false,
    policy: "follow",
    degraded: "",
    train_start_date: "2025-01-01",
    train_end_date: "2025-12-31",
    warnings: [],
    changed_at: AT,
    ...change,
  };
}

/** A healthy source with this many groups. */
export function source(name: string, groups: number, change: Partial<SourceView> = {}): SourceView {
  return {
    name,
    root_path: `/srv/models/${name}`,
    policy: "follow",
    created_at: AT,
    updated_at: AT,
    scanned_at: AT,
    symbol_count: groups,
    group_count: groups,
    ready_count: groups,
    degraded_count: 0,
    degraded: "",
    warnings: [],
    scan: { state: "idle", done: 0, total: 0 },
    ...change,
  };
}

/** A version that is not live. */
export function version(line: string, label: string, change: Partial<VersionView> = {}): VersionView {
  return {
    line,
    version: label,
    status: "archived",
    live: false,
    ready: true,
    created_at: AT,
    status_since: AT,
    reason: "captured",
    actor: "daemon",
    sha256: "cd".repeat(32),
    content_digest: "ef".repeat(32),
    symbol: "ADABTC",
    return_name: "ret_60",
    feature_dim: 12,
    train_end_date: "2025-12-31",
    golden: "absent",
    bytes_kept: true,
    warnings: [],
    files: [],
    registration: null,
    metrics: {},
    paper: null,
    gates: [],
    ...change,
  };
}

/** A move by the daemon. */
export function moveOf(line: string, label: string, sequence: number, change: Partial<MoveView> = {}): MoveView {
  return {
    ...{ sequence, at: AT, line, version: label, action: "captured", from_status: null, to_status: "production" },
    ...{ reason: "new files", actor: "daemon", gates: [], gates_skipped: false, request_id: "", hash: "0f".repeat(32) },
    ...change,
  };
}

/** What one fake daemon knows; tests change it and emit events. */
export interface FakeCatalog {
  /** What is said about the model of a line; may refuse. */
  model: (line: string) => ModelView;
  sources: SourceView[];
  readonly groups: Map<string, GroupView[]>;
  versions: VersionView[];
  history: MoveView[];
  events: CatalogEvent[];
  scopes: string[];
  /** Lines of all namespaces, gates, and what was live when. */
  registry: FakeRegistry;
}

/** Two sources; the first line of alpha has two versions. */
export function catalog(change: Partial<FakeCatalog> = {}): FakeCatalog {
  const alpha = ["ADABTC_ret_60", "ADABTC_ret_240", "ETHBTC_ret_60", "LTCBTC_ret_60"].map((key) => group("alpha", key));
  const line = "alpha/ADABTC_ret_60";
  return {
    sources: [source("alpha", alpha.length), source("beta", 1, { degraded: "the directory is not readable", degraded_count: 1 })],
    groups: new Map([
      ["alpha", alpha],
      ["beta", [group("beta", "ETCBTC_ret_240", { ready: false, version: "", degraded: "the model document is not JSON" })]],
    ]),
    versions: [version(line, "v2", { status: "production", live: true }), version(line, "v1")],
    history: [moveOf(line, "v2", 12), moveOf(line, "v1", 5)],
    registry: emptyRegistry(),
    events: [],
    model: (of) => modelViewOf(of),
    scopes: ["model:read", "model:write", "model:admin"],
    ...change,
  };
}

/** A train and a valid curve whose best round is 30 of 60. */
export const CURVES = {
  best_iteration: 30,
  items: ["train", "valid"].map((dataset) => ({
    dataset,
    metric: "rmse",
    values: Array.from(
      { length: 60 },
      (_v, at) => 0.02 + 0.1 * Math.exp(-at / 12) + (dataset === "valid" ? 0.01 + Math.max(0, at - 30) * 0.0004 : 0),
    ),
  })),
};
