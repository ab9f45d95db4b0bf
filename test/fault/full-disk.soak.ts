// The disk of the state directory runs full in the middle of captures and moves: nothing acknowledged is lost, everything is served, and it goes on by itself.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { quantile } from "../bench/report.ts";
import { expectAllThere, liveWithTraining, nothingAcknowledged, readModels, startWork, trainOnce } from "../support/acknowledged.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon, type DaemonOptions } from "../support/daemon-process.ts";
import { describeNeeding } from "../support/requirements.ts";
import { mountNamespace, openSmallDisk } from "../support/small-disk.ts";
import { createRandom, soakCount, soakSeed, timeBar } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { waitFor } from "../support/wait-for.ts";

const DISK_BYTES = 48 * 1024 * 1024;
const GROUPS = 8;
/** Free shares of the disk, one after the other: below the bound, and nothing at all. */
const LEVELS = [0.03, 0];
const ROUNDS = soakCount(40);
const RECOVERY_MS = 5000;
const temporary = useTempDirectory("full");

describeNeeding(mountNamespace(), "a disk that runs full", () => {
  test(`${ROUNDS} times: nothing acknowledged is lost, reads are served, capture goes on by itself once there is room`, async () => {
    buildBundle();
    const base = temporary();
    const root = join(base, "models");
    await mkdir(root);
    let stamp = 1;
    const keys = Array.from({ length: GROUPS }, (_, i) => `SYM${i}_ret_60`);
    const play = { root, source: "models", keys, random: createRandom(soakSeed()), nextStamp: () => stamp++ };
    for (const key of keys) await trainOnce(root, key, stamp++);
    await using disk = await openSmallDisk(join(base, "disk"), DISK_BYTES);
    const options: DaemonOptions = {
      stateDir: join(disk.path, "state"),
      socketPath: join(base, "d.sock"),
      register: [root],
      settleSeconds: 0.05,
      rescanSeconds: 0.5,
      isBundled: true,
      launcher: disk.launcher,
    };
    const acknowledged = nothingAcknowledged();
    await using daemon = await startDaemon(options);
    const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" });
    const recoveries: number[] = [];
    await using work = startWork(daemon.ready, play, acknowledged, 60);
    await using reading = readModels(daemon.ready, play);
    const stopped = async () => (await client.call("status", {})).capture_stopped;
    const seesStop = async () => (await stopped()) || undefined;
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(play.random() * 300);
      await disk.fillTo(LEVELS[round % LEVELS.length] ?? 0);
      const why = await waitFor("capture to stop", seesStop);
      expect(why).toMatch(/^capture stopped: .*free some space/);
      expect((await client.call("source.list", {})).items[0]?.degraded).toBe(why);
      // What was under way when it stopped may still fit.
      await sleep(300);
      const captured = await versionCount(client, keys);
      await sleep(200 + play.random() * 400);
      expect(await versionCount(client, keys), "versions captured while capture was stopped").toBe(captured);
      const begun = performance.now();
      await disk.clear();
      await waitFor("capture to go on", async () => (await stopped()) === "", { deadlineMs: 30_000 });
      recoveries.push(performance.now() - begun);
      await expectAllThere(daemon.ready, acknowledged, { moves: 100, versions: 20 });
    }
    // Full again, and then the power fails.
    await disk.fillTo(0);
    await waitFor("capture to stop", seesStop);
    await sleep(200);
    expect(daemon.child.exitCode, daemon.log().slice(-2000)).toBeNull();
    await work[Symbol.asyncDispose]();
    const reads = await reading.stop();
    client.close();
    await daemon.kill();
    await disk.clear();
    await using again = await startDaemon(options);
    await expectAllThere(again.ready, acknowledged);
    await liveWithTraining(again.ready, play);
    expect(await again.stop()).toBe(0);
    const median = quantile(recoveries, 0.5);
    process.stderr.write(
      `${ROUNDS} times full: ${acknowledged.moves.length} moves acknowledged, ${acknowledged.refused} refused, ` +
        `${acknowledged.versions.size} versions shown, ${reads.served} reads served, ${reads.failed.length} not; ` +
        `capture went on after: median ${median.toFixed(0)} ms, slowest ${Math.max(...recoveries).toFixed(0)} ms\n`,
    );
    expect(reads.failed.slice(0, 5)).toEqual([]);
    expect(reads.served).toBeGreaterThan(0);
    expect(acknowledged.moves.length).toBeGreaterThan(0);
    expect(median).toBeLessThanOrEqual(timeBar(RECOVERY_MS));
  });
});

async function versionCount(client: DaemonClient, keys: readonly string[]): Promise<number> {
  let count = 0;
  for (const key of keys) count += (await client.call("line.versions", { line: `models/${key}`, limit: 1 })).total;
  return count;
}
