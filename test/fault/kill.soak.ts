// Kills the daemon at random moments and at every failpoint, while it captures and while a person moves versions: nothing acknowledged may be lost or torn.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAILPOINTS, type FailpointName } from "../../daemon/failpoint.ts";
import { quantile } from "../bench/report.ts";
import { expectAllThere, liveWithTraining, nothingAcknowledged, startWork, trainOnce, type Playground } from "../support/acknowledged.ts";
import { copyFixture } from "../support/alpha.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { spawnDaemon, startDaemon, type DaemonOptions } from "../support/daemon-process.ts";
import { createRandom, soakCount, soakSeed, timeBar } from "../support/soak.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";

const GROUPS = 12;
const KILLS = soakCount(300);
/** Of these kills, the share that happens before the daemon is ready. */
const EARLY = 0.2;
const READY_MS = 1000;
/** After each kill the newest of what was acknowledged is looked for, at the end all of it. */
const NEWEST = { moves: 300, versions: 40 };
/** At these the daemon is killed before it has an application: each gets a state directory of its own. */
const AT_START: readonly FailpointName[] = ["lock.taken", "migration.before_commit", "migration.after_commit"];
/** Steps of registrations, promotions and rollbacks, which lifecycle-kill.soak.ts kills at. */
const ELSEWHERE = /^(?:register|promote|rollback)\./;
const HERE = (Object.keys(FAILPOINTS) as FailpointName[]).filter((name) => !ELSEWHERE.test(name));

describe("kill -9", () => {
  let temporary: TempDirectory;
  let play: Playground;
  let options: DaemonOptions;
  const random = createRandom(soakSeed());
  const acknowledged = nothingAcknowledged();

  beforeAll(async () => {
    buildBundle();
    temporary = await openTempDirectory("kill");
    const base = temporary.path;
    const root = join(base, "models");
    await mkdir(root);
    const keys = Array.from({ length: GROUPS }, (_, i) => `SYM${i}_ret_60`);
    let stamp = 1;
    play = { root, source: "models", keys, random, nextStamp: () => stamp++ };
    for (const key of keys) await trainOnce(root, key, stamp++);
    const fixtures = [await copyFixture("alpha", base), await copyFixture("beta", base)];
    options = {
      stateDir: join(base, "state"),
      socketPath: join(base, "d.sock"),
      register: [root, ...fixtures],
      settleSeconds: 0.05,
      rescanSeconds: 0.5,
      isBundled: true,
    };
  });
  afterAll(() => temporary[Symbol.asyncDispose]());

  test(`at ${KILLS} random moments: no acknowledged write is lost, no version is mixed or torn`, async () => {
    await startAndStop(options);
    const restarts: number[] = [];
    const yardstick: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      if (random() < EARLY) await killWhileStarting(options, random() * quantile(restarts.length === 0 ? [300] : restarts, 0.5));
      if (kill % 5 === 0) yardstick.push(await timeOfEmptyStart(options, join(temporary.path, `empty${kill}`)));
      const begun = performance.now();
      await using daemon = await startDaemon(options);
      restarts.push(performance.now() - begun);
      await expectAllThere(daemon.ready, acknowledged, NEWEST);
      await using _work = startWork(daemon.ready, play, acknowledged);
      await new Promise((resolve) => setTimeout(resolve, 100 + random() * 700));
      await daemon.kill();
    }
    await using daemon = await startDaemon(options);
    await expectAllThere(daemon.ready, acknowledged);
    await liveWithTraining(daemon.ready, play);
    expect(await daemon.stop()).toBe(0);
    const median = quantile(restarts, 0.5);
    process.stderr.write(
      `${KILLS} kills: ${acknowledged.moves.length} acknowledged moves, ${acknowledged.versions.size} versions shown; ` +
        `restart to ready: median ${median.toFixed(0)} ms, slowest ${Math.max(...restarts).toFixed(0)} ms; with nothing to serve: median ${quantile(yardstick, 0.5).toFixed(0)} ms\n`,
    );
    expect(acknowledged.moves.length).toBeGreaterThan(0);
    expect(acknowledged.versions.size).toBeGreaterThan(GROUPS);
    // On a machine so busy that no daemon starts in that time, what was killed must not be what it is about.
    expect(median, "restart to ready, median, ms").toBeLessThanOrEqual(timeBar(Math.max(READY_MS, 2 * quantile(yardstick, 0.5))));
  });

  test.each(HERE)("at %s: the same", async (name) => {
    const isStart = AT_START.includes(name);
    const here = isStart ? { ...options, stateDir: join(temporary.path, name) } : options;
    const time = isStart ? 1 : 1 + Math.floor(random() * 4);
    // The sources have failpoints, the bundle has none.
    await using daemon = spawnDaemon({ ...here, isBundled: false, env: { MODEL_MANAGER_FAILPOINTS: `${name}=kill@${time}` } });
    const ready = await daemon.ready.catch(() => undefined);
    {
      await using _work = ready === undefined ? undefined : startWork(ready, play, acknowledged);
      const late = setTimeout(() => void daemon.kill(), 60_000);
      expect(await daemon.ended).toBe("SIGKILL");
      clearTimeout(late);
    }
    expect(daemon.log()).toContain(`failpoint ${name}: kill`);
    await using again = await startDaemon(here);
    if (!isStart) await expectAllThere(again.ready, acknowledged, NEWEST);
    await liveWithTraining(again.ready, play);
    expect(await again.stop()).toBe(0);
  });
});

async function startAndStop(options: DaemonOptions): Promise<void> {
  expect(await (await startDaemon(options)).stop()).toBe(0);
}

async function timeOfEmptyStart(options: DaemonOptions, stateDir: string): Promise<number> {
  const begun = performance.now();
  await using daemon = await startDaemon({ ...options, stateDir, register: [] });
  const taken = performance.now() - begun;
  await daemon.kill();
  return taken;
}

async function killWhileStarting(options: DaemonOptions, afterMs: number): Promise<void> {
  const daemon = spawnDaemon(options);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await daemon.kill();
}
