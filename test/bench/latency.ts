// Change on disk → watcher in another process: the daemon beside a bare watch-read-send program, change by change in turn.

import { Client, credentials } from "@grpc/grpc-js";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startDaemon } from "../support/daemon-process.ts";
import { openModelClient, WatchLog } from "../support/model-client.ts";
import { manifestText, replaceFile, trainingFiles, writeTraining } from "../support/training.ts";
import { startChild } from "./child.ts";
import { ms, quantile, type Row } from "./report.ts";

const CHANGES = 300;
const GROUPS = 100;
const TREES = 20;

/** Measures both and returns the table's rows. `base` is an empty directory. */
export async function benchLatency(base: string): Promise<Row[]> {
  const root = join(base, "models");
  const plain = join(base, "plain");
  await mkdir(root, { recursive: true });
  await mkdir(plain);
  for (let g = 0; g < GROUPS; g++) await writeTraining(root, `SYM${g}_ret`, { stamp: g + 1, symbol: `SYM${g}`, trees: TREES });
  const daemon = await startDaemon({
    stateDir: join(base, "state"),
    socketPath: join(base, "d.sock"),
    register: [root],
    settleSeconds: 2,
    rescanSeconds: 5,
    isBundled: true,
  });
  const bare = await startChild("baseline/watch-server.ts", [plain, join(base, "bare.sqlite")]);
  const models = openModelClient(daemon.ready.grpc);
  const watch = new WatchLog(models.watch({ include_payload: true }));
  await watch.next("the snapshot", (change) => change.kind === "KIND_SNAPSHOT_END");
  const bareWatch = await watchBare(bare.ready["address"] ?? "");
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    ours.push(await changeOurs(root, watch, i));
    theirs.push(await bareWatch.change(plain, i));
  }
  watch.stop();
  models.close();
  bareWatch.close();
  await daemon.stop();
  await bare.stop();
  const row = (what: string, p: number, bar: string): Row => {
    const [mine, other] = [quantile(ours, p), quantile(theirs, p)];
    return { what: `change -> watcher, ${what}`, ours: ms(mine), baseline: ms(other), ratio: (mine / other).toFixed(2), bar };
  };
  return [row("p50", 0.5, "<= 5 ms"), row("p99", 0.99, "<= 25 ms")];
}

/** One training of one group with a manifest: milliseconds from its last rename to the watcher. */
async function changeOurs(root: string, watch: WatchLog, i: number): Promise<number> {
  const stamp = 10_000 + i;
  const key = `SYM${i % GROUPS}_ret`;
  const files = trainingFiles({ stamp, symbol: `SYM${i % GROUPS}`, trees: TREES });
  const from = watch.changes.length;
  // The manifest comes first, so the group is complete with its last artifact.
  await replaceFile(join(root, `${key}_manifest.json`), Buffer.from(manifestText(key, files)));
  const entries = Object.entries(files);
  for (const [suffix, bytes] of entries.slice(0, -1)) await replaceFile(join(root, `${key}${suffix}`), bytes);
  const [lastSuffix, lastBytes] = entries.at(-1) ?? ["", Buffer.alloc(0)];
  await new Promise((resolve) => setTimeout(resolve, 25));
  await replaceFile(join(root, `${key}${lastSuffix}`), lastBytes);
  const begun = performance.now();
  const isIt = (change: { kind: string; payload: { metadata: { train_samples: string } } | null }): boolean =>
    change.kind === "KIND_LIVE" && change.payload?.metadata.train_samples === String(stamp);
  await watch.next(`change ${i}`, isIt, from);
  return performance.now() - begun;
}

/** A watcher of the bare program. */
async function watchBare(address: string): Promise<{ change(directory: string, i: number): Promise<number>; close(): void }> {
  const client = new Client(address, credentials.createInsecure());
  const identity = (bytes: Buffer): Buffer => bytes;
  const stream = client.makeServerStreamRequest("/baseline.Watch/Watch", identity, identity, Buffer.alloc(0));
  await new Promise<void>((resolve) => stream.once("metadata", () => resolve()));
  return {
    async change(directory, i) {
      const arrived = new Promise<void>((resolve) => stream.once("data", () => resolve()));
      const files = trainingFiles({ stamp: i, symbol: "X", trees: TREES });
      await replaceFile(join(directory, "X_model.json"), files["_model.json"]);
      const begun = performance.now();
      await arrived;
      return performance.now() - begun;
    },
    close() {
      stream.on("error", () => undefined).cancel();
      client.close();
    },
  };
}
