// A burst of files while the whole daemon stands still: the kernel drops most of its events, and every file is in the catalog afterwards.

import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { residentMb } from "../bench/child.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { countReports, lastReport, PROBED, type ProbeReport } from "../support/loop-probe.ts";
import { openModelClient } from "../support/model-client.ts";
import { createRandom, soakCount, soakSeed, timeBar } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { stampsOf, TRAINING_SUFFIXES, trainingFiles } from "../support/training.ts";
import { waitFor } from "../support/wait-for.ts";

const GROUPS = soakCount(20_000);
const FILES = GROUPS * TRAINING_SUFFIXES.length;
/** Every second group comes in a folder that is made in the burst, so many to a folder. */
const GROUPS_PER_FOLDER = 100;
/** No timed listing helps before the deadline is over. */
const RESCAN_SECONDS = 3600;
const DEADLINE_MS = 30_000 + 30 * GROUPS;
/** Of the main thread's own work. What it waits for processors, which it shares with other programs, is printed beside it. */
const LONGEST_TASK_MS = 20;
const PAYLOADS = 100;
const temporary = useTempDirectory("burst");

test(`${FILES} files made while the daemon is stopped are all in its catalog`, { timeout: DEADLINE_MS + 300_000 }, async () => {
  buildBundle();
  const root = join(temporary(), "models");
  mkdirSync(root);
  const daemon = await startDaemon({
    stateDir: join(temporary(), "state"),
    socketPath: join(temporary(), "d.sock"),
    register: [root],
    settleSeconds: 0.5,
    rescanSeconds: RESCAN_SECONDS,
    env: PROBED,
    isBundled: true,
  });
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" });
  try {
    await expectWatched(client, root);
    const before = await residentMb(daemon.ready.pid);
    const burstMs = await whileStopped(daemon, () => makeGroups(root));
    const { tookMs, longestTaskMs, highestMb } = await untilAllAreLive(daemon, client);
    const { workMs, pauseMs, blockedMs } = await probeReport(daemon);
    process.stderr.write(
      `${FILES} files of ${GROUPS} groups made in ${(burstMs / 1000).toFixed(1)} s beside a stopped daemon: all live ${(tookMs / 1000).toFixed(1)} s after ` +
        `it went on, ${(GROUPS / (tookMs / 1000)).toFixed(0)} groups a second; longest task ${workMs.toFixed(0)} ms of work; garbage ` +
        `collection ${pauseMs.toFixed(0)} ms, blocked or at rest ${blockedMs.toFixed(0)} ms, ${longestTaskMs} ms by the daemon's own clock beside other ` +
        `programs (load ${loadavg()[0]?.toFixed(1)}); RSS ${before.toFixed(0)} MB before, ` +
        `${highestMb.toFixed(0)} MB at most, ${(await residentMb(daemon.ready.pid)).toFixed(0)} MB after\n`,
    );
    await expectEveryGroup(daemon, client);
    expect(workMs, "longest task of the main thread after the block, ms").toBeLessThanOrEqual(timeBar(LONGEST_TASK_MS));
  } finally {
    client.close();
    await daemon.stop();
  }
});

/** Resolves once events arrive: a group that is made now is found without a listing. */
async function expectWatched(client: DaemonClient, root: string): Promise<void> {
  const isLive = async (): Promise<boolean> => (await client.call("status", {})).lines_live === 1;
  writeGroup(root, "FIRST_ret_60", 1);
  await waitFor("the first group", isLive, { deadlineMs: 30_000 });
}

/** Does something while no thread of the daemon runs; resolves to the time it took, in ms. */
async function whileStopped(daemon: DaemonProcess, work: () => void): Promise<number> {
  const { pid, http } = daemon.ready;
  process.kill(pid, "SIGSTOP");
  try {
    await waitFor("the daemon to stand still", async () => / T /.test(await readFile(`/proc/${pid}/stat`, "utf8")));
    const begun = performance.now();
    work();
    return performance.now() - begun;
  } finally {
    process.kill(pid, "SIGCONT");
    // The first answers count the block itself.
    await Promise.all([longestTask(http), probeReport(daemon)]);
  }
}

/** Groups 1, 3, … in the root, groups 0, 2, … in folders that are new. */
function makeGroups(root: string): void {
  for (let group = 0; group < GROUPS; group += 1) {
    const folder = group % 2 === 1 ? root : join(root, `new${Math.floor(group / 2 / GROUPS_PER_FOLDER)}`);
    if (folder !== root) mkdirSync(folder, { recursive: true });
    writeGroup(folder, keyOf(group), stampOf(group));
  }
}

function writeGroup(folder: string, key: string, stamp: number): void {
  const files = trainingFiles({ stamp, symbol: key.slice(0, key.indexOf("_")) });
  for (const suffix of TRAINING_SUFFIXES) writeFileSync(join(folder, `${key}${suffix}`), files[suffix]);
}

const keyOf = (group: number): string => `SYM${group}_ret_60`;
const stampOf = (group: number): number => 100 + group;

interface Seen {
  readonly tookMs: number;
  readonly longestTaskMs: number;
  readonly highestMb: number;
}

/** Asks every second how far it is, and how long the main thread's longest task was. */
async function untilAllAreLive(daemon: DaemonProcess, client: DaemonClient): Promise<Seen> {
  const begun = performance.now();
  let longestTaskMs = 0;
  let highestMb = 0;
  for (let live = 0; live < GROUPS + 1;) {
    if (performance.now() - begun > DEADLINE_MS) throw new Error(`only ${live} of ${GROUPS + 1} are live:\n${daemon.log().slice(-2000)}`);
    await sleep(Math.min(1000, GROUPS / 10));
    live = (await client.call("status", {})).lines_live;
    longestTaskMs = Math.max(longestTaskMs, await longestTask(daemon.ready.http));
    highestMb = Math.max(highestMb, await residentMb(daemon.ready.pid));
  }
  return { tookMs: performance.now() - begun, longestTaskMs, highestMb };
}

/** The longest task of the daemon's main thread since the last question, in ms. */
async function longestTask(http: string): Promise<number> {
  const body = (await (await fetch(`http://${http}/readyz`)).json()) as { readonly longest_task_ms: number };
  return body.longest_task_ms;
}

/** What the probe in the daemon has seen since it was asked last. */
async function probeReport({ ready, log }: DaemonProcess): Promise<ProbeReport> {
  const before = countReports(log());
  process.kill(ready.pid, "SIGUSR2");
  return waitFor("the probe's report", () => (countReports(log()) > before ? lastReport(log()) : undefined));
}

/** Each group is live in its first version, and what is served of some of them is their own. */
async function expectEveryGroup({ ready }: DaemonProcess, client: DaemonClient): Promise<void> {
  const live = new Map<string, string>();
  for (let after: string | undefined; ;) {
    const page = await client.call("live.list", { target: "models", limit: 1000, ...(after === undefined ? {} : { after }) });
    for (const { line, version } of page.items) live.set(line, version);
    if (page.next === null) break;
    after = page.next;
  }
  expect(live.size).toBe(GROUPS + 1);
  for (let group = 0; group < GROUPS; group += 1) expect(live.get(`models/${keyOf(group)}`), keyOf(group)).toBe("v1");
  const models = openModelClient(ready.grpc);
  const random = createRandom(soakSeed());
  try {
    for (let n = 0; n < PAYLOADS; n += 1) {
      const group = Math.floor(random() * GROUPS);
      const { payload } = await models.getModel({ model_name: "models", symbol: `SYM${group}`, group_key: keyOf(group) });
      expect(payload === null ? [] : [...stampsOf(payload)], keyOf(group)).toEqual([stampOf(group)]);
    }
  } finally {
    models.close();
  }
}
