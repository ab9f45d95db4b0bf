// What the tests of registration share: the goldens that Python made, and a registration that lacks nothing.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { hostEnvironment } from "../../../../daemon/artifacts/registration/environment.ts";
import type { MetadataInput } from "../../../../daemon/artifacts/registration/metadata.ts";
import type { RegistryType } from "../../../../shared/domain/registry-types.ts";

export interface MetadataGolden {
  readonly type: RegistryType;
  readonly version: string;
  /** metadata.json as a trainer writes it. */
  readonly given: string;
  readonly checksum: string;
  readonly sidecar: string;
  readonly metadata_sha256: string;
}

export interface RegistrationGoldens {
  /** Text, digest as config_hash (cut behind the 300th), digest of the indented text, and the compact text of the first 300. */
  readonly documents: readonly (readonly [string, string, string, string?])[];
  readonly spellings: readonly (readonly [string, string])[];
  readonly requirements: readonly (readonly [string, string])[];
  readonly installed: readonly (readonly [readonly (readonly [string, string])[], string])[];
  readonly metadata: readonly MetadataGolden[];
}

const fixture = new URL("../../../fixtures/registration/python-json.json.gz", import.meta.url);

/** Reads the goldens. */
export function registrationGoldens(): RegistrationGoldens {
  return JSON.parse(gunzipSync(readFileSync(fixture)).toString()) as RegistrationGoldens;
}

export const modelId = "3f2c6f8e-8f0a-4d57-9d7e-0a4c1b2d3e4f";

/** A risk model by flags alone; `changes` replace what they name. */
export function registration(changes: Partial<MetadataInput> = {}): MetadataInput {
  return {
    type: "risk_model",
    version: "v1.0.0",
    file: undefined,
    flags: {
      datasetVersions: '{"crsp": "v1.2.3"}',
      parameters: '{"factor_list": ["momentum"], "halflife_days": 60, "shrinkage_intensity": 0.5}',
    },
    modelId,
    nowMicros: 1_767_605_400_000_000n,
    environment: hostEnvironment({ system: "Linux", machine: "x86_64", createdBy: "tests" }),
    ...changes,
  };
}

/** A metadata.json with these fields. */
export function metadataFile(fields: { readonly [name: string]: unknown } | string): MetadataInput["file"] {
  return { name: "metadata.json", bytes: Buffer.from(typeof fields === "string" ? fields : JSON.stringify(fields)) };
}

/** The fields of a file that lacks nothing. */
export const wholeFile: { readonly [name: string]: unknown } = {
  model_id: modelId,
  model_type: "risk_model",
  version: "v1.0.0",
  created_at: "2026-01-05T09:30:00Z",
  dataset_version_ids: { crsp: "v1.2.3", compustat: "v1.0.1" },
  snapshot_id: "snap_20240101",
  factor_list: ["momentum"],
  parameters: { factor_list: ["momentum"], halflife_days: 60, shrinkage_intensity: 0.5 },
  checksum_sha256: "",
  metrics: { ic: 0.05, sharpe: 1.2 },
  env: { ...hostEnvironment({ system: "Linux", machine: "x86_64", createdBy: "training_pipeline" }) },
};
