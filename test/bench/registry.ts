// The registry with a million versions on SQLite: questions to a running daemon, its start and its memory; and the load that readers put on it.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectDaemon } from "../../tui/client/connect.ts";
import type { DaemonClient } from "../../tui/client/daemon-client.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { BEGIN_MICROS, eventCount, largeLine, writeLargeRegistry, type RegistrySize } from "../support/large-registry.ts";
import { openModelClient, type ModelClient } from "../support/model-client.ts";
import { createRandom } from "../support/soak.ts";
import { writeTraining } from "../support/training.ts";
import { residentMb } from "./child.ts";
import { ms, quantile, type Row } from "./report.ts";

/** Versions on each of a thousand lines; fewer for a quick look. */
const SIZE: RegistrySize = { lines: 1_000, versionsPerLine: Number(process.env["BENCH_VERSIONS_PER_LINE"] ?? "1000") };
const QUESTIONS = 500;
/** Asked before measuring, so that the program is compiled: a daemon is asked for months. */
const WARM_UP = 50;
/** Each load lasts so long. */
const LOAD_MS = 15_000;

/** Measures and returns the table's rows. `base` is an empty directory. */
export async function benchRegistry(base: string): Promise<Row[]> {
  const stateDir = join(base, "state");
  const root = join(base, "models");
  await mkdir(stateDir, { recursive: true });
  await mkdir(root);
  const begun = performance.now();
  await writeLargeRegistry(join(stateDir, "catalog.sqlite"), SIZE);
  process.stdout.write(
    `${SIZE.lines * SIZE.versionsPerLine} versions were written in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`,
  );
  const options = { stateDir, socketPath: join(base, "d.sock"), register: [root], isBundled: true };
  // The first start registers the directory; it is the second that is like every other.
  await (await startDaemon(options)).stop();
  const starting = performance.now();
  await using daemon = await startDaemon(options);
  const started = performance.now() - starting;
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "bench" });
  const rows = [row("daemon ready", ms(started), "<= 1 s"), row("memory after the start", await memoryOf(daemon), "")];
  rows.push(...(await askAll(client)));
  rows.push(row("memory after the questions", await memoryOf(daemon), ""));
  rows.push(...(await proofRow(client)));
  rows.push(...(await loads(daemon, client, root)));
  client.close();
  await daemon.stop();
  return rows;
}

function row(what: string, ours: string, bar: string): Row {
  return { what: `registry: ${what}`, ours, baseline: "", ratio: "", bar };
}

async function memoryOf(daemon: DaemonProcess): Promise<string> {
  return `${(await residentMb(daemon.ready.pid)).toFixed(0)} MB`;
}

/** The questions, each of random lines and times. */
function questionsOf(client: DaemonClient, random: () => number): Readonly<Record<string, () => Promise<unknown>>> {
  const line = (): string => largeLine(1 + Math.floor(random() * SIZE.lines));
  const time = (): string => new Date(BEGIN_MICROS / 1000 + random() * eventCount(SIZE)).toISOString();
  const namespace = (): string => line().split("/")[0] ?? "";
  const pick = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  return {
    "list: a page of lines": () => client.call("line.list", {}),
    "list: a page of all versions": () => client.call("version.list", {}),
    "list: a page of a line's versions": () => client.call("version.list", { target: line(), limit: 50 }),
    "filter: versions by status": () => client.call("version.list", { status: pick("staged", "archived", "production", "failed") }),
    "filter: a namespace by status": () => client.call("version.list", { target: namespace(), status: pick("staged", "production") }),
    "filter: lines by text": () => client.call("line.list", { text: `line_000${Math.floor(random() * 10)}` }),
    "rank: the best of a line": () => client.call("version.rank", { line: line(), by: pick("ic", "sharpe"), order: pick("asc", "desc") }),
    "current: one line": () => client.call("live.list", { target: line() }),
    "live-at: one line": () => client.call("live.at", { target: line(), at: time() }),
    "live-at: a page of everything": () => client.call("live.at", { at: time() }),
    "live-diff: everything": () => client.call("live.diff", { from: "2025-01-01", to: time() }),
    "history: a line": () => client.call("line.history", { line: line(), limit: 50 }),
  };
}

async function askAll(client: DaemonClient): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, ask] of Object.entries(questionsOf(client, createRandom(1)))) {
    for (let i = 0; i < WARM_UP; i++) await ask();
    const times: number[] = [];
    for (let i = 0; i < QUESTIONS; i++) {
      const begun = performance.now();
      await ask();
      times.push(performance.now() - begun);
    }
    rows.push(row(what, `p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))}`, "p99 < 20 ms"));
  }
  return rows;
}

/** The whole chain, while another client asks: how long it takes, and how long the other waits. */
async function proofRow(client: DaemonClient): Promise<Row[]> {
  const waits: number[] = [];
  let isDone = false;
  const begun = performance.now();
  const proof = client.call("history.verify", {}).finally(() => (isDone = true));
  while (!isDone) {
    const asked = performance.now();
    await client.call("live.list", { target: largeLine(1) });
    waits.push(performance.now() - asked);
    await sleep(5);
  }
  const { valid, moves } = await proof;
  const took = `${((performance.now() - begun) / 1000).toFixed(1)} s for ${moves} moves${valid ? "" : ", NOT VALID"}`;
  return [row("history verify", took, ""), row("current: one line, meanwhile", `p99 ${ms(quantile(waits, 0.99))}`, "p99 < 20 ms")];
}

/** How many readers ask how often in all, and what they may wait. */
interface Load {
  readonly what: string;
  readonly readers: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
}

const CURRENT = { readers: 50, perSecond: 100, p50: 10, p95: 50 };
const VERSION = { readers: 20, perSecond: 50, p50: 20, p95: 100 };
const VALIDATE = { readers: 5, perSecond: 10, p50: 500, p95: 2_000 };

/** The load targets, on a model with two versions among the million. */
async function loads(daemon: DaemonProcess, client: DaemonClient, root: string): Promise<Row[]> {
  const models = openModelClient(daemon.ready.grpc);
  for (const stamp of [1, 2]) {
    await writeTraining(root, "BTC_ret", { stamp, symbol: "BTC", trees: 20 });
    await untilVersion(models, `v${stamp}`);
  }
  const current = { model_name: "models", symbol: "BTC", group_key: "BTC_ret" };
  const line = "models/BTC_ret";
  const sockets = await Promise.all(
    Array.from({ length: 50 }, () => connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "bench" })),
  );
  const through = (reader: number): DaemonClient => sockets[reader] ?? client;
  const rows = [
    await load({ what: "current by gRPC", ...CURRENT }, async () => (await models.getModel(current)).ok),
    await load(
      { what: "current by socket", ...CURRENT },
      async (reader) => (await through(reader).call("live.list", { target: line })).total === 1,
    ),
    await load({ what: "a version by gRPC", ...VERSION }, async () => (await models.getModel({ ...current, version: "v1" })).ok),
    await load({ what: "a version by socket", ...VERSION }, async (reader) => {
      const shown = await through(reader).call("line.show", { line: largeLine(7), version: "v1.0.1" });
      return shown.live !== null;
    }),
    await load({ what: "validate by socket", ...VALIDATE }, async (reader) => {
      const { valid } = await through(reader).call("version.validate", { line, version: "v1" });
      return valid;
    }),
  ];
  for (const socket of sockets) socket.close();
  models.close();
  return rows;
}

async function untilVersion(models: ModelClient, version: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { ok, payload } = await models.getModel({ model_name: "models", symbol: "BTC" });
    if (ok && payload?.metadata.version === version) return;
    await sleep(50);
  }
  throw new Error(`${version} never went live`);
}

/** Each reader asks on a beat, whether its last question was answered or not; what is asked late counts as waiting. */
async function load({ what, readers, perSecond, p50, p95 }: Load, ask: (reader: number) => Promise<boolean>): Promise<Row> {
  const times: number[] = [];
  let failed = 0;
  const begun = performance.now();
  const reader = async (number: number): Promise<void> => {
    for (let beat = 0; ; beat++) {
      const due = begun + ((beat * readers + number) * 1000) / perSecond;
      if (due > begun + LOAD_MS) return;
      await sleep(Math.max(0, due - performance.now()));
      const isRight = await ask(number).catch(() => false);
      if (!isRight) failed++;
      times.push(performance.now() - Math.max(due, begun));
    }
  };
  await Promise.all(Array.from({ length: readers }, (_, number) => reader(number)));
  const [middle, slow] = [quantile(times, 0.5), quantile(times, 0.95)];
  const name = `load: ${what}, ${readers} readers, ${perSecond}/s`;
  return row(name, `p50 ${ms(middle)}, p95 ${ms(slow)}, ${failed} of ${times.length} failed`, `p50 < ${p50} ms, p95 < ${p95} ms, 0 failed`);
}
