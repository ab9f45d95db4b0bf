// A version and its description for tests of serving and of the doors, with every field set to something that can be told apart.

import type { GroupDescription, InfoSummary } from "../../../shared/domain/description.ts";
import type { ServedVersion } from "../../../daemon/app/ports.ts";
import { createHash } from "node:crypto";

/** Lower-case hex sha256. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A version that serves `document` as it is. */
export function servedVersion(document: Uint8Array, fields: Partial<ServedVersion> = {}): ServedVersion {
  return {
    versionId: 7,
    modelName: "alpha",
    groupKey: "ETHBTC_ret_60",
    label: "v3",
    status: "production",
    activation: 42,
    sha256: sha256(document),
    rootPath: "/models/alpha",
    documentPath: "deep/ETHBTC_ret_60_model.json",
    documentSha256: sha256(document),
    capturedAt: 1_767_605_400_123_456n,
    renderedFor: "",
    ...fields,
  };
}

/** An info summary with every field. */
export const INFO: InfoSummary = {
  symbol: "ETHBTC",
  return_name: "ret_60",
  train_window_start_ts: 1_515_646_500_000_000_001n,
  train_window_end_ts: 1_516_927_200_000_000_003n,
  train_start_date: "2018-01-11",
  train_end_date: "2018-01-26",
  train_samples: 4230,
  original_factors_count: 47,
  ic_filtered_count: 29,
  final_factors_count: 3,
  selected_factors_count: 3,
  train_time_sec: 0.337857723236084,
  config: null,
  feature_importance: null,
};

/** What the files say, with three factors: one with a tau, one whose tau is zero, one without. */
export function description(fields: Partial<GroupDescription> = {}): GroupDescription {
  return {
    symbol: "ETHBTC",
    return_name: "ret_60",
    feature_dim: 3,
    factors: ["mom_48", "rsi_14", "größe"],
    dim_factors: [
      { dim: 0, factor_name: "mom_48", kendall_tau: -0.1008646024676652 },
      { dim: 1, factor_name: "rsi_14", kendall_tau: 0 },
      { dim: 2, factor_name: "größe", kendall_tau: null },
    ],
    ic_rows: [],
    info_summary: INFO,
    model_meta: null,
    curves: [],
    best_iteration: null,
    golden: "absent",
    warnings: [],
    ...fields,
  };
}
