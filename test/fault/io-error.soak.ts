// The disk reports errors in the middle of captures and moves: nothing acknowledged is lost, what is in memory is served, and it goes on by itself; after a failed fsync, at the next start.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  expectAllThere,
  liveWithTraining,
  nothingAcknowledged,
  readModels,
  startWork,
  trainOnce,
  type Acknowledged,
  type Playground,
} from "../support/acknowledged.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon, type DaemonOptions } from "../support/daemon-process.ts";
import { disableFault, enableFault, faultyLauncher, libfiu, type FaultyCall } from "../support/io-faults.ts";
import { describeNeeding } from "../support/requirements.ts";
import { createRandom, soakCount, soakSeed } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

const GROUPS = 8;
const ROUNDS = soakCount(30);
const SYNC_ROUNDS = soakCount(20);
const EIO = 5;
const ENOSPC = 28;
/** The code of a process that ends itself to recover (daemon/ops/end-for-recovery.ts). */
const RECOVERY_EXIT = 74;
/** Faults that the process lives through; so many of its calls fail. */
const FAULTS: readonly { readonly call: FaultyCall; readonly errno: number; readonly probability: number }[] = [
  { call: "posix/io/rw/pwrite", errno: EIO, probability: 0.3 },
  { call: "posix/io/rw/pwrite", errno: ENOSPC, probability: 0.3 },
  { call: "posix/io/rw/pread", errno: EIO, probability: 0.3 },
  { call: "posix/io/rw/pwrite", errno: EIO, probability: 1 },
];
const temporary = useTempDirectory("io");

interface Scene {
  readonly play: Playground;
  readonly options: DaemonOptions;
  readonly control: string;
  readonly acknowledged: Acknowledged;
}

describeNeeding(libfiu(), "a disk that reports errors", () => {
  test(`${ROUNDS} times on reads and writes: nothing acknowledged is lost, reads are served, it goes on by itself`, async () => {
    const { play, options, control, acknowledged } = await setTheScene();
    await using daemon = await startDaemon(options);
    const { pid } = daemon.ready;
    await using work = startWork(daemon.ready, play, acknowledged, 60);
    await using reading = readModels(daemon.ready, play);
    for (let round = 0; round < ROUNDS; round++) {
      const { call, errno, probability } = FAULTS[round % FAULTS.length] ?? { call: "posix/io/rw/pwrite", errno: EIO, probability: 1 };
      await sleep(play.random() * 200);
      const before = reading.soFar.failed.length;
      enableFault(control, pid, call, errno, probability);
      await sleep(200 + play.random() * 400);
      disableFault(control, pid, call);
      // What is asked for the first time must be read from the disk: refused, with the reason, while that cannot be read. Else all is served.
      const failed = reading.soFar.failed.slice(before);
      expect(failed.filter((why) => call !== "posix/io/rw/pread" || !/the disk|the stored bytes/.test(why))).toEqual([]);
      expect(daemon.child.exitCode, daemon.log().slice(-3000)).toBeNull();
      await sleep(100);
      await expectAllThere(daemon.ready, acknowledged, { moves: 100, versions: 20 });
    }
    expect(daemon.log().match(/.*(?:operation failed|an rpc failed).*/)?.[0], "taken for a bug").toBeUndefined();
    await work[Symbol.asyncDispose]();
    const reads = await reading.stop();
    // Without a restart, everything is as it is on disk.
    await liveWithTraining(daemon.ready, play);
    expect(await daemon.stop()).toBe(0);
    await using again = await startDaemon({ ...options, launcher: [] });
    await expectAllThere(again.ready, acknowledged);
    expect(await again.stop()).toBe(0);
    say(`${ROUNDS} times faulty: ${reads.served} reads served, ${reads.failed.length} not`, acknowledged);
    expect(reads.failed.length / (reads.served + reads.failed.length)).toBeLessThan(0.05);
    expect(acknowledged.moves.length).toBeGreaterThan(0);
    expect(acknowledged.refused).toBeGreaterThan(0);
  });

  test(`${SYNC_ROUNDS} times on fsync: the process ends with a code of its own and one fatal line, and the next start has everything`, async () => {
    const { play, options, control, acknowledged } = await setTheScene();
    for (let round = 0; round < SYNC_ROUNDS; round++) {
      await using daemon = await startDaemon(options);
      await expectAllThere(daemon.ready, acknowledged, { moves: 100, versions: 20 });
      await using _work = startWork(daemon.ready, play, acknowledged, 60);
      await sleep(play.random() * 300);
      enableFault(control, daemon.ready.pid, "posix/io/sync/*", EIO, round % 2 === 0 ? 1 : 0.2);
      expect(await Promise.race([daemon.ended, sleep(30_000, "still running", { ref: false })])).toBe(RECOVERY_EXIT);
      const fatal = daemon
        .log()
        .split("\n")
        .filter((line) => line.includes('"level":"fatal"'));
      expect(fatal, daemon.log().slice(-3000)).toHaveLength(1);
      expect(fatal[0]).toMatch(/SQLITE_IOERR_FSYNC|input\/output error/);
    }
    await using again = await startDaemon(options);
    await expectAllThere(again.ready, acknowledged);
    await liveWithTraining(again.ready, play);
    expect(await again.stop()).toBe(0);
    say(`${SYNC_ROUNDS} failed fsyncs`, acknowledged);
  });
});

async function setTheScene(): Promise<Scene> {
  buildBundle();
  const base = temporary();
  const root = join(base, "models");
  await mkdir(root);
  let stamp = 1;
  const keys = Array.from({ length: GROUPS }, (_, i) => `SYM${i}_ret_60`);
  for (const key of keys) await trainOnce(root, key, stamp++);
  const control = join(base, "fiu");
  return {
    play: { root, source: "models", keys, random: createRandom(soakSeed()), nextStamp: () => stamp++ },
    control,
    acknowledged: nothingAcknowledged(),
    options: {
      stateDir: join(base, "state"),
      socketPath: join(base, "d.sock"),
      register: [root],
      settleSeconds: 0.05,
      rescanSeconds: 0.5,
      isBundled: true,
      launcher: faultyLauncher(control),
    },
  };
}

function say(what: string, { moves, refused, versions }: Acknowledged): void {
  process.stderr.write(`${what}; ${moves.length} moves acknowledged, ${refused} refused, ${versions.size} versions shown\n`);
}
