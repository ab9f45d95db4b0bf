// Registration: a file becomes a staged version with all that was said about it, or nothing happens and the reason is told.

import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openXgboostFixtures } from "../../support/xgboost-fixtures.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { writePickle } from "../../support/pickle-writer.ts";
import { modelDocument } from "../../support/training.ts";
import { documentFor, openRegistryStage, type RegistryStage } from "./registry-stage.ts";

const directory = useTempDirectory("register");
const LINE = "strategy/momentum";
const RISK = "registry/risk_model";
const GIVEN = {
  dataset_versions: '{"crsp": "v1.2.3", "compustat": "v1.0.1"}',
  parameters: '{"factor_list": ["momentum"], "halflife_days": 60, "shrinkage_intensity": 0.5}',
  metrics: '{"ic": 0.05, "sharpe": 1.2}',
  config: '{"alpha": 1e-07, "name": "é"}',
  created_by: "trainer",
};
const PICKLE = writePickle({ dict: { covariance: 1.5 } });

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function versions(stage: RegistryStage, line: string): Promise<readonly string[]> {
  const { items } = await stage.app.invoke("line.versions", { line }, stage.context);
  return items.map(({ version, status }) => `${version} ${status}`);
}

async function sequence(stage: RegistryStage): Promise<number> {
  return (await stage.app.invoke("status", {}, stage.context)).sequence;
}

async function registerRisk(stage: RegistryStage, version: string, fields: object = {}) {
  return stage.register(RISK, version, { ...GIVEN, path: await stage.file(`${version}.pkl`, PICKLE), ...fields });
}

describe("a model file of the registry", () => {
  test("becomes a staged version with its metadata, digests and history", async () => {
    await using stage = await openRegistryStage(directory());
    const reply = await registerRisk(stage, "v1.0.0", {
      reason: "first",
      factors: ["momentum", "value"],
      run_id: "run-1",
      notes: "weekly",
    });
    expect(reply).toMatchObject({ line: RISK, version: "v1.0.0", status: "staged" });
    expect(reply.registration).toMatchObject({
      ...{
        format: "pickle",
        created_by: "trainer",
        checksum_sha256: sha256(PICKLE),
        snapshot_id: "manual",
        run_id: "run-1",
        notes: "weekly",
      },
      dataset_version_ids: { crsp: "v1.2.3", compustat: "v1.0.1" },
      // Python's text of the configuration: {"alpha":1e-07,"name":"\u00e9"}
      config_hash: sha256('{"alpha":1e-07,"name":"\\u00e9"}'),
    });
    expect(reply.warnings).toContain("the lineage of its datasets was not checked: no current datasets are set");
    const { items } = await stage.app.invoke("line.history", { line: RISK }, stage.context);
    expect(items).toMatchObject([{ action: "registered", from_status: null, to_status: "staged", reason: "first", actor: "test" }]);
    const inspected = await stage.app.invoke("line.show", { line: RISK }, stage.context);
    expect(inspected.artifacts.map(({ kind, path }) => `${kind} ${path}`)).toEqual(["model_file v1.0.0.pkl", "metadata metadata.json"]);
    expect(inspected.live).toMatchObject({ metrics: { ic: 0.05, sharpe: 1.2 }, ready: true, sha256: sha256(PICKLE) });
  });

  test("takes a metadata.json beside the file, and flags win over it", async () => {
    await using stage = await openRegistryStage(directory());
    const env = {
      python_version: "3.11",
      dependencies_hash: "x",
      platform: "linux-x86_64",
      created_by: "a",
      numpy_version: "1",
      polars_version: "1",
    };
    const metadata = {
      ...{ model_id: "m-1", model_type: "risk_model", version: "v1.0.0", created_at: "2026-01-05T09:30:00Z", snapshot_id: "snap" },
      ...{ dataset_version_ids: { crsp: "v1" }, checksum_sha256: "f".repeat(64), metrics: { ic: 0.01 }, env, config_hash: "h" },
      parameters: { factor_list: [], halflife_days: 1, shrinkage_intensity: 1 },
    };
    await stage.file("metadata.json", JSON.stringify(metadata));
    const path = await stage.file("model.pkl", PICKLE);
    const reply = await stage.register(RISK, "v1.0.0", { path, metrics: '{"ic": 0.05}', snapshot_id: "mine" });
    expect(reply.registration).toMatchObject({ model_id: "m-1", snapshot_id: "mine", config_hash: "h", created_by: "a" });
    expect(reply.warnings.join()).toContain("not this file's");
    const { items } = await stage.app.invoke("line.versions", { line: RISK }, stage.context);
    expect(items[0]?.metrics).toEqual({ ic: 0.05 });
  });

  test("is refused with everything that is wrong in one error, and nothing is there", async () => {
    await using stage = await openRegistryStage(directory());
    const before = await sequence(stage);
    const path = await stage.file("model.pkl", Buffer.from([0x80, 4, 0x95, 1]));
    const refused = stage.register(RISK, "v1.0.0", { path, metrics: '{"ic": NaN, "sharpe": Infinity, "x": "high"}' });
    const error = await refused.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "invalid_input" });
    for (const part of [
      "model.pkl: no readable pickle",
      "metrics.ic",
      "metrics.sharpe",
      "metrics.x",
      "dataset_version_ids",
      "halflife_days",
    ])
      expect(String(error)).toContain(part);
    expect(await sequence(stage)).toBe(before);
    await expect(stage.app.invoke("line.show", { line: RISK }, stage.context)).rejects.toMatchObject({ code: "not_found" });
  });

  test("is never executed", async () => {
    await using stage = await openRegistryStage(directory());
    const trace = join(stage.folder, "trace");
    const path = await stage.file("model.pkl", `cos\nsystem\n(S'touch ${trace}'\ntR.`);
    const reply = await stage.register(RISK, "v1.0.0", { ...GIVEN, path });
    expect(reply.warnings.join()).toContain("os.system; nothing was called");
    await expect(access(trace)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("an existing version", () => {
  test("is refused, and nothing of it is touched", async () => {
    await using stage = await openRegistryStage(directory());
    await stage.register(LINE, "v1");
    await stage.promote(LINE, "v1");
    const before = await sequence(stage);
    const other = await stage.file("other.json", modelDocument({ stamp: 99, symbol: "X" }));
    const again = stage.register(LINE, "v1", { path: other });
    await expect(again).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("exists; a version never changes") });
    expect(await sequence(stage)).toBe(before);
    expect(await stage.get(LINE)).toEqual({ version: "v1", text: documentFor("v1"), status: "production" });
  });

  test("that six register at once has one winner, whose bytes are intact; five are refused", async () => {
    await using stage = await openRegistryStage(directory());
    const texts = Array.from({ length: 6 }, (_, stamp) => modelDocument({ stamp, symbol: "X" }));
    const paths = await Promise.all(texts.map((text, i) => stage.file(`${i}.json`, text)));
    const outcomes = await Promise.allSettled(paths.map((path) => stage.register(LINE, "v1", { path })));
    const winners = outcomes.flatMap((outcome, i) => (outcome.status === "fulfilled" ? [i] : []));
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    expect(await stage.get(LINE, "v1")).toMatchObject({ text: texts[winners[0] ?? -1] });
    expect(await versions(stage, LINE)).toEqual(["v1 staged"]);
  });

  test("has a model id that no other version gets", async () => {
    await using stage = await openRegistryStage(directory());
    await stage.register(LINE, "v1", { model_id: "m-1" });
    const second = stage.register("strategy/other", "v1", { model_id: "m-1" });
    await expect(second).rejects.toMatchObject({
      code: "conflict",
      message: `model id "m-1" is that of ${LINE} v1; each version has its own`,
    });
  });

  test("is what the same request is answered with again, also when both come at once", async () => {
    await using stage = await openRegistryStage(directory());
    const path = await stage.file("v1.json", documentFor("v1"));
    const twice = await Promise.all([1, 2].map(() => stage.register(LINE, "v1", { path, request_id: "r-1" })));
    const again = await stage.register(LINE, "v1", { path, request_id: "r-1" });
    expect(twice).toEqual([again, again]);
    await expect(stage.register(LINE, "v2", { request_id: "r-1" })).rejects.toMatchObject({ code: "conflict" });
    expect(await versions(stage, LINE)).toEqual(["v1 staged"]);
  });
});

describe("what is refused", () => {
  test.for([
    ["registry/nobody", "v1.0.0", "the types are risk_model"],
    ["registry/risk_model", "v1", "v1.2.3"],
    ["strategy/", "v1", "neither be blank"],
    ["strategy/a/b", "v1", "neither a slash"],
    ["strategy/m", "latest", "version label"],
    ["tech/BTCUSDT", "v1", "come from training"],
    ["src/BTC_ret", "v1", "captured from its directory"],
    ["momentum", "v1", "is no line"],
  ])("%s %s", async ([line = "", version = "", reason = ""]) => {
    await using stage = await openRegistryStage(directory());
    await expect(stage.register(line, version)).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining(reason) });
  });

  test("a path that is not absolute, leads nowhere, to no file, or to one that is too large", async () => {
    await using stage = await openRegistryStage(directory());
    const register = (path: string) => stage.register(LINE, "v1", { path });
    await expect(register("model.json")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(register("~/model.json")).rejects.toMatchObject({ code: "invalid_input" });
    const missing = join(stage.folder, "missing.json");
    await expect(register(missing)).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining(missing) });
    await expect(register(stage.folder)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("no regular file"),
    });
    const large = await stage.file("large.json", "1".repeat(1_000_001));
    await expect(register(large)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("more than the 1000000"),
    });
    const named = stage.register(LINE, "v1", { metadata_path: missing });
    await expect(named).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining("missing.json") });
  });

  test("a registration that finds the disk full, with nothing half done to be seen", async () => {
    await using stage = await openRegistryStage(directory());
    const before = await sequence(stage);
    stage.breakObjects(Object.assign(new Error("no space"), { fault: "full" }));
    await expect(stage.register(LINE, "v1")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("full") });
    expect(await sequence(stage)).toBe(before);
    expect((await stage.app.invoke("status", {}, stage.context)).capture_stopped).toContain("full");
    stage.breakObjects(undefined);
    await expect(stage.register(LINE, "v1")).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("lineage", () => {
  async function openWithDatasets(): Promise<RegistryStage> {
    const stage = await openRegistryStage(directory());
    const set = (name: string, version: string) => stage.app.invoke("dataset.set", { name, version }, stage.context);
    await set("crsp", "v1.2.2");
    await set("crsp", "v1.2.3");
    await set("compustat", "v1.0.1");
    return stage;
  }

  test("that names current datasets is taken, with an older one it is a warning", async () => {
    await using stage = await openWithDatasets();
    expect((await registerRisk(stage, "v1.0.0")).warnings).toEqual([]);
    const older = await registerRisk(stage, "v1.0.1", { dataset_versions: '{"crsp": "v1.2.2"}' });
    expect(older.warnings).toEqual(["crsp: trained on v1.2.2, current is v1.2.3"]);
  });

  test("that names what never was is refused, all of it at once, unless that is asked for", async () => {
    await using stage = await openWithDatasets();
    const dataset_versions = '{"crsp": "v9", "fed": "v1"}';
    await expect(registerRisk(stage, "v1.0.0", { dataset_versions })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/"fed" is not known.*crsp never was at "v9"; current is v1.2.3/),
    });
    const skipped = await registerRisk(stage, "v1.0.0", { dataset_versions, skip_lineage_check: true });
    expect(skipped.warnings).toContain("the lineage of its datasets was not checked: that was asked for");
    const without = await registerRisk(stage, "v1.0.1", { dataset_versions: "", skip_lineage_check: true });
    expect(without.warnings).toEqual(["it names no datasets, and its lineage was not checked: that was asked for"]);
    expect(without.registration).toMatchObject({ dataset_version_ids: {}, snapshot_id: "manual" });
  });
});

describe("an XGBoost model that is no JSON", () => {
  const fixtures = openXgboostFixtures("2.1.4");
  const given = fixtures.cases.find(({ files }) => Object.keys(files).some((name) => name.endsWith(".ubj")));
  const name = Object.keys(given?.files ?? {}).find((file) => file.endsWith(".ubj")) ?? "";

  test("is served as the document that is made of it, proved with it, and kept as it was given", async () => {
    await using stage = await openRegistryStage(directory());
    const path = join(fixtures.folder, given?.dir ?? "", name);
    await stage.register(LINE, "v1", { path });
    const answer = await stage.get(LINE, "v1");
    expect(typeof answer === "object" && answer.text.startsWith("{")).toBe(true);
    const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
    expect(items[0]).toMatchObject({ registration: { format: "xgboost_ubj", checksum_sha256: sha256(await readFile(path)) } });
    expect(items[0]?.sha256).toBe(typeof answer === "object" ? sha256(answer.text) : "");
  });
});

test("a registered text is served byte for byte, its line breaks too", async () => {
  await using stage = await openRegistryStage(directory());
  const text = modelDocument({ stamp: 5, symbol: "X" }).replaceAll(",", ",\r\n");
  await stage.register(LINE, "v1", { path: await stage.file("model.json", text) });
  expect(await stage.get(LINE, "v1")).toMatchObject({ text });
  const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
  expect(items[0]?.sha256).toBe(sha256(text));
});

test("a strategy keeps what the older table had", async () => {
  await using stage = await openRegistryStage(directory());
  const reply = await stage.register("strategy/alpha_baseline", "v20250117", {
    metrics: '{"valid_ic": 0.085}',
    run_id: "abc",
    experiment_id: "7",
  });
  expect(reply.registration).toMatchObject({ run_id: "abc", experiment_id: "7", created_by: "test", format: "xgboost_json" });
  expect(reply.registration.model_id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4/);
});
