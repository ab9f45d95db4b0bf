// Kills the daemon at random moments while it captures and while a person moves versions: nothing acknowledged may be lost or torn.

import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { openModelClient, WatchLog, type Change } from "../support/model-client.ts";
import { createRandom, soakCount, soakSeed } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { stampsOf, writeTraining } from "../support/training.ts";
import { waitFor } from "../support/wait-for.ts";

const GROUPS = 12;
const KILLS = soakCount(50);
const temporary = useTempDirectory("kill");

/** What the daemon has told anybody. */
interface Acknowledged {
  /** Answered moves: sequence and the version that it made live. */
  readonly moves: { readonly line: string; readonly version: string; readonly sequence: number }[];
  /** Versions that a watcher was shown as live, with their bytes' digest. */
  readonly versions: Map<string, string>;
  newestSequence: number;
}

test(
  `${KILLS} kill -9 at random moments lose no acknowledged write and leave no mixed or torn version`,
  { timeout: 1_200_000 },
  async () => {
    buildBundle();
    buildBundle();
    const random = createRandom(soakSeed());
    const base = temporary();
    const root = join(base, "models");
    await mkdir(root);
    const keys = Array.from({ length: GROUPS }, (_, i) => `SYM${i}_ret_60`);
    let stamp = 1;
    for (const key of keys) await writeTraining(root, key, { stamp: stamp++, symbol: symbolOf(key) });
    const acknowledged: Acknowledged = { moves: [], versions: new Map(), newestSequence: 0 };
    const restarts: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const begun = performance.now();
      const daemon = await startDaemon({
        stateDir: join(base, "state"),
        socketPath: join(base, "d.sock"),
        register: [root],
        settleSeconds: 0.05,
        rescanSeconds: 0.5,
        isBundled: true,
      });
      restarts.push(performance.now() - begun);
      await compareWithAcknowledged(daemon, acknowledged);
      const stop = new AbortController();
      const work = Promise.all([
        overwrite(root, keys, random, () => stamp++, stop.signal),
        move(daemon, keys, random, acknowledged, stop.signal),
        follow(daemon, acknowledged, stop.signal),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 100 + random() * 900));
      await daemon.kill();
      stop.abort();
      await work;
    }
    const daemon = await startDaemon({
      stateDir: join(base, "state"),
      socketPath: join(base, "d.sock"),
      register: [root],
      settleSeconds: 0.05,
      rescanSeconds: 0.5,
      isBundled: true,
    });
    try {
      await compareWithAcknowledged(daemon, acknowledged);
      await catalogEqualsDisk(daemon, root, keys, () => stamp++);
      expect(acknowledged.moves.length).toBeGreaterThan(0);
      expect(acknowledged.versions.size).toBeGreaterThan(GROUPS);
      process.stderr.write(
        `${KILLS} kills: ${acknowledged.moves.length} acknowledged moves, ${acknowledged.versions.size} versions shown, restart to ready: slowest ${Math.max(...restarts).toFixed(0)} ms\n`,
      );
    } finally {
      await daemon.stop();
    }
  },
);

async function overwrite(
  root: string,
  keys: readonly string[],
  random: () => number,
  nextStamp: () => number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const key = pick(keys, random);
    await writeTraining(root, key, { stamp: nextStamp(), symbol: symbolOf(key) });
    await new Promise((resolve) => setTimeout(resolve, random() * 30));
  }
}

async function move(
  daemon: DaemonProcess,
  keys: readonly string[],
  random: () => number,
  acknowledged: Acknowledged,
  signal: AbortSignal,
): Promise<void> {
  let client: DaemonClient | undefined;
  try {
    client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" });
    while (!signal.aborted) {
      const line = `models/${pick(keys, random)}`;
      const versions = (await client.call("line.versions", { line, limit: 20 })).items;
      const chosen = pick(versions, random);
      const reply =
        random() < 0.6
          ? await client.call("line.activate", { line, version: chosen.version, reason: "soak" })
          : await client.call("line.resume", { line });
      if (reply.changed && reply.version !== reply.previous_version)
        acknowledged.moves.push({ line, version: reply.version, sequence: reply.sequence });
    }
  } catch {
    // The daemon was killed in the middle of a request: what was not answered is not acknowledged.
    return;
  } finally {
    client?.close();
  }
}

async function follow(daemon: DaemonProcess, acknowledged: Acknowledged, signal: AbortSignal): Promise<void> {
  const models = openModelClient(daemon.ready.grpc);
  const watch = models.watch({ include_payload: true });
  const ended = new Promise<void>((resolve) => watch.on("error", () => resolve()).on("end", () => resolve()));
  watch.on("data", (change: Change) => {
    if (change.kind !== "KIND_LIVE" || change.payload === null) return;
    expect([...stampsOf(change.payload)], `${change.group_key} ${change.version} is mixed`).toHaveLength(1);
    acknowledged.versions.set(`${change.model_name}/${change.group_key}@${change.version}`, change.sha256);
    acknowledged.newestSequence = Math.max(acknowledged.newestSequence, Number(change.sequence));
  });
  signal.addEventListener("abort", () => watch.cancel(), { once: true });
  await ended;
  models.close();
}

async function compareWithAcknowledged(daemon: DaemonProcess, acknowledged: Acknowledged): Promise<void> {
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" });
  const models = openModelClient(daemon.ready.grpc);
  try {
    expect((await client.call("status", {})).sequence).toBeGreaterThanOrEqual(acknowledged.newestSequence);
    const lines = new Set(acknowledged.moves.map((done) => done.line));
    for (const line of lines) {
      const happened = new Map<number, string>();
      for (let after: string | null = ""; after !== null;) {
        const page: { items: { sequence: number; version: string }[]; next: string | null } = await client.call("line.history", {
          line,
          limit: 1000,
          ...(after === "" ? {} : { after }),
        });
        for (const item of page.items) happened.set(item.sequence, item.version);
        after = page.next;
      }
      for (const done of acknowledged.moves.filter((one) => one.line === line))
        expect(happened.get(done.sequence), `acknowledged move ${done.sequence} of ${line}`).toBe(done.version);
    }
    for (const [name, sha256] of [...acknowledged.versions].slice(-60)) {
      const [line = "", version = ""] = name.split("@");
      const key = line.slice(line.indexOf("/") + 1);
      const reply = await models.getModel({ model_name: "models", symbol: symbolOf(key), group_key: key, version });
      expect(reply.payload?.metadata.sha256, name).toBe(sha256);
      if (reply.payload !== null) expect([...stampsOf(reply.payload)], name).toHaveLength(1);
    }
  } finally {
    models.close();
    client.close();
  }
}

/** After a last training of every group and a resume, what is live is what lies on disk. */
async function catalogEqualsDisk(daemon: DaemonProcess, root: string, keys: readonly string[], nextStamp: () => number): Promise<void> {
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" });
  const models = openModelClient(daemon.ready.grpc);
  try {
    for (const key of keys) {
      await client.call("line.resume", { line: `models/${key}` });
      const stamp = nextStamp();
      await writeTraining(root, key, { stamp, symbol: symbolOf(key) });
      await waitFor(`${key} to be live with its last training`, async () => {
        const reply = await models.getModel({ model_name: "models", symbol: symbolOf(key), group_key: key });
        return reply.payload !== null && stampsOf(reply.payload).has(stamp);
      });
    }
    const watch = new WatchLog(models.watch({ model_name: "models", include_payload: true }));
    await watch.next("the end of the snapshot", (change) => change.kind === "KIND_SNAPSHOT_END");
    expect(
      watch.changes
        .filter((change) => change.kind === "KIND_LIVE")
        .map((change) => change.group_key)
        .toSorted(),
    ).toEqual(keys.toSorted());
    watch.stop();
  } finally {
    models.close();
    client.close();
  }
}

function symbolOf(key: string): string {
  return key.slice(0, key.indexOf("_"));
}

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

/** The daemon is killed and started as it is installed, so that its start is worth timing. */
function buildBundle(): void {
  const built = spawnSync(process.execPath, [fileURLToPath(new URL("../../daemon/bin/build.js", import.meta.url))], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
}
