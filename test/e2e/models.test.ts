// Models in one real daemon: a pickle served as a document, renderings for other releases, golden rows, predictions by every door.

import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { readXgboost } from "../../daemon/artifacts/xgboost/read-xgboost.ts";
import { ARTIFACT_FIXTURES, copyFixture } from "../support/alpha.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { runCommand } from "../support/cli-host.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { openModelClient, WatchLog, type ModelClient } from "../support/model-client.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";
import { replaceFile } from "../support/training.ts";
import { waitFor } from "../support/wait-for.ts";

const PICKLED = { symbol: "ETCBTC", key: "ETCBTC_ret_240" };
const BINARY = { symbol: "ETCBTC", key: "ETCBTC_bin_60" };

interface Probe {
  readonly x: readonly (readonly (number | null)[])[];
  readonly margin: readonly number[];
}

let base: TempDirectory;
let beta: string;
let daemon: DaemonProcess;
let models: ModelClient;
let socket: DaemonClient;
const probes: Record<string, Probe> = {};

beforeAll(async () => {
  // The command line asks the bundle about files.
  buildBundle();
  base = await openTempDirectory("models");
  beta = await copyFixture("beta", base.path);
  const golden = JSON.parse(await readFile(join(ARTIFACT_FIXTURES, "beta/golden.json"), "utf8")) as {
    readonly groups: Readonly<Record<string, { readonly probe: Probe }>>;
  };
  for (const { key } of [PICKLED, BINARY]) probes[key] = golden.groups[key]?.probe ?? { x: [], margin: [] };
  daemon = await startDaemon({
    stateDir: join(base.path, "state"),
    socketPath: join(base.path, "d.sock"),
    register: [beta],
    settleSeconds: 0.3,
    rescanSeconds: 0.5,
    isBundled: true,
  });
  models = openModelClient(daemon.ready.grpc);
  socket = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "test" });
  const ready = async (): Promise<boolean> => (await socket.call("status", {})).groups_ready === 14;
  await waitFor("all fourteen groups", ready, { deadlineMs: 30_000 });
}, 60_000);
afterAll(async () => {
  models.close();
  socket.close();
  await daemon.stop();
  await base[Symbol.asyncDispose]();
});

const rowsOf = (key: string): (number | null)[][] => (probes[key]?.x ?? []).map((row) => [...row]);
/** The golden margins as the float32 that they are. */
const marginsOf = (key: string): number[][] => (probes[key]?.margin ?? []).map((margin) => [Math.fround(margin)]);

/** The numbers that a command printed, as the float32 that each of them stands for. */
function valuesOf(stdout: string): number[][] {
  const { values } = JSON.parse(stdout) as { readonly values: readonly (readonly number[])[] };
  return values.map((row) => row.map(Math.fround));
}

function get(group: { readonly symbol: string; readonly key: string }, fields: object = {}) {
  return models.getModel({ model_name: "beta", symbol: group.symbol, group_key: group.key, ...fields });
}

describe("a group that has only a pickle", () => {
  test("is served with a document that holds the pickle's model", async () => {
    const { ok, payload } = await get(PICKLED);
    expect(ok).toBe(true);
    expect(payload?.metadata).toMatchObject({ version: "v1", feature_dim: 12, rendered_for: "" });
    expect(payload?.metadata.model_json_path).toMatch(/ETCBTC_ret_240_model\.pkl$/);
    const text = payload?.model_json ?? "";
    expect(createHash("sha256").update(text).digest("hex")).toBe(payload?.metadata.sha256);
    const read = readXgboost(Buffer.from(text));
    expect(read).toMatchObject({ ok: true, model: { version: [2, 1, 4], numFeature: 12 } });
  });

  test("shows the curves, the importance and the parameters of its pickle", async () => {
    const line = `beta/${PICKLED.key}`;
    const { items } = await socket.call("line.curve", { line });
    expect(items.map(({ dataset, metric, values }) => [dataset, metric, values.length])).toEqual([
      ["validation_0", "rmse", 15],
      ["validation_1", "rmse", 15],
    ]);
    const model = await socket.call("line.model", { line });
    expect(model).toMatchObject({
      ...{ document: "converted_json", objective: "reg:squarederror", num_trees: 15, rounds: 15, num_feature: 12, golden: "absent" },
      pickle: { class_name: "xgboost.sklearn.XGBRegressor", unknown_calls: [] },
    });
    expect(model.importance.length).toBeGreaterThan(3);
    expect(model.proof_rows).toBeGreaterThan(0);
    expect(model.parameters.map(([name]) => name)).toContain("learning_rate");
  });

  test("predicts the reference library's margins bit for bit, by the socket and by the command line", async () => {
    const { values } = await socket.call("model.predict", { line: `beta/${PICKLED.key}`, rows: rowsOf(PICKLED.key), kind: "margin" });
    expect(values).toEqual(marginsOf(PICKLED.key));
    const csv = join(base.path, "rows.csv");
    await writeFile(
      csv,
      `${rowsOf(PICKLED.key)
        .map((row) => row.map((value) => value ?? "").join(","))
        .join("\n")}\n`,
    );
    const byFile = await runCommand("", ["predict", "--file", join(beta, `${PICKLED.key}_model.pkl`), "--rows", csv, "--margin", "--json"]);
    expect({ code: byFile.code, stderr: byFile.stderr }).toEqual({ code: 0, stderr: "" });
    expect(valuesOf(byFile.stdout)).toEqual(marginsOf(PICKLED.key));
    const args = ["predict", "beta", PICKLED.symbol, "--group-key", PICKLED.key, "--rows", csv, "--margin", "--json"];
    const byDaemon = await runCommand(daemon.ready.socket, args);
    expect({ code: byDaemon.code, stderr: byDaemon.stderr }).toEqual({ code: 0, stderr: "" });
    expect(valuesOf(byDaemon.stdout)).toEqual(marginsOf(PICKLED.key));
  });
});

describe("a client of another XGBoost release", () => {
  test("gets a document of its own, named by its own digest", async () => {
    const written = await get(BINARY);
    const { ok, payload } = await get(BINARY, { xgboost_version: "1.7.6" });
    expect(ok).toBe(true);
    expect(payload?.metadata).toMatchObject({ rendered_for: "1.7.6", version: "v1" });
    expect(payload?.metadata.sha256).not.toBe(written.payload?.metadata.sha256);
    expect(
      createHash("sha256")
        .update(payload?.model_json ?? "")
        .digest("hex"),
    ).toBe(payload?.metadata.sha256);
    expect(JSON.parse(payload?.model_json ?? "{}")).toMatchObject({ version: [1, 7, 6] });
    const again = await get(BINARY, { xgboost_version: "1.7.6", known_sha256: payload?.metadata.sha256 });
    expect(again).toMatchObject({ ok: true, not_modified: true });
  });

  test("of the writer's own gets the trainer's bytes", async () => {
    const { payload } = await get(BINARY, { xgboost_version: "2.1.4" });
    expect(payload?.metadata.rendered_for).toBe("");
    expect(payload?.model_json).toBe(await readFile(join(beta, `${BINARY.key}_model.json`), "utf8"));
  });

  test("that is no release, or cannot read JSON, is told so", async () => {
    expect(await get(BINARY, { xgboost_version: "newest" })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/is no release/) as unknown,
    });
    expect(await get(BINARY, { xgboost_version: "0.90" })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/reads no JSON/) as unknown,
    });
  });

  test("that watches is pushed its rendering", async () => {
    const watch = new WatchLog(models.watch({ model_name: "beta", include_payload: true, xgboost_version: "1.7.6", symbols: ["LTCBTC"] }));
    const change = await watch.next("a live line", ({ kind, group_key }) => kind === "KIND_LIVE" && group_key === "LTCBTC_crlf_30");
    expect(change.payload?.metadata.rendered_for).toBe("1.7.6");
    watch.stop();
  });
});

describe("golden rows beside a model", () => {
  const line = `beta/${BINARY.key}`;
  const goldenFile = (): string => join(beta, `${BINARY.key}_golden.json`);
  const writeGolden = (margins: readonly number[]): Promise<void> =>
    replaceFile(goldenFile(), Buffer.from(JSON.stringify({ rows: rowsOf(BINARY.key), margins })));
  const newest = async () => (await socket.call("line.versions", { line })).items[0];

  test("that do not match keep it from going live, and say which row", async () => {
    const before = await get(BINARY);
    await writeGolden((probes[BINARY.key]?.margin ?? []).map((margin, row) => (row === 7 ? margin + 0.001 : margin)));
    await waitFor("the failed version", async () => (await newest())?.version === "v2", { deadlineMs: 20_000 });
    expect(await newest()).toMatchObject({ status: "failed", golden: "failed", reason: expect.stringContaining("row 7") as unknown });
    const { items } = await socket.call("group.list", { source: "beta", group_keys: [BINARY.key] });
    expect(items[0]).toMatchObject({ version: "v1", degraded: expect.stringContaining("golden rows: row 7") as unknown });
    const now = await get(BINARY);
    expect(now.payload?.metadata).toMatchObject({ version: "v1", sha256: before.payload?.metadata.sha256 });
    await expect(socket.call("line.activate", { line, version: "v2" })).rejects.toThrow(/v2 is failed/);
  });

  test("that match bit for bit let it go live", async () => {
    await writeGolden(probes[BINARY.key]?.margin ?? []);
    await waitFor("the version that passed", async () => (await newest())?.version === "v3", { deadlineMs: 20_000 });
    expect(await newest()).toMatchObject({ status: "production", live: true, golden: "passed" });
    expect(await socket.call("line.model", { line })).toMatchObject({ golden: "passed", golden_detail: "" });
    const { items } = await socket.call("group.list", { source: "beta", group_keys: [BINARY.key] });
    expect(items[0]?.degraded).toBe("");
    await rm(goldenFile());
  });

  test("and the kept rows are looked at again by verify and before an activation", async () => {
    const { version } = await socket.call("line.activate", { line, version: "v1", reason: "back" });
    expect(version).toBe("v1");
    const { code, stdout } = await runCommand(daemon.ready.socket, ["verify", "beta", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ models: 14, items: [] });
  });
});

describe("documents for other programs", () => {
  test("are made of stored models, and are models again", async () => {
    const parts: Buffer[] = [];
    const stream = socket.stream("model.convert", { line: `beta/${PICKLED.key}`, format: "ubj" });
    for await (const part of stream) if (part.part === "data") parts.push(Buffer.from(part.base64, "base64"));
    expect(readXgboost(Buffer.concat(parts))).toMatchObject({ ok: true, model: { encoding: "ubjson", numFeature: 12 } });
    const inspected = await socket.call("artifact.inspect", { line: `beta/${PICKLED.key}`, kind: "model_pkl" });
    expect(inspected).toMatchObject({ rejected: null, facts: { protocol: 4 } });
  });
});
