// What is kept of a registered model file besides its bytes.

import { createEvaluator } from "../predict/evaluator.ts";
import type { XgboostModel } from "../xgboost/model.ts";
import { modelFacts } from "../xgboost/model-facts.ts";
import type { Weights } from "./weights.ts";

export type ModelFormat =
  "xgboost_json" | "xgboost_ubj" | "xgboost_binary" | "pickle" | "joblib" | "lightgbm_text" | "catboost_cbm" | "onnx" | "json" | "unknown";

/** One file by its content. */
export interface ModelFile {
  readonly format: ModelFormat;
  /** Our evaluator answers for it, so that trial predictions exist. */
  readonly evaluable: boolean;
  /** One line for people. */
  readonly summary: string;
  /** How many features it takes; null when that is not known. */
  readonly features: number | null;
  readonly trees: number | null;
  /** Alpha weights, where they were asked for. */
  readonly weights: Weights | null;
  /** Pickles: the names in it, at most 100. */
  readonly globals: readonly string[];
  /** Pickles: what loading it with Python would call beyond what rebuilds data. */
  readonly unknownCalls: readonly string[];
  /** What is worth knowing and no fault. */
  readonly warnings: readonly string[];
}

/** The fields of a file that holds no model which is read here. */
export const NOT_A_MODEL: Omit<ModelFile, "format" | "summary"> = {
  evaluable: false,
  features: null,
  trees: null,
  weights: null,
  globals: [],
  unknownCalls: [],
  warnings: [],
};

/** What a typed XGBoost model says of itself. */
export function xgboostFacts(model: XgboostModel): Pick<ModelFile, "evaluable" | "summary" | "features" | "trees"> {
  const { booster, num_trees, objective, num_feature, version } = modelFacts(model);
  const release = version.some((part) => part > 0) ? `XGBoost ${version.join(".")}` : "XGBoost before 1.0";
  const trees = booster === "gblinear" ? "" : ` with ${num_trees} trees`;
  return {
    evaluable: createEvaluator(model).ok,
    summary: `${release}, ${booster}${trees}, ${objective}, ${num_feature} features`,
    features: num_feature,
    trees: booster === "gblinear" ? null : num_trees,
  };
}
