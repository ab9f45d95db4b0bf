// The lifecycle of registered versions: their gates, their datasets, their sidecar, and the same moves as on every other line.

import { describe, expect, test } from "vitest";
import type { CallInput } from "../../../shared/contract/operations.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { writePickle } from "../../support/pickle-writer.ts";
import { openRegistryStage, type RegistryStage } from "./registry-stage.ts";

const directory = useTempDirectory("registered");
const LINE = "registry/risk_model";
const GIVEN = {
  dataset_versions: '{"crsp": "v1.2.3", "compustat": "v1.0.1"}',
  parameters: '{"factor_list": ["momentum"], "halflife_days": 60, "shrinkage_intensity": 0.5}',
  metrics: '{"ic": 0.05, "sharpe": 1.2, "paper_trade_hours": 48}',
  config: "{}",
  created_by: "trainer",
};
const HOUR = 3_600_000_000n;

async function register(stage: RegistryStage, version: string, fields: Partial<CallInput<"registry.register">> = {}) {
  const path = await stage.file(`${version}.pkl`, writePickle({ dict: { covariance: version } }));
  return stage.register(LINE, version, { ...GIVEN, path, ...fields });
}

async function tried(stage: RegistryStage, version: string, fields: Partial<CallInput<"registry.register">> = {}) {
  const registered = await register(stage, version, fields);
  await stage.app.invoke("paper.start", { line: LINE, version }, stage.context);
  stage.clock.micros += 24n * HOUR;
  return registered;
}

const promote = (stage: RegistryStage, version: string, more: object = {}) =>
  stage.app.invoke("line.promote", { line: LINE, version, ...more }, stage.context);
const statuses = async (stage: RegistryStage): Promise<string[]> =>
  (await stage.app.invoke("line.versions", { line: LINE }, stage.context)).items
    .map(({ version, status }) => `${version} ${status}`)
    .toReversed();

describe("a registered version", () => {
  test("is promoted on its registered metrics and its measured paper trading, whatever hours it declares", async () => {
    await using stage = await openRegistryStage(directory());
    await register(stage, "v1.0.0");
    await expect(promote(stage, "v1.0.0")).rejects.toMatchObject({
      code: "gate_refused",
      message: expect.stringMatching(
        /^v1\.0\.0 does not pass its gates: paper_trade_hours is missing, needed >= 24 \(.*48 h .* not counted\)$/,
      ),
    });
    await tried(stage, "v1.1.0");
    const reply = await promote(stage, "v1.1.0", { reason: "first" });
    expect(reply).toMatchObject({ version: "v1.1.0", previous_version: "", changed: true, pinned: false, warnings: [] });
    expect(reply.gates.map(({ gate, value, declared }) => [gate, value !== null && value > 0, declared])).toEqual([
      ["ic", true, null],
      ["sharpe", true, null],
      ["paper_trade_hours", true, 48],
    ]);
  });

  test("goes through promotion, rollback, activation and failure like every other one", async () => {
    await using stage = await openRegistryStage(directory());
    for (const version of ["v1.0.0", "v1.1.0", "v2.0.0"]) {
      await tried(stage, version);
      await promote(stage, version);
    }
    expect(await stage.app.invoke("line.rollback", { line: LINE, mark_failed: true }, stage.context)).toMatchObject({ version: "v1.1.0" });
    expect(await stage.app.invoke("line.activate", { line: LINE, version: "v1.0.0" }, stage.context)).toMatchObject({ pinned: true });
    expect(await stage.app.invoke("line.resume", { line: LINE }, stage.context)).toMatchObject({ version: "v1.0.0", pinned: false });
    expect(await statuses(stage)).toEqual(["v1.0.0 production", "v1.1.0 archived", "v2.0.0 failed"]);
  });

  test("of a line that nobody registered anything for is not found, and the message says how it begins", async () => {
    await using stage = await openRegistryStage(directory());
    await expect(promote(stage, "v1.0.0")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("first registration"),
    });
  });

  test("trained on other than the current datasets is not promoted; every difference is named", async () => {
    await using stage = await openRegistryStage(directory());
    await tried(stage, "v1.0.0");
    await promote(stage, "v1.0.0");
    await tried(stage, "v1.1.0");
    await stage.app.invoke("dataset.set", { name: "crsp", version: "v1.2.4" }, stage.context);
    const refused =
      /v1\.1\.0 does not fit.*compustat: model trained on v1\.0\.1, no current.*crsp: model trained on v1\.2\.3, current is v1\.2\.4/;
    await expect(promote(stage, "v1.1.0")).rejects.toMatchObject({ code: "wrong_state", message: expect.stringMatching(refused) });
    expect(await statuses(stage)).toEqual(["v1.0.0 production", "v1.1.0 staged"]);
    expect((await promote(stage, "v1.1.0", { dry_run: true })).warnings).toHaveLength(2);
    await stage.app.invoke("dataset.set", { name: "crsp", version: "v1.2.3" }, stage.context);
    await stage.app.invoke("dataset.set", { name: "compustat", version: "v1.0.1" }, stage.context);
    expect(await promote(stage, "v1.1.0")).toMatchObject({ changed: true, warnings: [] });
  });

  test("goes back in an emergency although its datasets have moved on, and says so", async () => {
    await using stage = await openRegistryStage(directory());
    for (const version of ["v1.0.0", "v1.1.0"]) {
      await tried(stage, version);
      await promote(stage, version);
    }
    await stage.app.invoke("dataset.set", { name: "crsp", version: "v9" }, stage.context);
    const reply = await stage.app.invoke("line.rollback", { line: LINE }, stage.context);
    expect(reply).toMatchObject({ version: "v1.0.0", changed: true });
    expect(reply.warnings).toHaveLength(2);
  });
});

describe("a tampered file", () => {
  test.each(["checksum_sha256", "metadata_sha256"] as const)("(%s) is refused at promotion and failed; production stays", async (part) => {
    await using stage = await openRegistryStage(directory());
    await tried(stage, "v1.0.0");
    await promote(stage, "v1.0.0");
    const { registration } = await tried(stage, "v1.1.0");
    stage.strings.broken.add(registration[part]);
    await expect(promote(stage, "v1.1.0")).rejects.toMatchObject({ code: "wrong_state", message: expect.stringContaining("failed now") });
    expect(await statuses(stage)).toEqual(["v1.0.0 production", "v1.1.0 failed"]);
  });

  test("is refused at an activation and failed; a version under a new label can be registered and promoted", async () => {
    await using stage = await openRegistryStage(directory());
    await tried(stage, "v1.0.0");
    const { registration } = await register(stage, "v1.1.0");
    stage.strings.broken.add(registration.checksum_sha256);
    const activate = stage.app.invoke("line.activate", { line: LINE, version: "v1.1.0" }, stage.context);
    await expect(activate).rejects.toMatchObject({ code: "wrong_state", message: expect.stringContaining("failed now") });
    await tried(stage, "v1.1.1");
    expect(await promote(stage, "v1.1.1")).toMatchObject({ changed: true });
  });

  test("never takes one list or one other version with it", async () => {
    await using stage = await openRegistryStage(directory());
    const { registration } = await register(stage, "v1.0.0");
    await tried(stage, "v1.1.0");
    stage.strings.broken.add(registration.metadata_sha256);
    expect(await statuses(stage)).toEqual(["v1.0.0 staged", "v1.1.0 staged"]);
    expect(await promote(stage, "v1.1.0")).toMatchObject({ changed: true });
  });
});

describe("validate", () => {
  const validate = (stage: RegistryStage) => stage.app.invoke("version.validate", { line: LINE, version: "v1.0.0" }, stage.context);

  test("answers with the model's id, and tells the model file's digest from the sidecar's", async () => {
    await using stage = await openRegistryStage(directory());
    const { registration } = await register(stage, "v1.0.0", { model_id: "m-1" });
    // The played desk refuses what no test has answered for.
    expect(await validate(stage)).toMatchObject({ model_id: "m-1", checksum_verified: true });
    stage.strings.broken.add(registration.metadata_sha256);
    expect(await validate(stage)).toMatchObject({
      ...{ valid: false, model_id: "m-1", checksum_verified: false, load_successful: false },
      errors: [expect.stringMatching(/^metadata\.json: .*tampered/)],
    });
    stage.strings.broken.add(registration.checksum_sha256);
    expect((await validate(stage)).errors).toHaveLength(2);
    expect(await statuses(stage)).toEqual(["v1.0.0 staged"]);
  });
});
