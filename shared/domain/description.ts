// What a group's files say, once read: the typed content that is kept with each version.

import type { GroupContentKind } from "./artifact-kinds.ts";
import type { ExactJson } from "../lib/exact-json.ts";

/** One row of the IC table; a tau that is missing or not a finite number is null. */
export interface IcRow {
  readonly symbol: string;
  readonly factor_name: string;
  readonly return_name: string;
  readonly kendall_tau: number | null;
}

/** The factor at one position of the model's input. */
export interface DimFactor {
  readonly dim: number;
  readonly factor_name: string;
  /** null = no usable tau (missing, or not finite). */
  readonly kendall_tau: number | null;
}

/** The 14 fields that the old services derive from an info pickle; `{}` without one, `{raw_type}` when it is not a dict. */
export interface InfoSummary {
  readonly symbol: string | null;
  readonly return_name: string | null;
  readonly train_window_start_ts: number | bigint | null;
  readonly train_window_end_ts: number | bigint | null;
  readonly train_start_date: string | null;
  readonly train_end_date: string | null;
  readonly train_samples: number | bigint | null;
  readonly original_factors_count: number | bigint | null;
  readonly ic_filtered_count: number | bigint | null;
  readonly final_factors_count: number | bigint | null;
  readonly selected_factors_count: number;
  readonly train_time_sec: number | null;
  readonly config: ExactJson;
  readonly feature_importance: ExactJson;
}

/** Fields read from a model document (contract §1.6), plus what our own check finds. */
export interface ModelMeta {
  readonly feature_dim: number;
  readonly objective: string | null;
  readonly num_trees: number | null;
  readonly num_parallel_tree: number | null;
  readonly version: ExactJson;
  readonly booster: string | null;
  readonly best_iteration: number | null;
}

/** One training curve: a metric of one dataset by boosting round; null = a value that is not finite. */
export interface TrainingCurve {
  readonly dataset: string;
  readonly metric: string;
  readonly values: readonly (number | null)[];
}

/**
 * How a version did on the rows that its trainer gave with it. `absent`: there are none; `not_checked`: nobody could look, because the model
 * cannot be used; `passed`, `failed`: its margins are those, or others.
 */
export const GOLDEN_STATES = ["absent", "not_checked", "passed", "failed"] as const;
export type GoldenState = (typeof GOLDEN_STATES)[number];

/** Everything that a group's files say. JSON (exact) is its stored form. */
export interface GroupDescription {
  readonly symbol: string;
  readonly return_name: string;
  readonly feature_dim: number;
  readonly factors: readonly string[];
  readonly dim_factors: readonly DimFactor[];
  readonly ic_rows: readonly IcRow[];
  readonly info_summary: InfoSummary | { readonly raw_type: string } | Record<string, never>;
  readonly model_meta: ModelMeta | null;
  readonly curves: readonly TrainingCurve[];
  /** 0-based round chosen by early stopping, when the files say so. */
  readonly best_iteration: number | null;
  readonly golden: GoldenState;
  readonly warnings: readonly string[];
}

/** A part of a group that could not be read; `kind` says which. */
export interface PartFault {
  readonly kind: GroupContentKind;
  readonly file: string;
  readonly reason: string;
}
