// Registrations, promotions and rollbacks under kill -9 at every step, and a thousand promotions under readers: nothing acknowledged is lost, nothing half done shows.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FailpointName } from "../../daemon/failpoint.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { spawnDaemon, startDaemon, type DaemonOptions } from "../support/daemon-process.ts";
import { emptyLog, expectConsistent, WORK_POLICY, withClient, workOn, type LifecycleLog } from "../support/lifecycle-work.ts";
import { createRandom, soakCount, soakSeed } from "../support/soak.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";

/** Every step from the request to its answer. */
const STEPS: readonly FailpointName[] = [
  "register.read",
  "register.stored",
  "register.before_commit",
  "pack.before_write",
  "pack.after_write",
  "pack.after_rename",
  "pack.after_fsync",
  "promote.judged",
  "promote.verified",
  "promote.before_commit",
  "rollback.verified",
  "rollback.before_commit",
  "change.before_commit",
  "transaction.before_commit",
  "transaction.after_commit",
  "change.before_apply",
  "change.before_wake",
  "command.before_reply",
];
const KILLS = soakCount(200);

describe("kill -9", () => {
  let temporary: TempDirectory;
  let options: DaemonOptions;
  let log: LifecycleLog;
  const random = createRandom(soakSeed());

  beforeAll(async () => {
    buildBundle();
    temporary = await openTempDirectory("lifecycle");
    const folder = join(temporary.path, "files");
    await mkdir(folder);
    log = emptyLog(folder, random);
    options = { stateDir: join(temporary.path, "state"), socketPath: join(temporary.path, "d.sock"), isBundled: true };
    await using daemon = await startDaemon(options);
    await withClient(daemon.ready, (client) => client.call("policy.set", { target: "strategy", policy: WORK_POLICY }));
    await daemon.stop();
  });
  afterAll(() => temporary[Symbol.asyncDispose]());

  test(`at ${KILLS} random moments: what was answered is there once, what was not is settled by its id`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      await using daemon = await startDaemon(options);
      await expectConsistent(daemon.ready, log);
      const stop = new AbortController();
      const work = workOn(daemon.ready, log, stop.signal);
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 400));
      await daemon.kill();
      await work;
    }
    await using daemon = await startDaemon(options);
    await expectConsistent(daemon.ready, log);
    expect(await daemon.stop()).toBe(0);
    process.stderr.write(`${KILLS} kills: ${log.answered.length} answered moves of ${log.requests} requests, ${log.versions} versions\n`);
    expect(log.answered.length).toBeGreaterThan(0);
  });

  test.each(STEPS)("at %s: the same", async (step) => {
    const time = 1 + Math.floor(random() * 3);
    // The sources have failpoints, the bundle has none.
    await using daemon = spawnDaemon({ ...options, isBundled: false, env: { MODEL_MANAGER_FAILPOINTS: `${step}=kill@${time}` } });
    const ready = await daemon.ready;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), 60_000);
    await workOn(ready, log, stop.signal);
    clearTimeout(late);
    if (stop.signal.aborted) await daemon.kill();
    expect(await daemon.ended).toBe("SIGKILL");
    expect(daemon.log()).toContain(`failpoint ${step}: kill`);
    await using again = await startDaemon(options);
    await expectConsistent(again.ready, log);
    expect(await again.stop()).toBe(0);
  });
});
