// What the operations of the lifecycle answer with: gate verdicts, paper trading, comparisons, and what was live when. Times are RFC 3339, UTC, microseconds.

import { z } from "zod";
import { MOVE_ACTIONS, POLICIES, STATUSES } from "../domain/lifecycle.ts";

const time = z.string();

export const gateVerdictView = z.object({
  gate: z.string().describe("ic, sharpe, paper_trade_hours or better_than_incumbent"),
  passed: z.boolean(),
  metric: z.string().describe("the metric that was looked at; empty when none was there"),
  value: z.number().nullable().describe("null when it is missing or no finite number"),
  value_text: z.string().describe("the value as it was found, NaN and Infinity included; empty when missing"),
  rule: z.string().describe("such as > 0.02"),
  threshold: z.number().nullable(),
  declared: z.number().nullable().describe("hours of paper trading that the metadata claims; shown, not counted"),
  reason: z.string(),
});
export type GateVerdictView = z.infer<typeof gateVerdictView>;

export const paperView = z.object({
  line: z.string(),
  version: z.string(),
  started_at: time,
  started_by: z.string(),
  stopped_at: time.nullable(),
  stopped_by: z.string(),
  evidence: z.string(),
  hours: z.number().describe("measured from the start to the stop, or until now"),
});
export type PaperView = z.infer<typeof paperView>;

/** What a registration says about a version beyond its files. */
export const registrationView = z.object({
  model_id: z.string(),
  format: z.string().describe("what the model file is, by its content"),
  created_by: z.string(),
  model_path: z.string().describe("where the file lay at registration"),
  checksum_sha256: z.string(),
  metadata_sha256: z.string(),
  snapshot_id: z.string(),
  config_hash: z.string(),
  dataset_version_ids: z.record(z.string(), z.string()),
  run_id: z.string(),
  experiment_id: z.string(),
  notes: z.string(),
});
export type RegistrationView = z.infer<typeof registrationView>;

const clientLoaded = z.object({ client_id: z.string(), version: z.string(), at: time });

/** One line at a moment: what was live, since when, until when, and which client had said that it runs what. */
export const liveAtView = z.object({
  line: z.string(),
  version: z.string().describe("empty: nothing was live"),
  sha256: z.string(),
  since: time.nullable().describe("when that version went live, or when the line was left with nothing; null = nothing ever had been live"),
  until: time.nullable().describe("when that changed again; null = it never did"),
  sequence: z.number().int().describe("event that made it so; 0 = there was none"),
  action: z.enum(MOVE_ACTIONS).nullable().describe("what was done then, with its reason and actor"),
  reason: z.string(),
  actor: z.string(),
  clients: z.array(clientLoaded).describe("newest report of each client up to then"),
});
export type LiveAtView = z.infer<typeof liveAtView>;

export const liveDifferenceView = z.object({
  line: z.string(),
  before: z.string().describe("version that was live at the first time; empty = none"),
  after: z.string(),
  changes: z.number().int().describe("how many times what is live changed in between"),
});
export type LiveDifferenceView = z.infer<typeof liveDifferenceView>;

export const lineSummaryView = z.object({
  line: z.string(),
  namespace: z.string(),
  name: z.string(),
  policy: z.enum(POLICIES),
  pinned: z.boolean(),
  version: z.string().describe("live version; empty = none"),
  live_since: time.nullable(),
  degraded: z.string(),
  versions: z.number().int(),
  staged: z.number().int(),
  testing: z.number().int().describe("staged versions with an open paper record"),
  newest: z.string().describe("label of the newest version; empty = none"),
});
export type LineSummaryView = z.infer<typeof lineSummaryView>;

export const rankedView = z.object({
  rank: z.number().int(),
  version: z.string(),
  status: z.enum(STATUSES),
  value: z.number().nullable().describe("null: this version does not have the metric"),
  metrics: z.record(z.string(), z.number()),
  created_at: time,
  activated_at: time.nullable().describe("when it last went live; null = never"),
  deactivated_at: time.nullable(),
});
export type RankedView = z.infer<typeof rankedView>;

const delta = z.object({
  name: z.string(),
  first: z.number().nullable(),
  second: z.number().nullable(),
  difference: z.number().nullable(),
});

/** Two versions of a line, or of two lines. */
export const comparisonView = z.object({
  first: z.object({ line: z.string(), version: z.string(), status: z.enum(STATUSES) }),
  second: z.object({ line: z.string(), version: z.string(), status: z.enum(STATUSES) }),
  metrics: z.array(delta).describe("second minus first"),
  factors_added: z.array(z.string()),
  factors_removed: z.array(z.string()),
  paired: z
    .array(
      z.object({
        column: z.string().describe("ic or ret"),
        dates: z.number().int().describe("common dates"),
        mean_difference: z.number(),
        low: z.number(),
        high: z.number(),
        confidence: z.number(),
        t: z.number().nullable(),
        p: z.number().nullable(),
      }),
    )
    .describe("paired comparison of the dated series on their common dates; empty = not available, see paired_note"),
  paired_note: z.string(),
});
export type ComparisonView = z.infer<typeof comparisonView>;
