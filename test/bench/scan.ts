// Scanning 1,000 groups: cold against Python on the same files, an unchanged restart against cold, and the memory it takes.

import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { connectDaemon } from "../../tui/client/connect.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { requirePython } from "../support/requirements.ts";
import { waitFor } from "../support/wait-for.ts";
import { residentMb } from "./child.ts";
import { makeLargeDirectory } from "./large-directory.ts";
import { median, ms, type Row } from "./report.ts";

const GROUPS = 1000;
const TURNS = 3;
const run = promisify(execFile);

/** Measures and returns the table's rows. */
export async function benchScan(base: string): Promise<Row[]> {
  const root = join(base, "large");
  await makeLargeDirectory(root, GROUPS);
  // Files younger than the settle window would be waited for.
  await new Promise((resolve) => setTimeout(resolve, 600));
  const python = requirePython("python", ["numpy", "pandas", "xgboost"]);
  const cold: number[] = [];
  const warm: number[] = [];
  const tasks: number[] = [];
  const started: number[] = [];
  const emptyStarted: number[] = [];
  const theirs: number[] = [];
  let memory = "";
  for (let turn = 0; turn < TURNS; turn++) {
    const stateDir = join(base, `state-${turn}`);
    await mkdir(stateDir);
    // Made once, so that the start that is timed is a restart too.
    await (await startDaemon({ stateDir, socketPath: join(base, "d.sock"), isBundled: true })).stop();
    const emptyBegun = performance.now();
    const empty = await startDaemon({ stateDir, socketPath: join(base, "d.sock"), isBundled: true });
    emptyStarted.push(performance.now() - emptyBegun);
    const scan = await coldScan(empty, root);
    cold.push(scan.ms);
    tasks.push(scan.longestTaskMs);
    await empty.stop();
    const begun = performance.now();
    const again = await startDaemon({ stateDir, socketPath: join(base, "d.sock"), isBundled: true });
    started.push(performance.now() - begun);
    warm.push(await listingMs(again));
    if (turn === 0) memory = await memoryRow(base, again);
    await again.stop();
    if (python.available) theirs.push(await pythonScan(python.command, root));
    await rm(stateDir, { recursive: true });
  }
  const python3 = python.available ? { ms: median(theirs) } : { reason: python.reason };
  return rowsOf(
    { cold: median(cold), warm: median(warm), started: median(started), empty: median(emptyStarted), task: median(tasks), memory },
    python3,
  );
}

interface Measured {
  readonly cold: number;
  readonly warm: number;
  readonly started: number;
  readonly empty: number;
  readonly task: number;
  readonly memory: string;
}

function rowsOf(measured: Measured, python: { readonly ms: number } | { readonly reason: string }): Row[] {
  return [
    {
      what: `cold scan of ${GROUPS} groups`,
      ours: ms(measured.cold),
      baseline: "ms" in python ? `Python ${ms(python.ms)} (all five kinds)` : `skipped: ${python.reason}`,
      ratio: "ms" in python ? `${(python.ms / measured.cold).toFixed(1)}x faster` : "",
      bar: ">= 3x faster",
    },
    {
      what: "unchanged restart: listing, as far as the start waits for it",
      ours: ms(measured.warm),
      baseline: `cold ${ms(measured.cold)}`,
      ratio: `${((100 * measured.warm) / measured.cold).toFixed(1)} %`,
      bar: "<= 3 %",
    },
    {
      what: "unchanged restart: start of the process to ready",
      ours: ms(measured.started),
      baseline: `empty ${ms(measured.empty)}`,
      ratio: "",
      bar: "<= 1 s",
    },
    { what: "longest task of the main thread in a cold scan", ours: ms(measured.task), baseline: "", ratio: "", bar: "<= 20 ms" },
    { what: "memory per 1,000 groups", ours: measured.memory, baseline: "", ratio: "", bar: "" },
  ];
}

/** From the registration to the last group being live, in milliseconds. */
async function coldScan(daemon: DaemonProcess, root: string): Promise<{ readonly ms: number; readonly longestTaskMs: number }> {
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "bench" });
  await longestTask(daemon);
  const begun = performance.now();
  await client.call("source.add", { path: root });
  for await (const _progress of client.stream("source.progress", { name: "large" })) continue;
  const took = performance.now() - begun;
  const status = await client.call("status", {});
  if (status.groups_ready !== GROUPS)
    throw new Error(`only ${status.groups_ready} of ${GROUPS} groups are ready:\n${daemon.log().slice(-2000)}`);
  client.close();
  return { ms: took, longestTaskMs: await longestTask(daemon) };
}

/** The longest task of the daemon's main thread since the last question. */
async function longestTask(daemon: DaemonProcess): Promise<number> {
  const body = (await (await fetch(`http://${daemon.ready.http}/readyz`)).json()) as { readonly longest_task_ms: number };
  return body.longest_task_ms;
}

/** From the daemon's own log, which may come after the line that says it is ready. */
function listingMs(daemon: DaemonProcess): Promise<number> {
  return waitFor("the log's word on the listing", () => {
    const line = daemon
      .log()
      .split("\n")
      .find((text) => text.includes("every source was listed"));
    const time = /"ms":([\d.]+)/.exec(line ?? "")?.[1];
    return time === undefined ? undefined : Number(time);
  });
}

async function memoryRow(base: string, loaded: DaemonProcess): Promise<string> {
  const stateDir = join(base, "state-empty");
  const empty = await startDaemon({ stateDir, socketPath: join(base, "empty.sock"), isBundled: true });
  const [bare, full] = [await residentMb(empty.ready.pid), await residentMb(loaded.ready.pid)];
  await empty.stop();
  return `${(full - bare).toFixed(1)} MB above the ${bare.toFixed(0)} MB of an empty daemon`;
}

async function pythonScan(python: string, root: string): Promise<number> {
  const { stdout } = await run(python, [fileURLToPath(new URL("baseline/scan.py", import.meta.url)), root], { maxBuffer: 1 << 20 });
  const result = JSON.parse(stdout) as { groups: number; seconds: number };
  if (result.groups !== GROUPS) throw new Error(`Python saw ${result.groups} groups`);
  return result.seconds * 1000;
}
