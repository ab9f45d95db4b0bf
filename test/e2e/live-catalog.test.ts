// The whole path in one real daemon: files on disk, versions, moves by a person, and strategies that watch.

import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { copyFixture } from "../support/alpha.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { openModelClient, WatchLog, type ModelClient } from "../support/model-client.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";
import { manifestText, replaceFile, trainingFiles, writeTraining } from "../support/training.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "ETHBTC_ret_60";

let base: TempDirectory;
let alpha: string;
let daemon: DaemonProcess;
let models: ModelClient;
let socket: DaemonClient;
let watch: WatchLog;

beforeAll(async () => {
  base = await openTempDirectory("live");
  alpha = await copyFixture("alpha", base.path);
  await start();
});
afterAll(async () => {
  await stop();
  await base[Symbol.asyncDispose]();
});

async function start(): Promise<void> {
  daemon = await startDaemon({
    stateDir: join(base.path, "state"),
    socketPath: join(base.path, "d.sock"),
    register: [alpha],
    settleSeconds: 0.3,
    rescanSeconds: 0.5,
  });
  models = openModelClient(daemon.ready.grpc);
  socket = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "test" });
  watch = new WatchLog(models.watch({ model_name: "alpha", include_payload: true, client_id: "strategy-1" }));
  await watch.next("the snapshot's end", (change) => change.kind === "KIND_SNAPSHOT_END");
}

async function stop(): Promise<number | null> {
  watch.stop();
  models.close();
  socket.close();
  return daemon.stop();
}

const isLive = (version: string) => (change: { kind: string; group_key: string; version: string }) =>
  change.kind === "KIND_LIVE" && change.group_key === KEY && change.version === version;

describe("a directory of real artifacts", () => {
  test("is served as it stands, byte for byte", async () => {
    const listed = await models.listSymbols("alpha");
    expect(listed.ok).toBe(true);
    expect(listed.symbols.map((row) => row.group_key)).toEqual([
      "ADABTC_ret_240",
      "ADABTC_ret_60",
      "ETHBTC_ret_240",
      "ETHBTC_ret_60",
      "LTCBTC_ret_240",
      "LTCBTC_ret_60",
      "XLMBTC_ret_240",
      "XLMBTC_ret_60",
    ]);
    for (const row of listed.symbols) {
      const reply = await models.getModel({ model_name: "alpha", symbol: row.symbol, group_key: row.group_key });
      expect(reply).toMatchObject({
        ok: true,
        message: "ok",
        payload: { metadata: { version: "v1", status: "production", group_key: row.group_key } },
      });
      expect(reply.payload?.model_json).toBe(await readFile(join(alpha, `${row.group_key}_model.json`), "utf8"));
    }
  });

  test("answers the reasons of the old service with ok=false", async () => {
    expect(await models.getModel({ model_name: "nope", symbol: "ETHBTC" })).toMatchObject({ ok: false, payload: null });
    expect(await models.getModel({ model_name: "alpha", symbol: " " })).toMatchObject({ ok: false, payload: null });
    expect(await models.getModel({ model_name: "alpha", symbol: "DOGE" })).toMatchObject({
      ok: false,
      message: expect.stringContaining("DOGE"),
    });
    expect(await models.getModel({ model_name: "alpha", symbol: "ETHBTC", group_key: "x" })).toMatchObject({ ok: false });
    expect(await models.getModel({ model_name: "alpha", symbol: "ETHBTC", xgboost_version: "0.90" })).toMatchObject({
      ok: false,
      message: expect.stringContaining("0.90"),
    });
    expect(await models.getModel({ model_name: "alpha", symbol: " ethbtc " })).toMatchObject({
      ok: true,
      payload: { metadata: { group_key: "ETHBTC_ret_60" } },
    });
  });

  test("says not_modified for a document that the client has", async () => {
    const first = await models.getModel({ model_name: "alpha", symbol: "ETHBTC", group_key: KEY });
    const again = await models.getModel({
      model_name: "alpha",
      symbol: "ETHBTC",
      group_key: KEY,
      known_sha256: first.payload?.metadata.sha256,
    });
    expect(again).toMatchObject({ ok: true, not_modified: true, payload: null });
  });

  test("a resume point from the future gets a snapshot that says why", async () => {
    const future = new WatchLog(models.watch({ model_name: "alpha", after_sequence: "999999" }));
    const begin = await future.next("the snapshot", (change) => change.kind === "KIND_SNAPSHOT_BEGIN");
    expect(begin.reason).toContain("future");
    future.stop();
  });
});

describe("a trainer that overwrites its files", () => {
  test("makes v2, v1 stays byte for byte, and a watcher gets the change", async () => {
    const v1 = await readFile(join(alpha, `${KEY}_model.json`), "utf8");
    await writeTraining(alpha, KEY, { stamp: 7, symbol: "ETHBTC" });
    const change = await watch.next("v2", isLive("v2"));
    expect(change).toMatchObject({ previous_version: "v1", payload: { metadata: { train_samples: "7" } } });
    const old = await models.getModel({ model_name: "alpha", symbol: "ETHBTC", group_key: KEY, version: "v1" });
    expect(old.payload?.model_json).toBe(v1);
    expect(old.payload?.metadata).toMatchObject({ status: "archived", activation: "0" });
  });

  test("is overruled by activate, which pins, until resume", async () => {
    const from = watch.changes.length;
    const dry = await socket.call("line.activate", { line: `alpha/${KEY}`, version: "v1", dry_run: true });
    expect(dry).toMatchObject({ version: "v1", previous_version: "v2", changed: true });
    await socket.call("line.activate", { line: `alpha/${KEY}`, version: "v1", reason: "v2 looks wrong" });
    expect(await watch.next("v1 again", isLive("v1"), from)).toMatchObject({ previous_version: "v2", reason: "v2 looks wrong" });

    await writeTraining(alpha, KEY, { stamp: 8, symbol: "ETHBTC" });
    await waitFor("v3 to be captured", async () =>
      (await socket.call("line.versions", { line: `alpha/${KEY}` })).items.find((version) => version.version === "v3"),
    );
    expect((await models.getModel({ model_name: "alpha", symbol: "ETHBTC", group_key: KEY })).payload?.metadata.version).toBe("v1");

    expect(await socket.call("line.resume", { line: `alpha/${KEY}` })).toMatchObject({
      version: "v3",
      previous_version: "v1",
      pinned: false,
      changed: true,
    });
    expect(await watch.next("v3", isLive("v3"), from)).toMatchObject({ previous_version: "v1" });
    const history = await socket.call("line.history", { line: `alpha/${KEY}` });
    expect(history.items.map((move) => `${move.version} ${move.action} ${move.to_status}`).reverse()).toEqual([
      "v1 captured production",
      "v1 replaced archived",
      "v2 captured production",
      "v2 replaced archived",
      "v1 activated production",
      "v3 captured staged",
      "v1 replaced archived",
      "v3 resumed production",
    ]);
  });

  test("leaves the good model live when it writes a truncated one", async () => {
    const from = watch.changes.length;
    const path = join(alpha, `${KEY}_model.json`);
    const good = await readFile(path);
    await replaceFile(path, good.subarray(0, good.length / 2));
    const degraded = await watch.next("the degraded line", (change) => change.kind === "KIND_DEGRADED" && change.group_key === KEY, from);
    expect(degraded.reason).toContain(`${KEY}_model.json`);
    expect((await models.getModel({ model_name: "alpha", symbol: "ETHBTC", group_key: KEY })).payload?.metadata.version).toBe("v3");
    await replaceFile(path, good);
    await watch.next("the recovery", (change) => change.kind === "KIND_RECOVERED" && change.group_key === KEY, from);
    expect((await socket.call("line.versions", { line: `alpha/${KEY}` })).total).toBe(3);
  });

  test("takes a group with a manifest when it matches, and not before", async () => {
    const from = watch.changes.length;
    const files = trainingFiles({ stamp: 9, symbol: "MAN" });
    await writeFile(join(alpha, "MAN_ret_manifest.json"), manifestText("MAN_ret", files));
    for (const [suffix, bytes] of Object.entries(files).slice(0, 4)) await replaceFile(join(alpha, `MAN_ret${suffix}`), bytes);
    const waiting = await watch.next(
      "the incomplete group",
      (change) => change.kind === "KIND_DEGRADED" && change.group_key === "MAN_ret",
      from,
    );
    expect(waiting.reason).toContain("MAN_ret_model.json");
    await replaceFile(join(alpha, "MAN_ret_model.json"), files["_model.json"]);
    await watch.next("the complete group", (change) => change.kind === "KIND_LIVE" && change.group_key === "MAN_ret", from);
  });
});

describe("files that go away", () => {
  test("withdraw a line that follows, and bring the same version back when they return", async () => {
    const from = watch.changes.length;
    const aside = join(base.path, "aside");
    const suffixes = ["_factors.txt", "_ic.csv", "_info.pkl", "_model.pkl", "_model.json"];
    await Promise.all(suffixes.map((suffix) => rename(join(alpha, `LTCBTC_ret_60${suffix}`), `${aside}${suffix}`)));
    await watch.next("the withdrawal", (change) => change.kind === "KIND_WITHDRAWN" && change.group_key === "LTCBTC_ret_60", from);
    expect(await models.getModel({ model_name: "alpha", symbol: "LTCBTC", group_key: "LTCBTC_ret_60" })).toMatchObject({ ok: false });
    await Promise.all(suffixes.map((suffix) => rename(`${aside}${suffix}`, join(alpha, `LTCBTC_ret_60${suffix}`))));
    expect(
      await watch.next("its return", (change) => change.kind === "KIND_LIVE" && change.group_key === "LTCBTC_ret_60", from),
    ).toMatchObject({ version: "v1" });
  });

  test("of a part of a group degrade it and name what is missing", async () => {
    const from = watch.changes.length;
    const path = join(alpha, "XLMBTC_ret_60_ic.csv");
    const bytes = await readFile(path);
    await rm(path);
    expect(
      (await watch.next("the degraded line", (change) => change.kind === "KIND_DEGRADED" && change.group_key === "XLMBTC_ret_60", from))
        .reason,
    ).toContain("XLMBTC_ret_60_ic.csv");
    await writeFile(path, bytes);
    await watch.next("the recovery", (change) => change.kind === "KIND_RECOVERED" && change.group_key === "XLMBTC_ret_60", from);
  });

  test("with the whole directory leave everything served", async () => {
    const from = watch.changes.length;
    await rename(alpha, `${alpha}-gone`);
    await waitFor("the source to be degraded", async () => (await socket.call("source.list", {})).items[0]?.degraded !== "");
    expect(await models.getModel({ model_name: "alpha", symbol: "ETHBTC", group_key: KEY })).toMatchObject({ ok: true });
    await rename(`${alpha}-gone`, alpha);
    await waitFor("the source to recover", async () => (await socket.call("source.list", {})).items[0]?.degraded === "");
    expect(watch.changes.slice(from).filter((change) => change.kind === "KIND_WITHDRAWN")).toEqual([]);
  });
});

describe("a restart", () => {
  test("keeps what was live, moves nothing, and a watcher resumes by its sequence", async () => {
    await socket.call("line.activate", { line: `alpha/${KEY}`, version: "v2" });
    const before = await socket.call("live.list", {});
    const sequence = (await socket.call("status", {})).sequence;
    expect(await stop()).toBe(0);
    await start();
    expect(await socket.call("live.list", {})).toEqual(before);
    expect((await socket.call("status", {})).sequence).toBe(sequence);
    const resumed = new WatchLog(models.watch({ model_name: "alpha", after_sequence: String(sequence) }));
    await socket.call("line.activate", { line: `alpha/${KEY}`, version: "v1" });
    await resumed.next("v1", isLive("v1"));
    expect(resumed.changes.map((change) => change.kind)).toEqual(["KIND_LIVE"]);
    resumed.stop();
  });

  test("of a second daemon on the same state is refused and names the first", async () => {
    const second = startDaemon({ stateDir: join(base.path, "state"), socketPath: join(base.path, "other.sock") });
    await expect(second).rejects.toThrow(String(daemon.ready.pid));
  });
});

describe("clients", () => {
  test("that report what they loaded are listed with it", async () => {
    const live = (await models.getModel({ model_name: "alpha", symbol: "ADABTC", group_key: "ADABTC_ret_60" })).payload?.metadata;
    expect(
      await models.reportLoaded({
        client_id: "strategy-1",
        model_name: "alpha",
        group_key: "ADABTC_ret_60",
        version: "v1",
        sha256: live?.sha256,
      }),
    ).toEqual({ current: true, live_version: "v1" });
    const listed = (await socket.call("client.list", {})).items.find((client) => client.client_id === "strategy-1");
    expect(listed).toMatchObject({ watching: true, loaded: [{ line: "alpha/ADABTC_ret_60", version: "v1", current: true }] });
  });

  test("can fetch a document in slices, equal to the whole", async () => {
    const slices: Buffer[] = [];
    for await (const chunk of models.bytes({ model_name: "alpha", symbol: "ADABTC", group_key: "ADABTC_ret_240" }))
      slices.push((chunk as { data: Buffer }).data);
    const whole = Buffer.concat(slices);
    expect(createHash("sha256").update(whole).digest("hex")).toBe(
      createHash("sha256")
        .update(await readFile(join(alpha, "ADABTC_ret_240_model.json")))
        .digest("hex"),
    );
  });
});
