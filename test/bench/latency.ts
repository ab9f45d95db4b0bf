// Change on disk → watcher in another process: the daemon beside a bare watch-read-send program, change by change in turn.

import { Client, credentials } from "@grpc/grpc-js";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startDaemon } from "../support/daemon-process.ts";
import { openModelClient, WatchLog } from "../support/model-client.ts";
import { manifestText, replaceFile, trainingFiles } from "../support/training.ts";
import { startChild } from "./child.ts";
import { median, ms, quantile, type Row } from "./report.ts";

const CHANGES = 300;
const GROUPS = 100;

/** Measures both and returns the table's rows. `base` is an empty directory. */
export async function benchLatency(base: string): Promise<Row[]> {
  const root = join(base, "models");
  const plain = join(base, "plain");
  await mkdir(root, { recursive: true });
  await mkdir(plain);
  for (let g = 0; g < GROUPS; g++) {
    const files = trainingFiles({ stamp: g + 1, symbol: `SYM${g}`, trees: 20 });
    for (const [suffix, bytes] of Object.entries(files)) await replaceFile(join(root, `SYM${g}_ret${suffix}`), bytes);
  }
  const daemon = await startDaemon({
    stateDir: join(base, "state"),
    socketPath: join(base, "d.sock"),
    register: [root],
    settleSeconds: 2,
    rescanSeconds: 5,
  });
  const bare = await startChild("baseline/watch-server.ts", [plain, join(base, "bare.sqlite")]);
  const models = openModelClient(daemon.ready.grpc);
  const watch = new WatchLog(models.watch({ include_payload: true }));
  await watch.next("the snapshot", (change) => change.kind === "KIND_SNAPSHOT_END");
  const bareClient = new Client(bare.ready["address"] ?? "", credentials.createInsecure());
  const identity = (bytes: Buffer): Buffer => bytes;
  const stream = bareClient.makeServerStreamRequest("/baseline.Watch/Watch", identity, identity, Buffer.alloc(0));
  await new Promise<void>((resolve) => stream.once("metadata", () => resolve()));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const stamp = 10_000 + i;
    const key = `SYM${i % GROUPS}_ret`;
    const files = trainingFiles({ stamp, symbol: `SYM${i % GROUPS}`, trees: 20 });
    const from = watch.changes.length;
    // The manifest comes first, so the group is complete with its last artifact.
    await replaceFile(join(root, `${key}_manifest.json`), Buffer.from(manifestText(key, files)));
    const entries = Object.entries(files);
    for (const [suffix, bytes] of entries.slice(0, -1)) await replaceFile(join(root, `${key}${suffix}`), bytes);
    const [lastSuffix, lastBytes] = entries.at(-1) ?? ["", Buffer.alloc(0)];
    await new Promise((resolve) => setTimeout(resolve, 25));
    await replaceFile(join(root, `${key}${lastSuffix}`), lastBytes);
    const begun = performance.now();
    await watch.next(
      `change ${i}`,
      (change) => change.kind === "KIND_LIVE" && change.payload?.metadata.train_samples === String(stamp),
      from,
    );
    ours.push(performance.now() - begun);

    const arrived = new Promise<void>((resolve) => stream.once("data", () => resolve()));
    await replaceFile(join(plain, "X_model.json"), files["_model.json"]);
    const bareBegun = performance.now();
    await arrived;
    theirs.push(performance.now() - bareBegun);
  }
  watch.stop();
  stream.on("error", () => undefined).cancel();
  models.close();
  bareClient.close();
  await daemon.stop();
  await bare.stop();
  return [
    {
      what: "change -> watcher, p50",
      ours: ms(median(ours)),
      baseline: ms(median(theirs)),
      ratio: (median(ours) / median(theirs)).toFixed(2),
      bar: "<= 5 ms",
    },
    {
      what: "change -> watcher, p99",
      ours: ms(quantile(ours, 0.99)),
      baseline: ms(quantile(theirs, 0.99)),
      ratio: (quantile(ours, 0.99) / quantile(theirs, 0.99)).toFixed(2),
      bar: "<= 25 ms",
    },
  ];
}
