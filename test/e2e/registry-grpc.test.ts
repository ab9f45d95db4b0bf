// Registered models in one real daemon: from a file to a promoted version, and what gRPC clients of the namespaces get.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { openModelClient, WatchLog, type ModelClient } from "../support/model-client.ts";
import { writePickle } from "../support/pickle-writer.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";
import { modelDocument } from "../support/training.ts";

const STRATEGY = "strategy/momentum_v1";
const RISK = "registry/risk_model";
const METADATA = {
  dataset_versions: '{"crsp": "v1.2.3"}',
  parameters: '{"factor_list": ["momentum"], "halflife_days": 60, "shrinkage_intensity": 0.5}',
  metrics: '{"ic": 0.05, "sharpe": 1.2}',
};

let base: TempDirectory;
let daemon: DaemonProcess;
let models: ModelClient;
let socket: DaemonClient;

const documentOf = (stamp: number): Buffer => Buffer.from(modelDocument({ stamp, symbol: "X" }));
const pickle = writePickle({ dict: { covariance: 1.5 } });
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function file(name: string, bytes: Buffer): Promise<string> {
  const path = join(base.path, name);
  await writeFile(path, bytes);
  return path;
}

async function register(line: string, version: string, bytes: Buffer, fields: object = {}) {
  return socket.call("registry.register", { line, version, path: await file(`${version}.model`, bytes), ...fields });
}

function promote(line: string, version: string) {
  return socket.call("line.promote", { line, version, skip_gates: true, reason: "a test" });
}

async function bytesOf(request: object): Promise<{ readonly data: Buffer; readonly total: number }> {
  const stream = models.bytes(request);
  const pieces: Buffer[] = [];
  let total = 0;
  stream.on("data", (chunk: { readonly data: Buffer; readonly total_bytes: string }) => {
    pieces.push(chunk.data);
    total ||= Number(chunk.total_bytes);
  });
  await once(stream, "end");
  return { data: Buffer.concat(pieces), total };
}

beforeAll(async () => {
  base = await openTempDirectory("registry");
  daemon = await startDaemon({ stateDir: join(base.path, "state"), socketPath: join(base.path, "d.sock") });
  models = openModelClient(daemon.ready.grpc);
  socket = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "test" });
  await register(STRATEGY, "v1", documentOf(1));
  await promote(STRATEGY, "v1");
  await register(STRATEGY, "20250117-143022", documentOf(2));
  await register(RISK, "v1.0.0", pickle, METADATA);
  await promote(RISK, "v1.0.0");
}, 60_000);
afterAll(async () => {
  models.close();
  socket.close();
  await daemon.stop();
  await base[Symbol.asyncDispose]();
});

describe("GetModel for a line of the namespaces", () => {
  test("gives the promoted version's document byte for byte, by group_key or by symbol", async () => {
    for (const name of [{ group_key: "momentum_v1" }, { symbol: "momentum_v1" }, { symbol: " MOMENTUM_V1 " }]) {
      const { ok, payload } = await models.getModel({ model_name: "strategy", ...name });
      expect(ok).toBe(true);
      expect(payload?.model_json).toBe(documentOf(1).toString());
      expect(payload?.metadata).toMatchObject({
        ...{ model_name: "strategy", symbol: "momentum_v1", group_key: "momentum_v1", version: "v1", status: "production", feature_dim: 3 },
        ...{ sha256: sha256(documentOf(1)), model_json_path: "v1.model", source_root_path: "" },
      });
    }
  });

  test("gives any other version by its label, whatever its status", async () => {
    const { payload } = await models.getModel({ model_name: "strategy", group_key: "momentum_v1", version: "20250117-143022" });
    expect(payload?.model_json).toBe(documentOf(2).toString());
    expect(payload?.metadata).toMatchObject({ status: "staged", activation: "0" });
  });

  test("answers a known digest without the document, and renders for another release", async () => {
    const known = { model_name: "strategy", group_key: "momentum_v1", known_sha256: sha256(documentOf(1)) };
    expect(await models.getModel(known)).toMatchObject({ ok: true, not_modified: true, payload: null });
    const old = await models.getModel({ model_name: "strategy", group_key: "momentum_v1", xgboost_version: "1.7.6" });
    expect(old.payload?.metadata.rendered_for).toBe("1.7.6");
  });

  test("says of a document that is no text how to get it, and GetModelBytes sends it", async () => {
    const refused = await models.getModel({ model_name: "registry", group_key: "risk_model" });
    expect(refused).toMatchObject({ ok: false, payload: null });
    expect(refused.message).toContain("GetModelBytes");
    expect(refused.message).toContain("get registry risk_model");
    expect(await bytesOf({ model_name: "registry", group_key: "risk_model" })).toEqual({ data: pickle, total: pickle.length });
    const rendered = await models.getModel({ model_name: "registry", group_key: "risk_model", xgboost_version: "1.7.6" });
    expect(rendered).toMatchObject({ ok: false });
  });

  test("knows no other lines", async () => {
    const answer = await models.getModel({ model_name: "strategy", group_key: "nobody" });
    expect(answer).toMatchObject({ ok: false, message: "line not found: strategy/nobody" });
    expect(await models.getModel({ model_name: "registry" })).toMatchObject({ ok: false });
  });
});

test("ListSymbols of a namespace lists its lines", async () => {
  const { ok, symbols } = await models.listSymbols("strategy");
  expect(ok).toBe(true);
  expect(symbols).toMatchObject([{ symbol: "momentum_v1", group_key: "momentum_v1", version: "v1", grpc_ready: true }]);
  expect(await models.listSymbols("tech")).toMatchObject({ ok: true, symbols: [] });
});

test("WatchModels shows the lines, and pushes a promotion with its model", async () => {
  const watch = new WatchLog(models.watch({ model_name: "strategy", include_payload: true, symbols: ["momentum_v2"] }));
  await watch.next("the snapshot", (change) => change.kind === "KIND_SNAPSHOT_END");
  await register("strategy/momentum_v2", "v1", documentOf(7));
  await promote("strategy/momentum_v2", "v1");
  const change = await watch.next("the promotion", ({ kind, version }) => kind === "KIND_LIVE" && version === "v1");
  expect(change).toMatchObject({ model_name: "strategy", group_key: "momentum_v2", sha256: sha256(documentOf(7)) });
  expect(change.payload?.model_json).toBe(documentOf(7).toString());
  watch.stop();
});

test("WatchModels names a document that is no text, and sends the change without it", async () => {
  const watch = new WatchLog(models.watch({ model_name: "registry", include_payload: true }));
  const change = await watch.next("the snapshot", ({ kind }) => kind === "KIND_LIVE");
  expect(change).toMatchObject({ group_key: "risk_model", version: "v1.0.0", sha256: sha256(pickle), payload: null });
  watch.stop();
});

test("the first GetModel after a promotion's answer has the promoted version, every time", async () => {
  const line = "strategy/flips";
  for (let stamp = 1; stamp <= 10; stamp++) await register(line, `v${stamp}`, documentOf(stamp));
  for (let stamp = 1; stamp <= 10; stamp++) {
    await promote(line, `v${stamp}`);
    const { payload } = await models.getModel({ model_name: "strategy", symbol: "flips" });
    expect(payload?.metadata.version).toBe(`v${stamp}`);
    expect(payload?.model_json).toBe(documentOf(stamp).toString());
  }
});

test("ReportLoaded keeps who runs what, also of a document that is no text", async () => {
  const report = { client_id: "risk-1", model_name: "registry", group_key: "risk_model", version: "v1.0.0", sha256: sha256(pickle) };
  expect(await models.reportLoaded(report)).toEqual({ current: true, live_version: "v1.0.0" });
  await expect(models.reportLoaded({ ...report, sha256: "0".repeat(64) })).rejects.toThrow("not 0000");
});

test("the socket streams the same bytes", async () => {
  const pieces: Buffer[] = [];
  for await (const item of socket.stream("model.get", { source: "registry", group_key: "risk_model" }))
    if (item.part === "data") pieces.push(Buffer.from(item.base64, "base64"));
  expect(Buffer.concat(pieces).equals(pickle)).toBe(true);
});

test("a registered XGBoost model is described and predicts", async () => {
  const shown = await socket.call("line.show", { line: STRATEGY });
  expect(shown.live?.registration).toMatchObject({ format: "xgboost_json", checksum_sha256: sha256(documentOf(1)) });
  expect(shown.model_meta?.num_trees).toBe(2);
  const model = await socket.call("line.model", { line: STRATEGY });
  expect(model).toMatchObject({ document: "model_file", num_feature: 3, proof_rows: 32 });
  const { values } = await socket.call("model.predict", { line: STRATEGY, rows: [[1, 2, null]] });
  expect(values[0]).toHaveLength(1);
});
