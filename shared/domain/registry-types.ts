// The four model types of the namespace `registry`, as a table.

/** What the model file of a type holds. */
export type ArtifactForm = "weights" | "pickle";

/** One type: what must be known about its models, and how their files look. */
export interface RegistryTypeRules {
  /** Keys that `parameters` must have; their values are the trainer's own affair. */
  readonly requiredParameters: readonly string[];
  /** `weights`: a JSON object of names and finite numbers. `pickle`: a pickle, which is stored and never loaded. */
  readonly artifact: ArtifactForm;
  /** The name of the model file in a version's folder. */
  readonly fileName: "model.json" | "model.pkl";
}

export const REGISTRY_TYPES = ["risk_model", "alpha_weights", "factor_definitions", "feature_transforms"] as const;
export type RegistryType = (typeof REGISTRY_TYPES)[number];

/** The rules of each type. */
export const REGISTRY_TYPE_RULES: Readonly<Record<RegistryType, RegistryTypeRules>> = {
  risk_model: { requiredParameters: ["factor_list", "halflife_days", "shrinkage_intensity"], artifact: "pickle", fileName: "model.pkl" },
  alpha_weights: { requiredParameters: ["alpha_names", "combination_method", "ic_threshold"], artifact: "weights", fileName: "model.json" },
  factor_definitions: { requiredParameters: ["factor_names", "categories", "lookback_days"], artifact: "pickle", fileName: "model.pkl" },
  feature_transforms: { requiredParameters: ["feature_names", "normalization_params"], artifact: "pickle", fileName: "model.pkl" },
};

/** True when a line `registry/<name>` is one of the types. */
export function isRegistryType(name: string): name is RegistryType {
  return (REGISTRY_TYPES as readonly string[]).includes(name);
}
