// The metadata of a registration: what the file and the flags say, checked, and what is kept of it.

import { randomUUID } from "node:crypto";
import { machine, type as systemName } from "node:os";
import type { RegistrationRecord, RegistrationRequest } from "../app/ports.ts";
import { readEnvironment, hostEnvironment, type RegistryEnvironment } from "../artifacts/registration/environment.ts";
import { readRegistryMetadata } from "../artifacts/registration/metadata.ts";
import { FieldSet, type MetadataFile } from "../artifacts/registration/field-set.ts";
import { FaultList } from "../artifacts/registration/metadata-faults.ts";
import { metadataSha256, sidecarText } from "../artifacts/registration/provenance.ts";
import { pythonJson } from "../artifacts/registration/python-json.ts";
import { sealMetadata } from "../artifacts/registration/seal-metadata.ts";
import { readStrategyMetadata } from "../artifacts/registration/strategy-metadata.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../artifacts/json/json-value.ts";
import { isRegistryType } from "../../shared/domain/registry-types.ts";

/** What the metadata comes to: what is kept, or what is wrong with it. */
export type GivenMetadata =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true;
      /** The text of metadata.json. */
      readonly sidecar: string;
      readonly factors: readonly string[];
      readonly record: Omit<RegistrationRecord, "versionId" | "format" | "metadata" | "checksumSha256">;
      readonly warnings: readonly string[];
    };

/** Reads the metadata for a model file of that digest. */
export function readMetadataFor(request: RegistrationRequest, file: MetadataFile | undefined, modelSha256: string): GivenMetadata {
  return request.namespace === "registry" ? forRegistry(request, file, modelSha256) : forStrategy(request, file);
}

/** An empty flag says nothing. */
function given(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function flagsOf({ flags }: RegistrationRequest) {
  return {
    createdBy: given(flags.createdBy),
    snapshotId: given(flags.snapshotId),
    datasetVersions: given(flags.datasetVersions),
    factors: given(flags.factors.join(",")),
    parameters: given(flags.parameters),
    metrics: given(flags.metrics),
    config: given(flags.config),
  };
}

function forRegistry(request: RegistrationRequest, file: MetadataFile | undefined, modelSha256: string): GivenMetadata {
  const { name, label, flags, nowMicros } = request;
  if (!isRegistryType(name)) return { ok: false, reason: `${name} is no type of the registry` };
  const environment = environmentOf(request);
  const read = readRegistryMetadata({
    ...{ type: name, version: label, file, flags: flagsOf(request), nowMicros, modelId: randomUUID() },
    environment: environment.value,
    isLineageOptional: request.isLineageSkipped,
  });
  const faults = [...(environment.fault === undefined ? [] : [environment.fault]), ...(read.ok ? [] : [read.reason])];
  if (!read.ok || faults.length > 0) return { ok: false, reason: faults.join("; ") };
  const {
    sidecar,
    metadata,
    metadataSha256: digest,
    otherChecksum,
  } = sealMetadata(
    {
      ...read.metadata,
      model_id: given(flags.modelId) ?? read.metadata.model_id,
      run_id: given(flags.runId) ?? read.metadata.run_id,
      experiment_id: given(flags.experimentId) ?? read.metadata.experiment_id,
    },
    modelSha256,
  );
  return {
    ok: true,
    sidecar,
    factors: metadata.factor_list,
    warnings: otherChecksum === null ? [] : [`the metadata names the checksum ${otherChecksum.slice(0, 64)}, which is not this file's`],
    record: {
      modelId: metadata.model_id,
      createdBy: metadata.env.created_by,
      modelPath: request.path,
      metadataSha256: digest,
      snapshotId: metadata.snapshot_id,
      configHash: metadata.config_hash,
      datasetVersions: metadata.dataset_version_ids,
      metrics: metadata.metrics,
      config: configText(metadata.config),
      runId: metadata.run_id ?? "",
      experimentId: metadata.experiment_id ?? "",
      notes: flags.notes,
    },
  };
}

function forStrategy(request: RegistrationRequest, file: MetadataFile | undefined): GivenMetadata {
  const { flags } = request;
  const read = readStrategyMetadata({
    file,
    createdBy: request.actor,
    flags: {
      ...flagsOf(request),
      mlflowRunId: given(flags.runId),
      mlflowExperimentId: given(flags.experimentId),
      notes: given(flags.notes),
    },
  });
  if (!read.ok) return { ok: false, reason: read.reason };
  const { metadata } = read;
  const sidecar = sidecarText({
    ...metadata,
    performance_metrics: { ...metadata.performance_metrics },
    dataset_version_ids: { ...metadata.dataset_version_ids },
    factor_list: [...metadata.factor_list],
  });
  return {
    ok: true,
    sidecar,
    factors: metadata.factor_list,
    warnings: [],
    record: {
      modelId: given(flags.modelId) ?? randomUUID(),
      createdBy: metadata.created_by,
      modelPath: metadata.model_path ?? request.path,
      metadataSha256: metadataSha256(sidecar),
      snapshotId: metadata.snapshot_id ?? "",
      configHash: metadata.config_hash,
      datasetVersions: metadata.dataset_version_ids,
      metrics: metadata.performance_metrics,
      config: configText(metadata.config),
      runId: metadata.mlflow_run_id ?? "",
      experimentId: metadata.mlflow_experiment_id ?? "",
      notes: metadata.notes ?? "",
    },
  };
}

/** What the caller says of its host; without that, of the daemon's, which is not asked what is installed there. */
function environmentOf({ flags, actor }: RegistrationRequest): { readonly value: RegistryEnvironment; readonly fault: string | undefined } {
  const createdBy = given(flags.createdBy) ?? actor;
  const host = hostEnvironment({ system: systemName(), machine: machine(), createdBy });
  if (flags.environment === "") return { value: host, fault: undefined };
  const faults = new FaultList();
  const fields = new FieldSet(faults, undefined);
  fields.setObject("env", "--environment", flags.environment);
  const value = fields.read("env", readEnvironment(createdBy), () => host);
  return { value, fault: faults.fault()?.reason };
}

/** JSON for databases, which know no NaN: null stands for it there. The sidecar has the config as it was given. */
function configText(config: JsonObject): string {
  return pythonJson(finite(config), "compact");
}

function finite(value: JsonValue): JsonValue {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, finite(member)])) : value;
}
