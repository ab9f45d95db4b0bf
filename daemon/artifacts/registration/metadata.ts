// The metadata of a model of the namespace `registry`: 18 fields and the 8 of `env`, from a file, from flags, or from both.

import { formatMicros } from "../../../shared/lib/clock.ts";
import { REGISTRY_TYPE_RULES, REGISTRY_TYPES, type RegistryType } from "../../../shared/domain/registry-types.ts";
import { labelFault } from "../../../shared/domain/version-label.ts";
import type { JsonObject } from "../json/json-value.ts";
import { readEnvironment, type RegistryEnvironment } from "./environment.ts";
import {
  anyObject,
  below,
  datasetVersions,
  faultAt,
  filledText,
  filledTexts,
  finiteNumbers,
  anyText,
  textList,
  textListOrNull,
  textOrNull,
  utcMicros,
  type Reader,
} from "./field-readers.ts";
import { FieldSet, required, type MetadataFile } from "./field-set.ts";
import { FaultList, type MetadataFault } from "./metadata-faults.ts";
import { configHash } from "./provenance.ts";

/** The flags of `register`, as they were typed; JSON where the name says an object. */
export interface MetadataFlags {
  readonly createdBy?: string | undefined;
  readonly snapshotId?: string | undefined;
  /** JSON object: dataset → version. */
  readonly datasetVersions?: string | undefined;
  /** Names with commas between them. */
  readonly factors?: string | undefined;
  readonly parameters?: string | undefined;
  readonly metrics?: string | undefined;
  readonly config?: string | undefined;
}

/** What one registration says about its model. */
export interface MetadataInput {
  readonly type: RegistryType;
  readonly version: string;
  /** `--metadata FILE`, or a metadata.json beside the model. */
  readonly file: MetadataFile | undefined;
  readonly flags: MetadataFlags;
  /** A fresh UUID4, for when the file names none. */
  readonly modelId: string;
  /** Microseconds since 1970, for when there is no file. */
  readonly nowMicros: bigint;
  /** Of the registering host, for when there is no file. */
  readonly environment: RegistryEnvironment;
  /** The datasets and the snapshot may be missing: somebody answers for the lineage. */
  readonly isLineageOptional?: boolean;
}

/** The 18 fields, named as on the wire. In `parameters` and `config` a bigint is a whole number and a number a float; floats may be NaN there. */
export interface RegistryMetadata {
  readonly model_id: string;
  readonly model_type: RegistryType;
  readonly version: string;
  /** `2026-01-05T09:30:00.000000Z`. */
  readonly created_at: string;
  readonly dataset_version_ids: Readonly<Record<string, string>>;
  readonly snapshot_id: string;
  readonly factor_list: readonly string[];
  readonly parameters: JsonObject;
  /** As it was declared, empty without; `sealMetadata` puts the model's real digest in its place. */
  readonly checksum_sha256: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly env: RegistryEnvironment;
  readonly config: JsonObject;
  readonly config_hash: string;
  readonly feature_formulas: readonly string[] | null;
  readonly experiment_id: string | null;
  readonly run_id: string | null;
  readonly dataset_uri: string | null;
  readonly qlib_version: string | null;
}

export type MetadataResult<T> = { readonly ok: true; readonly metadata: T } | MetadataFault;

/** Without a file, where no flag names a snapshot. */
const MANUAL_SNAPSHOT = "manual";
const MAX_ID = 128;

/**
 * Reads the metadata of one registration. A flag wins over the same field of the file; type and version of the file must be those of the command.
 * All faults come in one answer. Missing is what neither file nor flags say and nobody can compute: a file must bring its own time, snapshot and
 * environment; a file's hash of a configuration that it does not hold is kept as it is. Never throws.
 */
export function readRegistryMetadata(input: MetadataInput): MetadataResult<RegistryMetadata> {
  const faults = new FaultList();
  const fields = new FieldSet(faults, input.file);
  applyFlags(fields, input.flags);
  const metadata = { ...readIdentity(fields, input), ...readProvenance(fields, input), ...readLinks(fields) };
  fields.refuseUnknown();
  return faults.fault() ?? { ok: true, metadata };
}

/** Puts flags in the place of the file's fields; `metricsField` is what the metadata calls its metrics. */
export function applyFlags(fields: FieldSet, flags: MetadataFlags, metricsField = "metrics"): void {
  fields.setText("snapshot_id", "--snapshot-id", flags.snapshotId);
  fields.setList("factor_list", "--factors", flags.factors);
  fields.setObject("dataset_version_ids", "--dataset-versions", flags.datasetVersions);
  fields.setObject("parameters", "--parameters", flags.parameters);
  fields.setObject(metricsField, "--metrics", flags.metrics);
  // The file's hash is that of the configuration which the flag replaces.
  if (fields.setObject("config", "--config", flags.config)) fields.drop("config_hash");
}

function readIdentity(
  fields: FieldSet,
  { type, version, modelId }: MetadataInput,
): Pick<RegistryMetadata, "model_id" | "model_type" | "version" | "checksum_sha256"> {
  const id = fields.read("model_id", filledText, () => modelId);
  if (id.length > MAX_ID) faultAt(fields.placeOf("model_id"), `has more than ${MAX_ID} characters`);
  const ownType = fields.read("model_type", anyText, () => type);
  if (ownType !== type) faultAt(fields.placeOf("model_type"), typeFault(ownType, type));
  const ownVersion = fields.read("version", anyText, () => version);
  if (ownVersion !== version) faultAt(fields.placeOf("version"), `is ${JSON.stringify(ownVersion)}, but the command says ${version}`);
  const fault = labelFault("registry", version);
  if (fault !== undefined) fields.placeOf("version").note(fault);
  return { model_id: id, model_type: type, version, checksum_sha256: fields.read("checksum_sha256", anyText, () => "") };
}

function typeFault(own: string, wanted: RegistryType): string {
  const shown = JSON.stringify(own.slice(0, 60));
  return (REGISTRY_TYPES as readonly string[]).includes(own)
    ? `is ${shown}, but the command says ${wanted}`
    : `is ${shown}; the types are ${REGISTRY_TYPES.join(", ")}`;
}

function readProvenance(
  fields: FieldSet,
  { type, file, flags, nowMicros, environment, isLineageOptional = false }: MetadataInput,
): Omit<RegistryMetadata, keyof ReturnType<typeof readIdentity> | keyof ReturnType<typeof readLinks>> {
  const hasFile = file !== undefined;
  const env = fields.read("env", readEnvironment(flags.createdBy), hasFile ? required(environment) : () => environment);
  return {
    created_at: formatMicros(fields.read("created_at", utcMicros, hasFile ? required(0n) : () => nowMicros)),
    dataset_version_ids: isLineageOptional
      ? fields.read("dataset_version_ids", filledTexts, () => ({}))
      : fields.read("dataset_version_ids", datasetVersions, required({}, "--dataset-versions")),
    snapshot_id: fields.read(
      "snapshot_id",
      filledText,
      hasFile && !isLineageOptional ? required("", "--snapshot-id") : () => MANUAL_SNAPSHOT,
    ),
    factor_list: fields.read("factor_list", textList, () => []),
    parameters: fields.read("parameters", parametersOf(type), (place) => parametersOf(type)({}, place)),
    metrics: fields.read("metrics", finiteNumbers, () => ({})),
    env: flags.createdBy === undefined ? env : { ...env, created_by: flags.createdBy },
    ...readConfig(fields),
  };
}

/** The configuration and its hash, which must be its own. */
export function readConfig(fields: FieldSet): Pick<RegistryMetadata, "config" | "config_hash"> {
  const config = fields.read("config", anyObject, () => ({}));
  const own = configHash(config);
  const declared = fields.read("config_hash", filledText, () => own);
  if (Object.keys(config).length > 0 && declared !== own && declared.trim() !== "")
    faultAt(fields.placeOf("config_hash"), `is ${JSON.stringify(declared.slice(0, 80))}, but config has the hash ${own}`);
  return { config, config_hash: declared };
}

function readLinks(
  fields: FieldSet,
): Pick<RegistryMetadata, "feature_formulas" | "experiment_id" | "run_id" | "dataset_uri" | "qlib_version"> {
  const none = (): null => null;
  return {
    feature_formulas: fields.read("feature_formulas", textListOrNull, none),
    experiment_id: fields.read("experiment_id", textOrNull, none),
    run_id: fields.read("run_id", textOrNull, none),
    dataset_uri: fields.read("dataset_uri", textOrNull, none),
    qlib_version: fields.read("qlib_version", textOrNull, none),
  };
}

/** The parameters of a type; each key that it must have and has not is noted. */
function parametersOf(type: RegistryType): Reader<JsonObject> {
  return (value, place) => {
    const parameters = anyObject(value, place);
    const missing = REGISTRY_TYPE_RULES[type].requiredParameters.filter((key) => !Object.hasOwn(parameters, key));
    if (parameters === value) for (const key of missing) faultAt(below(place, key), "is missing (--parameters gives it)");
    return parameters;
  };
}
