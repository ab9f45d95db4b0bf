// The metadata of a model of the namespace `strategy`: what the older table kept of a version, and the lineage that any version may have.

import type { JsonObject } from "../json/json-value.ts";
import { anyObject, datasetVersions, filledText, finiteNumbers, textList, textOrNull } from "./field-readers.ts";
import { FieldSet, type MetadataFile } from "./field-set.ts";
import { FaultList } from "./metadata-faults.ts";
import { applyFlags, readConfig, type MetadataFlags, type MetadataResult } from "./metadata.ts";

/** The flags of `register` for a strategy; `--metrics` gives `performance_metrics`. */
export interface StrategyFlags extends MetadataFlags {
  readonly mlflowRunId?: string | undefined;
  readonly mlflowExperimentId?: string | undefined;
  readonly notes?: string | undefined;
  readonly modelPath?: string | undefined;
}

export interface StrategyMetadataInput {
  readonly file: MetadataFile | undefined;
  readonly flags: StrategyFlags;
  /** For when neither file nor flags name anybody. */
  readonly createdBy: string;
}

/** Named as the columns of the older table, then as in the registry's metadata. Nothing is required. */
export interface StrategyMetadata {
  readonly performance_metrics: Readonly<Record<string, number>>;
  readonly config: JsonObject;
  readonly config_hash: string;
  readonly mlflow_run_id: string | null;
  readonly mlflow_experiment_id: string | null;
  readonly notes: string | null;
  readonly created_by: string;
  /** Where the trainer keeps the model: a path or an MLflow URI, kept as text and never opened. */
  readonly model_path: string | null;
  readonly dataset_version_ids: Readonly<Record<string, string>>;
  readonly snapshot_id: string | null;
  readonly factor_list: readonly string[];
  readonly parameters: JsonObject;
}

/** Reads the metadata of one registration; a flag wins over the same field of the file. All faults come in one answer. Never throws. */
export function readStrategyMetadata({ file, flags, createdBy }: StrategyMetadataInput): MetadataResult<StrategyMetadata> {
  const faults = new FaultList();
  const fields = new FieldSet(faults, file);
  applyFlags(fields, flags, "performance_metrics");
  fields.setText("created_by", "--created-by", flags.createdBy);
  fields.setText("mlflow_run_id", "--mlflow-run-id", flags.mlflowRunId);
  fields.setText("mlflow_experiment_id", "--mlflow-experiment-id", flags.mlflowExperimentId);
  fields.setText("notes", "--notes", flags.notes);
  fields.setText("model_path", "--model-path", flags.modelPath);
  const none = (): null => null;
  const metadata: StrategyMetadata = {
    performance_metrics: fields.read("performance_metrics", finiteNumbers, () => ({})),
    ...readConfig(fields),
    mlflow_run_id: fields.read("mlflow_run_id", textOrNull, none),
    mlflow_experiment_id: fields.read("mlflow_experiment_id", textOrNull, none),
    notes: fields.read("notes", textOrNull, none),
    created_by: fields.read("created_by", filledText, () => createdBy),
    model_path: fields.read("model_path", textOrNull, none),
    dataset_version_ids: fields.read("dataset_version_ids", datasetVersions, () => ({})),
    snapshot_id: fields.read("snapshot_id", textOrNull, none),
    factor_list: fields.read("factor_list", textList, () => []),
    parameters: fields.read("parameters", anyObject, () => ({})),
  };
  fields.refuseUnknown();
  return faults.fault() ?? { ok: true, metadata };
}
