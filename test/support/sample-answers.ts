// Made-up answers of a daemon, complete by their schemas.

import type { ModelView } from "../../shared/contract/model-operations.ts";
import type { CatalogEvent } from "../../shared/contract/events.ts";
import type { CurveView, GroupView, LineView, ModelMetadata, SourceView, StatusView, VersionView } from "../../shared/contract/views.ts";

const TIME = "2026-01-05T09:30:00.000000Z";
const SHA = "a".repeat(64);

/** A ready daemon. */
export function statusOf(changes: Partial<StatusView> = {}): StatusView {
  return {
    daemon_version: "9.9.9",
    pid: 4242,
    started_at: TIME,
    ready: true,
    sequence: 17,
    sources: 1,
    sources_degraded: 0,
    groups: 8,
    groups_ready: 8,
    groups_degraded: 0,
    lines_live: 8,
    clients: 0,
    grpc: "127.0.0.1:50061",
    http: "127.0.0.1:8788",
    socket: "/run/x.sock",
    watching: true,
    capture_stopped: "",
    ...changes,
  };
}

/** A scanned source. */
export function sourceOf(name: string, changes: Partial<SourceView> = {}): SourceView {
  return {
    name,
    root_path: `/models/${name}`,
    policy: "follow",
    created_at: TIME,
    updated_at: TIME,
    scanned_at: TIME,
    symbol_count: 4,
    group_count: 8,
    ready_count: 8,
    degraded_count: 0,
    degraded: "",
    warnings: [],
    scan: { state: "idle", done: 8, total: 8 },
    ...changes,
  };
}

/** A ready group, live as v2. */
export function groupOf(source: string, groupKey: string, changes: Partial<GroupView> = {}): GroupView {
  return {
    source,
    group_key: groupKey,
    line: `${source}/${groupKey}`,
    symbol: "BTC",
    return_name: "ret",
    feature_dim: 3,
    factor_count: 3,
    ready: true,
    version: "v2",
    sha256: SHA,
    pinned: false,
    policy: "follow",
    degraded: "",
    train_start_date: "2024-01-01",
    train_end_date: "2024-06-01",
    warnings: [],
    changed_at: TIME,
    ...changes,
  };
}

/** A live version. */
export function versionOf(line: string, version: string, changes: Partial<VersionView> = {}): VersionView {
  return {
    line,
    version,
    status: "production",
    live: true,
    ready: true,
    created_at: TIME,
    status_since: TIME,
    reason: "captured",
    actor: "daemon",
    sha256: SHA,
    content_digest: SHA,
    symbol: "BTC",
    return_name: "ret",
    feature_dim: 3,
    train_end_date: "2024-06-01",
    golden: "absent",
    bytes_kept: true,
    warnings: [],
    files: [],
    registration: null,
    metrics: {},
    paper: null,
    gates: [],
    ...changes,
  };
}

/** A line that is live as v2. */
export function lineOf(source: string, groupKey: string, changes: Partial<LineView> = {}): LineView {
  const group = groupOf(source, groupKey);
  return {
    group,
    live: versionOf(group.line, "v2"),
    info_summary: { train_window_end_ts: 1_717_200_000_000_000_001n, config: { depth: 6 } },
    model_meta: {
      feature_dim: 3,
      objective: "reg:squarederror",
      num_trees: 10,
      num_parallel_tree: 1,
      version: [2, 1, 4],
      booster: "gbtree",
      best_iteration: 7,
    },
    artifacts: [{ kind: "model_json", path: `${groupKey}_model.json`, size_bytes: 2048, sha256: SHA, modified_at: TIME }],
    version_count: 2,
    ...changes,
  };
}

/** Two falling curves. */
export function curveOf(rounds: number): CurveView {
  const values = (factor: number): number[] => Array.from({ length: rounds }, (_value, at) => factor / (at + 1));
  return {
    line: "alpha/BTC_ret",
    version: "v2",
    best_iteration: rounds - 3,
    total: 2,
    items: [
      { dataset: "train", metric: "rmse", values: values(1) },
      { dataset: "valid", metric: "rmse", values: values(2) },
    ],
  };
}

/** What GetModel says of a live model. */
export function metadataOf(changes: Partial<ModelMetadata> = {}): ModelMetadata {
  return {
    model_name: "alpha",
    symbol: "BTC",
    group_key: "BTC_ret",
    return_name: "ret",
    feature_dim: 3,
    train_window_start_ts: 0,
    train_window_end_ts: 0,
    train_start_date: "",
    train_end_date: "",
    train_samples: 10,
    train_time_sec: 1.5,
    model_json_path: "",
    source_root_path: "",
    scanned_at: "",
    version: "v2",
    sha256: SHA,
    activation: 17,
    status: "production",
    rendered_for: "",
    ...changes,
  };
}

/** A small model with everything that a view can show: a pickle that calls something, a failed golden check, kept rows. */
export function modelViewOf(line: string, changes: Partial<ModelView> = {}): ModelView {
  const feature = (index: number, name: string, weight: number, gain: number) => ({
    feature: index,
    name,
    weight,
    gain,
    cover: 100 / (index + 1),
    total_gain: weight * gain,
    total_cover: (weight * 100) / (index + 1),
  });
  return {
    line,
    version: "v2",
    document: "converted_json",
    sha256: SHA,
    xgboost_version: "1.7.6",
    booster: "gbtree",
    objective: "reg:squarederror",
    num_feature: 3,
    outputs: 1,
    base_score: [0.5],
    rounds: 40,
    num_trees: 40,
    num_parallel_tree: 1,
    splits: 240,
    leaves: 280,
    depth: 4,
    best_iteration: 30,
    importance: [feature(2, "mom_48", 10, 8), feature(0, "rsi_56", 25, 2), feature(1, "", 5, 6.5)],
    importance_total: 3,
    coefficients: [],
    parameters: [
      ["learning_rate", 0.05],
      ["max_depth", 4],
      ["booster", "gbtree"],
    ],
    pickle: {
      class_name: "xgboost.sklearn.XGBRegressor",
      protocol: 4,
      container: "none",
      globals: ["xgboost.sklearn.XGBRegressor", "os.system"],
      globals_total: 2,
      unknown_calls: ["os.system"],
      classes: null,
      client_objective: null,
      warnings: ["2 bytes follow the pickle and are ignored"],
    },
    golden: "failed",
    golden_detail: "row 3: its margin is 0.25, promised was 0.5",
    proof_rows: 64,
    evaluator: 1,
    samples: [{ row: [0.1, null, -2], margin: [Math.fround(0.1)], prediction: [Math.fround(0.1)] }],
    ...changes,
  };
}

/** Events 1 to `count`. */
export function* catalogEvents(count: number): Generator<CatalogEvent> {
  for (let sequence = 1; sequence <= count; sequence++) {
    yield {
      sequence,
      at: TIME,
      kind: "version_live",
      source: "alpha",
      group_key: "BTC_ret",
      version: `v${sequence}`,
      previous_version: "",
      reason: "captured",
      actor: "daemon",
    };
  }
}
