// One of a hundred watchers stops reading while versions change: the others do not notice, the daemon does not swell, and it finds its way back.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { residentMb } from "../bench/child.ts";
import { median } from "../bench/report.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { soakCount, timeBar } from "../support/soak.ts";
import { settleMemory } from "../support/steady-heap.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { writeTraining } from "../support/training.ts";
import { waitFor } from "../support/wait-for.ts";
import type { CrowdFigures, CrowdQuestion } from "../support/watch-crowd.ts";

const WATCHERS = 100;
const EVENTS = soakCount(20_000);
/** Pairs of a phase in which all read and one in which one does not, in changing order, so that a machine's moods hit both alike. */
const PAIRS = 10;
const GROUPS = 40;
/** As long as a reason may be: a change is larger then, and fills what lies between daemon and reader sooner. */
const REASON = "soak ".repeat(200);
/** Events of a round before anything is measured. */
const WARM_UP = 200;
/** Each move is one more event for every watcher; at this pace the daemon and the crowd share two processors with room to spare. */
const EVERY_MS = 15;
/** `heapMb`: what a heap may swell by under this work, stalled watcher or not, before a collection; more is a leak. */
const BAR = { ratio: 1.1, growthMb: 16, heapMb: 48 };
const CROWD = fileURLToPath(new URL("../support/watch-crowd.ts", import.meta.url));
const temporary = useTempDirectory("stalled");

test(`one stalled watcher of ${WATCHERS} during ${EVENTS} events costs the others nothing`, { timeout: 1_800_000 }, async () => {
  buildBundle();
  const root = join(temporary(), "models");
  await mkdir(root);
  const keys = Array.from({ length: GROUPS }, (_, i) => `SYM${i}_ret_60`);
  for (const [i, key] of keys.entries()) await writeTraining(root, key, { stamp: i + 1, symbol: `SYM${i}` });
  // Memory instead of a disk, whose own delays would be most of what is measured.
  const stateDir = existsSync("/dev/shm") ? await mkdtemp("/dev/shm/model-manager-stalled-") : join(temporary(), "state");
  const daemon = await startDaemon({
    stateDir,
    socketPath: join(temporary(), "d.sock"),
    register: [root],
    settleSeconds: 0.3,
    isBundled: true,
  });
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" });
  let crowd: ChildProcess | undefined;
  try {
    for (const [i, key] of keys.entries()) await writeTraining(root, key, { stamp: 1000 + i, symbol: `SYM${i}` });
    const hasSecond = async (): Promise<boolean> => {
      const { items } = await client.call("live.list", { limit: 1000 });
      return items.length === GROUPS && items.every(({ version }) => version === "v2");
    };
    await waitFor("a second version of every group", hasSecond, { deadlineMs: 60_000 });
    crowd = fork(CROWD, [daemon.ready.grpc, String(WATCHERS)], { execArgv: [] });
    await waitFor("everybody", async () => (await client.call("status", {})).clients === WATCHERS, { deadlineMs: 60_000 });
    await compareAll({ daemon, client, crowd, move: createMover(client, keys) });
  } finally {
    crowd?.kill();
    client.close();
    await daemon.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
});

interface Scene {
  readonly daemon: DaemonProcess;
  readonly client: DaemonClient;
  readonly crowd: ChildProcess;
  /** Makes so many moves; resolves to the sequence of the last. */
  readonly move: (count: number) => Promise<number>;
}

async function compareAll(scene: Scene): Promise<void> {
  const moves = Math.max(20, Math.round(EVENTS / (2 * PAIRS)));
  const before = await settleMemory(scene.daemon.ready.pid, async () => void (await runPhase(scene, WARM_UP, false)));
  const ratios: number[] = [];
  const [calm, stalled]: [Phase[], Phase[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const stallsFirst = pair % 2 === 1;
    const one = await runPhase(scene, moves, stallsFirst);
    const two = await runPhase(scene, moves, !stallsFirst);
    const [with_, without] = stallsFirst ? [one, two] : [two, one];
    stalled.push(with_);
    calm.push(without);
    ratios.push(with_.p99Ms / without.p99Ms);
  }
  // A heap swells and shrinks by itself under such work; what a stalled watcher costs is what it adds to the largest without one.
  const largest = (phases: readonly Phase[]): number => Math.max(...phases.map(({ residentMb: mb }) => mb));
  const without = Math.max(before, largest(calm));
  const growth = largest(stalled) - without;
  const p99 = (phases: readonly Phase[]): string => median(phases.map(({ p99Ms }) => p99Ms)).toFixed(2);
  process.stderr.write(
    `${2 * PAIRS * moves} events to ${WATCHERS} watchers: p99 of the others ${p99(stalled)} ms beside a stalled one, ${p99(calm)} ms without; ` +
      `median of ${PAIRS} ratios ${median(ratios).toFixed(3)}; RSS at first ${before.toFixed(0)} MB, at most ${without.toFixed(0)} MB without a stalled one and ${growth.toFixed(1)} more with one\n`,
  );
  expect(median(ratios), "p99 of the others beside a stalled watcher / without").toBeLessThanOrEqual(timeBar(BAR.ratio));
  expect(growth, "RSS that a stalled watcher adds, MB").toBeLessThanOrEqual(BAR.growthMb);
  expect(without + Math.max(0, growth) - before, "RSS of all phases above that of the first, MB").toBeLessThanOrEqual(BAR.heapMb);
}

interface Phase {
  readonly p99Ms: number;
  readonly residentMb: number;
}

/** So many events, with one watcher stalled or none; at the end all know what is live. */
async function runPhase({ daemon, client, crowd, move }: Scene, moves: number, isStalled: boolean): Promise<Phase> {
  await ask(crowd, "figures");
  if (isStalled) await ask(crowd, "stall");
  const last = await move(moves);
  let seen = await figures(crowd);
  const { p99Ms, count } = seen;
  await waitFor("all readers", async () => (seen = await figures(crowd)).newestOfAll >= last, { deadlineMs: 60_000 });
  const mb = await residentMb(daemon.ready.pid);
  expect(count, "changes that were measured").toBeGreaterThan((moves * (WATCHERS - 1)) / 2);
  if (isStalled) {
    expect(seen.newestOfStalled, "the stalled watcher has not read").toBeLessThan(last);
    await ask(crowd, "go-on");
  }
  await waitFor("the one that stalled", async () => (seen = await figures(crowd)).newestOfStalled >= last, { deadlineMs: 60_000 });
  const { items } = await client.call("live.list", { limit: 1000 });
  expect(seen.stalledState).toEqual(Object.fromEntries(items.map(({ line, version }) => [line.slice(line.indexOf("/") + 1), version])));
  return { p99Ms, residentMb: mb };
}

/** Activates the other of two versions of one group after the other, at a steady pace. */
function createMover(client: DaemonClient, keys: readonly string[]): Scene["move"] {
  let made = 0;
  return async (count) => {
    let sequence = 0;
    let next = performance.now();
    for (let n = 0; n < count; n += 1, made += 1) {
      const line = `models/${keys[made % keys.length]}`;
      const version = Math.floor(made / keys.length) % 2 === 0 ? "v1" : "v2";
      sequence = (await client.call("line.activate", { line, version, reason: REASON })).sequence;
      next += EVERY_MS;
      await sleep(Math.max(0, next - performance.now()));
    }
    return sequence;
  };
}

function figures(crowd: ChildProcess): Promise<CrowdFigures> {
  return ask(crowd, "figures") as Promise<CrowdFigures>;
}

async function ask(crowd: ChildProcess, question: CrowdQuestion): Promise<unknown> {
  if (crowd.exitCode !== null) throw new Error(`the crowd has ended (${crowd.exitCode})`);
  crowd.send(question);
  const [answer] = (await once(crowd, "message")) as [unknown];
  return answer;
}
