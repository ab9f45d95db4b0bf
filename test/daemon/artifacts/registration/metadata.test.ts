// Metadata of a registration: from a file, from flags, from both; everything that is wrong comes in one answer.

import { describe, expect, it } from "vitest";
import { dependenciesHash } from "../../../../daemon/artifacts/registration/provenance.ts";
import { hostEnvironment } from "../../../../daemon/artifacts/registration/environment.ts";
import type { MetadataFault } from "../../../../daemon/artifacts/registration/metadata-faults.ts";
import { readRegistryMetadata, type MetadataInput, type RegistryMetadata } from "../../../../daemon/artifacts/registration/metadata.ts";
import { sealMetadata } from "../../../../daemon/artifacts/registration/seal-metadata.ts";
import { REGISTRY_TYPE_RULES, REGISTRY_TYPES } from "../../../../shared/domain/registry-types.ts";
import { metadataFile, modelId, registration, registrationGoldens, wholeFile } from "./registration-cases.ts";

function accepted(changes: Partial<MetadataInput>): RegistryMetadata {
  const read = readRegistryMetadata(registration(changes));
  if (!read.ok) throw new Error(read.reason);
  return read.metadata;
}

function refused(changes: Partial<MetadataInput>): MetadataFault {
  const read = readRegistryMetadata(registration(changes));
  if (read.ok) throw new Error("it was accepted");
  return read;
}

/** The faults of a whole file in which these fields are others; undefined takes one out. */
function faultsOf(fields: { readonly [name: string]: unknown }): readonly string[] {
  return refused({ flags: {}, file: metadataFile({ ...wholeFile, ...fields }) }).faults;
}

describe("metadata from a file", () => {
  it("is kept and written as Python writes it, for every type", () => {
    for (const golden of registrationGoldens().metadata) {
      const metadata = accepted({ type: golden.type, version: golden.version, flags: {}, file: metadataFile(golden.given) });
      const sealed = sealMetadata(metadata, golden.checksum);
      expect(sealed.sidecar).toBe(golden.sidecar);
      expect(sealed.metadataSha256).toBe(golden.metadata_sha256);
      expect(sealed.checksumLine).toBe(`${golden.checksum}  model.*\n`);
      const again = accepted({ type: golden.type, version: golden.version, flags: {}, file: metadataFile(sealed.sidecar) });
      expect(sealMetadata(again, golden.checksum).sidecar).toBe(golden.sidecar);
    }
  });

  it("has 18 fields, of which env has 8", () => {
    const metadata = accepted({ flags: {}, file: metadataFile(wholeFile) });
    expect(Object.keys(metadata)).toHaveLength(18);
    expect(Object.keys(metadata.env)).toHaveLength(8);
  });

  it("lists everything that is missing at once", () => {
    const { faults, reason, isBadJson } = refused({ flags: {}, file: metadataFile({ env: { platform: "linux-x86_64" } }) });
    expect(faults).toEqual([
      "metadata.json: env.python_version is missing",
      "metadata.json: env.dependencies_hash is missing",
      "metadata.json: env.created_by is missing",
      "metadata.json: env.numpy_version is missing",
      "metadata.json: env.polars_version is missing",
      "metadata.json: created_at is missing",
      "metadata.json: dataset_version_ids is missing (--dataset-versions gives it)",
      "metadata.json: snapshot_id is missing (--snapshot-id gives it)",
      "metadata.json: parameters.factor_list is missing (--parameters gives it)",
      "metadata.json: parameters.halflife_days is missing (--parameters gives it)",
      "metadata.json: parameters.shrinkage_intensity is missing (--parameters gives it)",
    ]);
    expect(reason).toContain("created_at is missing; dataset_version_ids is missing");
    expect(isBadJson).toBe(false);
  });

  it("refuses metrics that are no finite numbers, naming each", () => {
    const bare = JSON.stringify({ ...wholeFile, metrics: "M" }).replace(
      '"M"',
      '{"ic": NaN, "sharpe": Infinity, "ir": -Infinity, "text": "0.05", "none": null, "yes": true, "list": [1], "my hit": 1e999, "long": 1, "ok": 2}'.replace(
        '"long": 1',
        `"long": 1${"0".repeat(400)}`,
      ),
    );
    expect(refused({ flags: {}, file: metadataFile(bare) }).faults).toEqual([
      "metadata.json: metrics.ic is NaN, no finite number",
      "metadata.json: metrics.sharpe is Infinity, no finite number",
      "metadata.json: metrics.ir is -Infinity, no finite number",
      'metadata.json: metrics.text is the text "0.05", no number',
      "metadata.json: metrics.none is null, no number",
      "metadata.json: metrics.yes is true, no number",
      "metadata.json: metrics.list is a list, no number",
      'metadata.json: metrics["my hit"] is Infinity, no finite number',
      "metadata.json: metrics.long is too large a number",
    ]);
  });

  it("refuses unknown fields, in env too", () => {
    expect(faultsOf({ colour: 1, env: { ...Object(wholeFile["env"]), gpu: "x" } })).toEqual([
      'metadata.json: "gpu" is no field of env',
      'metadata.json: "colour" is no field of this metadata',
    ]);
  });

  it("refuses a type or version that the command does not say", () => {
    expect(faultsOf({ model_type: "alpha_weights", version: "v1.0.1" })).toEqual([
      'metadata.json: model_type is "alpha_weights", but the command says risk_model',
      'metadata.json: version is "v1.0.1", but the command says v1.0.0',
    ]);
    expect(faultsOf({ model_type: "barra" })[0]).toContain('is "barra"; the types are risk_model, alpha_weights');
    expect(refused({ version: "1.0" }).faults[0]).toContain('"1.0" is no version label for lines of registry/');
  });

  it("takes times in UTC only, whatever their spelling", () => {
    const timeOf = (created_at: string): string => accepted({ flags: {}, file: metadataFile({ ...wholeFile, created_at }) }).created_at;
    expect(
      ["2026-01-05T09:30Z", "2026-01-05t09:30:00z", "2026-01-05 09:30:00.1234567+00:00", "2024-02-29T00:00:00-0000"].map(timeOf),
    ).toEqual(["2026-01-05T09:30:00.000000Z", "2026-01-05T09:30:00.000000Z", "2026-01-05T09:30:00.123456Z", "2024-02-29T00:00:00.000000Z"]);
    expect(faultsOf({ created_at: "2026-01-05T09:30:00" })[0]).toContain("has no time zone; it must be UTC");
    expect(faultsOf({ created_at: "2026-01-05T09:30:00+02:00" })[0]).toContain("must be UTC, not +02:00");
    for (const bad of ["2026-02-30T00:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T09:30:60Z", "yesterday", "", 1_767_605_400, null])
      expect(faultsOf({ created_at: bad })[0]).toContain("no time such as 2026-01-05T09:30:00Z");
  });

  it("verifies the hash of the configuration and shows both", () => {
    const config = { learning_rate: 0.01 };
    const [fault] = faultsOf({ config, config_hash: "cfg_def456" });
    expect(fault).toMatch(/^metadata\.json: config_hash is "cfg_def456", but config has the hash [0-9a-f]{64}$/);
    // A file that names only the hash of a configuration kept elsewhere keeps it.
    const hashOnly = accepted({ flags: {}, file: metadataFile({ ...wholeFile, config: {}, config_hash: "cfg_def456" }) });
    expect(hashOnly.config_hash).toBe("cfg_def456");
  });

  it("says where a file is no JSON, and nothing else", () => {
    const { faults, isBadJson } = refused({ flags: {}, file: metadataFile('{"metrics": {"ic": }}') });
    expect(faults).toEqual(["metadata.json: no JSON: a value is missing (at byte 19)"]);
    expect(isBadJson).toBe(true);
    expect(refused({ flags: {}, file: metadataFile("[1]") }).faults).toEqual(["metadata.json: it is a list, no object"]);
  });

  it("checks every field of a wrong kind", () => {
    const wrong = {
      snapshot_id: " ",
      dataset_version_ids: {},
      factor_list: "a",
      parameters: [],
      env: 1,
      config: null,
      run_id: 5,
      model_id: "",
    };
    expect(faultsOf({ ...wrong, feature_formulas: [1] })).toEqual([
      "metadata.json: model_id is empty",
      "metadata.json: env is 1, no object",
      "metadata.json: dataset_version_ids is empty: name at least one dataset and its version",
      "metadata.json: snapshot_id is empty",
      'metadata.json: factor_list is the text "a", no list',
      "metadata.json: parameters is a list, no object",
      "metadata.json: config is null, no object",
      "metadata.json: feature_formulas[0] is 1, no text",
      "metadata.json: run_id is 5, no text",
    ]);
    expect(faultsOf({ dataset_version_ids: { crsp: 1, "": "v1", ok: " " } })).toHaveLength(3);
  });

  it("does not take a member called __proto__ for anything but a member", () => {
    const text = JSON.stringify(wholeFile).replace('"ic":', '"__proto__":');
    const { metrics } = accepted({ flags: {}, file: metadataFile(text) });
    expect(Object.keys(metrics)).toEqual(["__proto__", "sharpe"]);
    expect(Object.getPrototypeOf(metrics)).toBe(Object.prototype);
  });
});

describe("metadata from flags", () => {
  it("needs no file: id, time, snapshot and environment are those of the registration", () => {
    const metadata = accepted({});
    expect(metadata).toMatchObject({
      model_id: modelId,
      created_at: "2026-01-05T09:30:00.000000Z",
      snapshot_id: "manual",
      checksum_sha256: "",
    });
    expect(metadata.env).toMatchObject({ platform: "linux-x86_64", created_by: "tests", python_version: "unknown", sklearn_version: null });
    expect(metadata.config_hash).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  });

  it("lists all that the shortest command lacks, for every type", () => {
    for (const type of REGISTRY_TYPES) {
      expect(refused({ type, flags: {} }).faults).toEqual([
        "flags: dataset_version_ids is missing (--dataset-versions gives it)",
        ...REGISTRY_TYPE_RULES[type].requiredParameters.map((key) => `flags: parameters.${key} is missing (--parameters gives it)`),
      ]);
    }
  });

  it("reads the contract's flags", () => {
    const flags = {
      ...registration().flags,
      createdBy: "ada",
      snapshotId: "s1",
      factors: " momentum, value,,",
      metrics: '{"ic": 1}',
      config: '{"a": 1.0}',
    };
    const metadata = accepted({ flags });
    expect(metadata).toMatchObject({ snapshot_id: "s1", factor_list: ["momentum", "value"], metrics: { ic: 1 } });
    expect(metadata.env.created_by).toBe("ada");
    expect(metadata.config_hash).not.toBe(accepted({ flags: { ...flags, config: '{"a": 1}' } }).config_hash);
  });

  it("names the flag that is no JSON, once", () => {
    const { faults, isBadJson } = refused({ flags: { parameters: "{", metrics: "7", datasetVersions: '{"crsp": "v1"}' } });
    expect(faults).toEqual(["--parameters: no JSON: a member name is missing (at byte 1)", "--metrics: it is 7, no object"]);
    expect(isBadJson).toBe(true);
  });
});

describe("a file with flags", () => {
  it("takes flags before fields, and forgets the hash of a configuration that a flag replaces", () => {
    const file = metadataFile({
      ...wholeFile,
      config: { a: 1 },
      config_hash: "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
    });
    const metadata = accepted({ file, flags: { createdBy: "ada", snapshotId: "s2", metrics: '{"ic": 0.1}', config: '{"b": 2}' } });
    expect(metadata).toMatchObject({ snapshot_id: "s2", metrics: { ic: 0.1 }, config: { b: 2n } });
    expect(metadata.env.created_by).toBe("ada");
    expect(metadata.config_hash).not.toContain("015abd7f");
  });

  it("says of each fault where it stands", () => {
    const file = metadataFile({ ...wholeFile, factor_list: 1 });
    expect(refused({ file, flags: { metrics: '{"ic": NaN}' } }).reason).toBe(
      "metadata.json: factor_list is 1, no list; --metrics: metrics.ic is NaN, no finite number",
    );
  });
});

describe("sealing", () => {
  it("puts the real digest in the place of a declared one, and tells when that was another's", () => {
    const metadata = accepted({ flags: {}, file: metadataFile({ ...wholeFile, checksum_sha256: "AB".repeat(32) }) });
    expect(sealMetadata(metadata, "ab".repeat(32)).otherChecksum).toBeNull();
    const other = sealMetadata(metadata, "cd".repeat(32));
    expect(other.metadata.checksum_sha256).toBe("cd".repeat(32));
    expect(other.otherChecksum).toBe("AB".repeat(32));
  });
});

describe("the environment of a host", () => {
  it("knows what is installed", () => {
    const installed = [
      { name: "NumPy", version: "2.0.1" },
      { name: "scikit-learn", version: "1.5" },
    ];
    const env = hostEnvironment({ system: "Darwin", machine: "arm64", createdBy: "a", pythonVersion: "3.12.1", installed });
    expect(env).toEqual({
      python_version: "3.12.1",
      dependencies_hash: dependenciesHash(undefined, installed),
      platform: "darwin-arm64",
      created_by: "a",
      numpy_version: "2.0.1",
      polars_version: "unknown",
      sklearn_version: "1.5",
      cvxpy_version: null,
    });
  });
});
