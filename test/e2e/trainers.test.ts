// Trainers that write their files slowly, in any order, many at once: what goes live is always one training, never a mixture.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { openModelClient, WatchLog, type ModelClient } from "../support/model-client.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { replaceFile, stampsOf, trainingFiles, TRAINING_SUFFIXES, writeTraining } from "../support/training.ts";

const GROUPS = 100;
const ROUNDS = 2;
const temporary = useTempDirectory("trainers");

let daemon: DaemonProcess | undefined;
let client: ModelClient | undefined;
afterEach(async () => {
  client?.close();
  await daemon?.stop();
});

test(
  "trainers that write five files 300 ms apart, in any order, in 100 groups at once, never make a mixed version live",
  { timeout: 120_000 },
  async () => {
    const base = temporary();
    const root = join(base, "models");
    await mkdir(root);
    const keys = Array.from({ length: GROUPS }, (_, i) => `SYM${i}_ret_60`);
    for (const [i, key] of keys.entries()) await writeTraining(root, key, { stamp: 1000 + i, symbol: `SYM${i}` });
    daemon = await startDaemon({ stateDir: join(base, "state"), socketPath: join(base, "d.sock"), register: [root], settleSeconds: 2 });
    client = openModelClient(daemon.ready.grpc);
    const watch = new WatchLog(client.watch({ model_name: "models", include_payload: true }));
    await watch.next("the snapshot's end", (change) => change.kind === "KIND_SNAPSHOT_END");

    for (let round = 1; round <= ROUNDS; round++) {
      await Promise.all(keys.map((key, i) => trainSlowly(root, key, round * 100_000 + i, i)));
      for (const [i, key] of keys.entries()) {
        const stamp = round * 100_000 + i;
        await watch.next(
          `${key} of round ${round}`,
          (change) =>
            change.kind === "KIND_LIVE" && change.group_key === key && change.payload !== null && stampsOf(change.payload).has(stamp),
        );
      }
    }

    const delivered = watch.changes.filter((change) => change.kind === "KIND_LIVE");
    for (const change of delivered) {
      expect(change.payload, `${change.group_key} ${change.version}`).not.toBeNull();
      if (change.payload !== null) expect([...stampsOf(change.payload)], `${change.group_key} ${change.version}`).toHaveLength(1);
    }
    expect(watch.changes.filter((change) => change.kind === "KIND_DEGRADED")).toEqual([]);
    watch.stop();
  },
);

/** Writes one training's files 300 ms apart in an order that differs from group to group. */
async function trainSlowly(root: string, key: string, stamp: number, seed: number): Promise<void> {
  const files = trainingFiles({ stamp, symbol: key.slice(0, key.indexOf("_")) });
  const order = TRAINING_SUFFIXES.toSorted(
    (a, b) => ((seed * 7919 + a.length * 31) % 11) - ((seed * 7919 + b.length * 31) % 11) || (seed % 2 === 0 ? 1 : -1),
  );
  for (const suffix of order) {
    await replaceFile(join(root, `${key}${suffix}`), files[suffix]);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
