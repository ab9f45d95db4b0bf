// The Unix socket under abuse from all sides at once, while one honest client works: no crash, no waiting, no memory lost.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import { residentMb } from "../bench/child.ts";
import { quantile } from "../bench/report.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon } from "../support/daemon-process.ts";
import { soakCount, soakSeed, timeBar } from "../support/soak.ts";
import type { AbuseOrder, AbuseReport } from "../support/socket-abuser.ts";
import { settleMemory } from "../support/steady-heap.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

const FRAMES = soakCount(100_000);
/** A round of honest clients before the abuse. */
const WARM_UP = { clients: 2000, atOnce: 16 };
const BAR = { p99Ms: 5, growthMb: 30 };
const ALPHA = fileURLToPath(new URL("../fixtures/artifacts/alpha", import.meta.url));
const ABUSER = fileURLToPath(new URL("../support/socket-abuser.ts", import.meta.url));
const temporary = useTempDirectory("abuse");

test(`${FRAMES} fuzzed frames, drippers, slow readers and a crowd hurt no honest client`, { timeout: 900_000 }, async () => {
  buildBundle();
  const base = temporary();
  const start = (name: string) =>
    startDaemon({
      stateDir: join(base, name),
      socketPath: join(base, `${name}.sock`),
      register: [ALPHA],
      isBundled: true,
    });
  const daemon = await start("abused");
  // Nobody abuses this one: what its client waits for is the machine's doing.
  const other = await start("other");
  try {
    const { socket, pid } = daemon.ready;
    const honest = await connectDaemon({ socketPaths: [socket], clientName: "honest" });
    const neighbour = await connectDaemon({ socketPaths: [other.ready.socket], clientName: "honest" });
    const before = await settleMemory(pid, () => warmUp(socket));
    const order: AbuseOrder = {
      path: socket,
      seed: soakSeed(),
      frames: FRAMES,
      drippers: 50,
      slowReaders: 8,
      crowd: 1000,
      leastMs: soakCount(40_000),
    };
    const peak = { mb: before };
    const watching = setInterval(() => void residentMb(pid).then((mb) => (peak.mb = Math.max(peak.mb, mb))), 250);
    const abuse = runAbuser(order);
    const [times, yardstick] = await measure([honest, neighbour], abuse);
    clearInterval(watching);
    const report = await abuse;
    const growth = peak.mb - before;
    process.stderr.write(`${JSON.stringify(report)}\n`);
    process.stderr.write(
      `honest client: ${summary(times)}; of a daemon that is left alone: ${summary(yardstick)}; RSS ${before.toFixed(0)} MB and ${growth.toFixed(1)} more\n`,
    );
    expect(daemon.child.exitCode).toBeNull();
    expect((await honest.call("status", {})).pid).toBe(pid);
    expect(daemon.log().match(/"level":"error".*/)?.[0]).toBeUndefined();
    expect(report.framesBare + report.framesGreeted).toBeGreaterThanOrEqual(FRAMES);
    expect(Math.abs(report.framesGreeted / FRAMES - 0.5)).toBeLessThan(0.1);
    expect(report.crowd.welcomed + report.crowd.refused, "everybody in the crowd was told").toBe(order.crowd);
    // The limits that cut them take their time: a dripper some seconds, a slow reader half a minute.
    if (order.leastMs >= 4_000) expect(report.drippersCut).toBeGreaterThan(0);
    if (order.leastMs > 35_000) expect(report.slowReadersCut).toBeGreaterThanOrEqual(order.slowReaders);
    // On a machine so busy that nobody is served in that time, the abuse must not be what it is about.
    const bar = Math.max(BAR.p99Ms, 2 * quantile(yardstick, 0.99));
    expect(quantile(times, 0.99), "p99 of the honest client, ms").toBeLessThanOrEqual(timeBar(bar));
    expect(growth, "growth of RSS, MB").toBeLessThanOrEqual(BAR.growthMb);
    honest.close();
    neighbour.close();
  } finally {
    await daemon.stop();
    await other.stop();
  }
});

type Client = Awaited<ReturnType<typeof connectDaemon>>;

/** Asks both in turn and waits, again and again, until `until` has settled: milliseconds of each call. */
async function measure([one, other]: readonly [Client, Client], until: Promise<unknown>): Promise<readonly [number[], number[]]> {
  let isOver = false;
  const over = until.finally(() => (isOver = true));
  const times: readonly [number[], number[]] = [[], []];
  const ask = async (client: Client, taken: number[]): Promise<void> => {
    const begun = performance.now();
    if (taken.length % 4 === 0) await client.call("group.list", { source: "alpha" });
    else await client.call("status", {});
    taken.push(performance.now() - begun);
  };
  while (!isOver) {
    await ask(one, times[0]);
    await ask(other, times[1]);
    await sleep(1);
  }
  await over;
  return times;
}

function summary(times: readonly number[]): string {
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  return `${times.length} calls, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, slowest ${Math.max(...times).toFixed(1)} ms`;
}

/** Clients that come, ask small and large questions, and go, several at a time. */
async function warmUp(path: string): Promise<void> {
  const group_keys = Array.from({ length: 1000 }, (_, i) => `${"K".repeat(150)}${i}`);
  const visit = async (n: number): Promise<void> => {
    const client = await connectDaemon({ socketPaths: [path], clientName: "warm-up" });
    await Promise.all([client.call("status", {}), client.call("group.list", { source: "alpha" }), client.call("live.list", {})]);
    if (n % 5 === 0) {
      await client.call("group.list", { source: "alpha", group_keys });
      await Promise.all([client.call("line.list", {}), client.call("version.list", {}), client.call("history.verify", {})]);
      await client.call("live.at", { at: "2026-01-05" });
      // People mistype: what a refusal needs is no news either.
      await Promise.allSettled([client.call("line.show", { line: "" }), client.call("version.list", { target: "nobody" })]);
    }
    client.close();
  };
  let come = 0;
  const visitors = Array.from({ length: WARM_UP.atOnce }, async () => {
    while (come < WARM_UP.clients) await visit((come += 1));
  });
  await Promise.all(visitors);
}

async function runAbuser(order: AbuseOrder): Promise<AbuseReport> {
  const child = spawn(process.execPath, [ABUSER, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`the abuser ended with ${String(code)}`);
  return JSON.parse(text) as AbuseReport;
}
