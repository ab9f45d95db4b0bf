// Metadata of a strategy's version, as the older table kept it.

import { describe, expect, it } from "vitest";
import { sealStrategyMetadata } from "../../../../daemon/artifacts/registration/seal-metadata.ts";
import { readStrategyMetadata, type StrategyMetadataInput } from "../../../../daemon/artifacts/registration/strategy-metadata.ts";
import { metadataFile } from "./registration-cases.ts";

function read(input: Partial<StrategyMetadataInput>): ReturnType<typeof readStrategyMetadata> {
  return readStrategyMetadata({ file: undefined, flags: {}, createdBy: "system", ...input });
}

describe("a strategy's metadata", () => {
  it("requires nothing", () => {
    const bare = read({});
    expect(bare).toMatchObject({ ok: true, metadata: { performance_metrics: {}, created_by: "system", notes: null, mlflow_run_id: null } });
  });

  it("takes the weekly candidate of the older table", () => {
    const file = metadataFile({
      performance_metrics: { valid_ic: 0.085, sharpe: 1.52 },
      config: { num_leaves: 31 },
      mlflow_run_id: "0123abcd",
      mlflow_experiment_id: "7",
      notes: "weekly",
      created_by: "trainer",
      model_path: "s3://bucket/model.txt",
    });
    const weekly = read({ file, flags: { notes: "Sunday", metrics: '{"sharpe": 2}', mlflowRunId: "run2" } });
    if (!weekly.ok) throw new Error(weekly.reason);
    expect(weekly.metadata).toMatchObject({
      performance_metrics: { sharpe: 2 },
      config: { num_leaves: 31n },
      mlflow_run_id: "run2",
      mlflow_experiment_id: "7",
      notes: "Sunday",
      created_by: "trainer",
      model_path: "s3://bucket/model.txt",
    });
    const { sidecar, metadataSha256 } = sealStrategyMetadata(weekly.metadata);
    expect(sidecar).toContain('"performance_metrics": {\n    "sharpe": 2.0\n  }');
    expect(metadataSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("tells every fault at once", () => {
    const file = metadataFile('{"performance_metrics": {"sharpe": NaN, "ic": null}, "config": [], "status": "active", "notes": 1}');
    const bad = read({ file, flags: { parameters: "no" } });
    expect(bad).toMatchObject({
      ok: false,
      isBadJson: true,
      faults: [
        "--parameters: no JSON: a value is missing",
        "metadata.json: performance_metrics.sharpe is NaN, no finite number",
        "metadata.json: performance_metrics.ic is null, no number",
        "metadata.json: config is a list, no object",
        "metadata.json: notes is 1, no text",
        'metadata.json: "status" is no field of this metadata',
      ],
    });
  });
});
