// What operations answer with: the shapes every door shows, snake_case as on the wire. Times are RFC 3339, UTC, microseconds.

import { z } from "zod";
import { GOLDEN_STATES } from "../domain/description.ts";
import { POLICIES, STATUSES, MOVE_ACTIONS } from "../domain/lifecycle.ts";
import { gateVerdictView, paperView, registrationView } from "./registry-views.ts";

const time = z.string();
/** A whole number that keeps all digits: bigint beyond 2^53. */
const exactInteger = z.union([z.number(), z.bigint()]);
const exactJson: z.ZodType<unknown> = z.unknown();

export const statusView = z.object({
  daemon_version: z.string(),
  pid: z.number().int(),
  started_at: time,
  ready: z.boolean().describe("true once every source was scanned after the start"),
  sequence: z.number().int().describe("sequence number of the newest event"),
  sources: z.number().int(),
  sources_degraded: z.number().int(),
  groups: z.number().int(),
  groups_ready: z.number().int(),
  groups_degraded: z.number().int(),
  lines_live: z.number().int(),
  clients: z.number().int(),
  grpc: z.string().nullable().describe("host:port, null when switched off"),
  http: z.string().nullable(),
  socket: z.string().nullable(),
  watching: z.boolean(),
  capture_stopped: z.string().describe("why nothing new is captured, such as a full disk; empty = capture goes on"),
});
export type StatusView = z.infer<typeof statusView>;

export const sourceView = z.object({
  name: z.string(),
  root_path: z.string(),
  policy: z.enum(POLICIES),
  created_at: time,
  updated_at: time,
  scanned_at: time.nullable(),
  symbol_count: z.number().int(),
  group_count: z.number().int(),
  ready_count: z.number().int(),
  degraded_count: z.number().int(),
  degraded: z.string().describe("what is wrong with the directory as a whole; empty = healthy"),
  warnings: z.array(z.string()),
  scan: z.object({ state: z.enum(["waiting", "scanning", "reading", "idle"]), done: z.number().int(), total: z.number().int() }),
});
export type SourceView = z.infer<typeof sourceView>;

export const groupView = z.object({
  source: z.string(),
  group_key: z.string(),
  line: z.string(),
  symbol: z.string(),
  return_name: z.string(),
  feature_dim: z.number().int(),
  factor_count: z.number().int(),
  ready: z.boolean().describe("a strategy can fetch it now"),
  version: z.string().describe("live version; empty = none"),
  sha256: z.string(),
  pinned: z.boolean(),
  policy: z.enum(POLICIES),
  degraded: z.string().describe("what is wrong with the files on disk; empty = healthy"),
  train_start_date: z.string().nullable(),
  train_end_date: z.string().nullable(),
  warnings: z.array(z.string()),
  changed_at: time,
});
export type GroupView = z.infer<typeof groupView>;

export const fileView = z.object({
  kind: z.string(),
  path: z.string(),
  size_bytes: z.number().int(),
  sha256: z.string(),
  modified_at: time,
});
export type FileView = z.infer<typeof fileView>;

export const versionView = z.object({
  line: z.string(),
  version: z.string(),
  status: z.enum(STATUSES),
  live: z.boolean(),
  ready: z.boolean(),
  created_at: time,
  status_since: time,
  reason: z.string().describe("why it has this status"),
  actor: z.string(),
  sha256: z.string().describe("of the model document as served; empty without one"),
  content_digest: z.string(),
  symbol: z.string(),
  return_name: z.string(),
  feature_dim: z.number().int(),
  train_end_date: z.string().nullable(),
  golden: z.enum(GOLDEN_STATES),
  warnings: z.array(z.string()),
  files: z.array(fileView),
  bytes_kept: z.boolean().describe("false: the line keeps newer versions only; it can be neither fetched nor activated"),
  registration: registrationView.nullable().describe("null: captured from a source's files"),
  metrics: z.record(z.string(), z.number()),
  paper: paperView.nullable().describe("the newest record of paper trading"),
  gates: z.array(gateVerdictView).describe("what the gates say now of a staged version of a gated line"),
});
export type VersionView = z.infer<typeof versionView>;

export const moveView = z.object({
  sequence: z.number().int(),
  at: time,
  line: z.string(),
  version: z.string(),
  action: z.enum(MOVE_ACTIONS),
  from_status: z.string().nullable(),
  to_status: z.string(),
  reason: z.string(),
  actor: z.string(),
  gates: z.array(gateVerdictView).describe("the verdicts when it was decided"),
  gates_skipped: z.boolean(),
  request_id: z.string(),
  hash: z.string().describe("chains the move to the one before; empty for moves from before the chain"),
});
export type MoveView = z.infer<typeof moveView>;

const icRow = z.object({ symbol: z.string(), factor_name: z.string(), return_name: z.string(), kendall_tau: z.number().nullable() });
const dimFactor = z.object({ dim: z.number().int(), factor_name: z.string(), kendall_tau: z.number().nullable() });
const modelMeta = z.object({
  feature_dim: exactInteger,
  objective: z.string().nullable(),
  num_trees: z.number().nullable(),
  num_parallel_tree: z.number().nullable(),
  version: exactJson,
  booster: z.string().nullable(),
  best_iteration: z.number().nullable(),
});

export const lineView = z.object({
  group: groupView,
  live: versionView.nullable(),
  info_summary: exactJson,
  model_meta: modelMeta.nullable(),
  artifacts: z.array(fileView),
  version_count: z.number().int(),
});
export type LineView = z.infer<typeof lineView>;

export const icView = z.object({ line: z.string(), version: z.string(), items: z.array(icRow), total: z.number().int() });
export type IcView = z.infer<typeof icView>;

export const curveView = z.object({
  line: z.string(),
  version: z.string(),
  best_iteration: z.number().nullable(),
  items: z.array(z.object({ dataset: z.string(), metric: z.string(), values: z.array(z.number().nullable()) })),
  total: z.number().int(),
});
export type CurveView = z.infer<typeof curveView>;

export const factorsView = z.object({
  line: z.string(),
  version: z.string(),
  items: z.array(dimFactor),
  total: z.number().int(),
  factors: z.array(z.string()),
});
export type FactorsView = z.infer<typeof factorsView>;

export const liveView = z.object({
  line: z.string(),
  version: z.string(),
  sha256: z.string(),
  since: time,
  activation: z.number().int(),
  pinned: z.boolean(),
  reason: z.string(),
});
export type LiveView = z.infer<typeof liveView>;

export const clientView = z.object({
  client_id: z.string(),
  peer: z.string(),
  watching: z.boolean(),
  connected_at: time.nullable(),
  last_seen_at: time,
  loaded: z.array(z.object({ line: z.string(), version: z.string(), sha256: z.string(), at: time, current: z.boolean() })),
});
export type ClientView = z.infer<typeof clientView>;

export const modelMetadata = z.object({
  model_name: z.string(),
  symbol: z.string(),
  group_key: z.string(),
  return_name: z.string(),
  feature_dim: z.number().int(),
  train_window_start_ts: exactInteger,
  train_window_end_ts: exactInteger,
  train_start_date: z.string(),
  train_end_date: z.string(),
  train_samples: exactInteger,
  train_time_sec: z.number(),
  model_json_path: z.string(),
  source_root_path: z.string(),
  scanned_at: z.string(),
  version: z.string(),
  sha256: z.string(),
  activation: z.number().int(),
  status: z.string(),
  rendered_for: z.string(),
});
export type ModelMetadata = z.infer<typeof modelMetadata>;

/** A page of a list: `next` is the key to pass as `after`, null at the end. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.number().int(), next: z.string().nullable() });
}
