// What a daemon under faults has told anybody, kept outside of it, and the proof that it still holds.

import { join } from "node:path";
import { expect } from "vitest";
import { AppError } from "../../shared/contract/errors.ts";
import { connectDaemon } from "../../tui/client/connect.ts";
import { DaemonGone, type DaemonClient } from "../../tui/client/daemon-client.ts";
import type { ReadyLine } from "./daemon-process.ts";
import { openModelClient, WatchLog, type Change } from "./model-client.ts";
import { manifestText, replaceFile, stampsOf, TRAINING_SUFFIXES, trainingFiles } from "./training.ts";
import { waitFor } from "./wait-for.ts";

/** An answered move: sequence and the version that it made live. */
export interface AcknowledgedMove {
  readonly line: string;
  readonly version: string;
  readonly sequence: number;
}

/** What the daemon has told anybody. */
export interface Acknowledged {
  readonly moves: AcknowledgedMove[];
  /** Versions that a watcher was shown as live, with the digest of their bytes; by `source/group@version`. */
  readonly versions: Map<string, string>;
  newestSequence: number;
  /** Versions that were shown with parts of two trainings: there must be none. */
  readonly mixed: string[];
  /** Moves that were refused with `unavailable`. */
  refused: number;
}

/** Nothing yet. */
export function nothingAcknowledged(): Acknowledged {
  return { moves: [], versions: new Map(), newestSequence: 0, mixed: [], refused: 0 };
}

/** The groups that are trained, moved and read, all of one source. */
export interface Playground {
  readonly root: string;
  readonly source: string;
  readonly keys: readonly string[];
  readonly random: () => number;
  readonly nextStamp: () => number;
}

/** Trains one group after the other until the signal aborts. */
export async function train({ root, keys, random, nextStamp }: Playground, signal: AbortSignal, pauseMs = 30): Promise<void> {
  while (!signal.aborted) {
    const key = pick(keys, random);
    await trainOnce(root, key, nextStamp());
    await new Promise((resolve) => setTimeout(resolve, random() * pauseMs));
  }
}

/**
 * One training of a group, its manifest first: from then on nothing of the group is taken until every file is the one that it names, however
 * slow this machine is just now.
 */
export async function trainOnce(root: string, key: string, stamp: number): Promise<void> {
  const files = trainingFiles({ stamp, symbol: symbolOf(key) });
  await replaceFile(join(root, `${key}_manifest.json`), Buffer.from(manifestText(key, files)));
  for (const suffix of TRAINING_SUFFIXES) await replaceFile(join(root, `${key}${suffix}`), files[suffix]);
}

/** Activates and resumes at random until the signal aborts or the daemon is gone; notes each answer. */
export async function moveVersions(
  ready: ReadyLine,
  { source, keys, random }: Playground,
  acknowledged: Acknowledged,
  signal: AbortSignal,
): Promise<void> {
  let client: DaemonClient | undefined;
  try {
    client = await connectDaemon({ socketPaths: [ready.socket], clientName: "soak" });
    while (!signal.aborted) await moveOnce(client, `${source}/${pick(keys, random)}`, random, acknowledged);
  } catch (error) {
    // Killed in the middle of a request: what was not answered is not acknowledged.
    if (!(error instanceof DaemonGone)) throw error;
  } finally {
    client?.close();
  }
}

async function moveOnce(client: DaemonClient, line: string, random: () => number, acknowledged: Acknowledged): Promise<void> {
  try {
    const versions = (await client.call("line.versions", { line, limit: 20 })).items;
    const reply =
      random() < 0.6 && versions.length > 0
        ? await client.call("line.activate", { line, version: pick(versions, random).version, reason: "soak" })
        : await client.call("line.resume", { line });
    if (reply.changed && reply.version !== reply.previous_version)
      acknowledged.moves.push({ line, version: reply.version, sequence: reply.sequence });
  } catch (error) {
    if (!(error instanceof AppError) || !["unavailable", "wrong_state", "overloaded", "not_found"].includes(error.code)) throw error;
    if (error.code === "unavailable") acknowledged.refused++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Notes what a watcher is shown, until the signal aborts or the daemon is gone. */
export async function follow(ready: ReadyLine, source: string, acknowledged: Acknowledged, signal: AbortSignal): Promise<void> {
  const models = openModelClient(ready.grpc);
  const watch = models.watch({ model_name: source, include_payload: true });
  const ended = new Promise<void>((resolve) => watch.on("error", () => resolve()).on("end", () => resolve()));
  watch.on("data", (change: Change) => {
    if (change.kind !== "KIND_LIVE" || change.payload === null) return;
    if (stampsOf(change.payload).size !== 1) acknowledged.mixed.push(`${change.group_key} ${change.version}`);
    acknowledged.versions.set(`${change.model_name}/${change.group_key}@${change.version}`, change.sha256);
    acknowledged.newestSequence = Math.max(acknowledged.newestSequence, Number(change.sequence));
  });
  signal.addEventListener("abort", () => watch.cancel(), { once: true });
  await ended;
  models.close();
}

/** Trainings, moves and a watcher, all at once. Disposing it stops them and waits; what went wrong with one of them is thrown, once. */
export function startWork(ready: ReadyLine, play: Playground, acknowledged: Acknowledged, pauseMs?: number): AsyncDisposable {
  const stop = new AbortController();
  const work = Promise.allSettled([
    train(play, stop.signal, pauseMs),
    moveVersions(ready, play, acknowledged, stop.signal),
    follow(ready, play.source, acknowledged, stop.signal),
  ]);
  return {
    async [Symbol.asyncDispose]() {
      if (stop.signal.aborted) return;
      stop.abort();
      for (const outcome of await work) if (outcome.status === "rejected") throw outcome.reason;
    },
  };
}

/** How reading went. */
export interface Reads {
  served: number;
  readonly failed: string[];
}

/** Asks for live models again and again until stopped, or disposed. */
export function readModels(ready: ReadyLine, play: Playground): AsyncDisposable & { readonly soFar: Reads; stop(): Promise<Reads> } {
  const stop = new AbortController();
  const reads: Reads = { served: 0, failed: [] };
  const reading = readUntil(ready, play, reads, stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await reading;
  };
  return { soFar: reads, stop: () => end().then(() => reads), [Symbol.asyncDispose]: end };
}

async function readUntil(ready: ReadyLine, { source, keys, random }: Playground, reads: Reads, signal: AbortSignal): Promise<void> {
  const models = openModelClient(ready.grpc);
  while (!signal.aborted) {
    const key = pick(keys, random);
    const failure = await models.getModel({ model_name: source, symbol: symbolOf(key), group_key: key }).then(
      (reply) => (reply.payload === null ? reply.message : stampsOf(reply.payload).size === 1 ? "" : "mixed"),
      (error: unknown) => String(error),
    );
    if (failure === "") reads.served++;
    else reads.failed.push(`${key}: ${failure}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  models.close();
}

/** What of it is checked: counted from the newest. */
export interface Part {
  readonly moves: number;
  readonly versions: number;
}

/** Everything acknowledged (or the newest part) is in the history with its sequence, and every version shown is there with its bytes, whole. */
export async function expectAllThere(
  ready: ReadyLine,
  acknowledged: Acknowledged,
  part: Part = { moves: Infinity, versions: Infinity },
): Promise<void> {
  expect(acknowledged.mixed).toEqual([]);
  // More may be acknowledged while we look.
  const upTo = acknowledged.newestSequence;
  const client = await connectDaemon({ socketPaths: [ready.socket], clientName: "soak" });
  const models = openModelClient(ready.grpc);
  try {
    expect((await client.call("status", {})).sequence).toBeGreaterThanOrEqual(upTo);
    const moves = newest(acknowledged.moves, part.moves);
    for (const line of new Set(moves.map((move) => move.line))) {
      const wanted = moves.filter((move) => move.line === line);
      const happened = await historyOf(client, line, Math.min(...wanted.map((move) => move.sequence)));
      for (const { sequence, version } of wanted) expect(happened.get(sequence), `acknowledged move ${sequence} of ${line}`).toBe(version);
    }
    for (const [name, sha256] of newest([...acknowledged.versions], part.versions)) {
      const [line = "", version = ""] = name.split("@");
      const [source = "", key = ""] = line.split("/");
      const reply = await models.getModel({ model_name: source, symbol: symbolOf(key), group_key: key, version });
      // The bytes of old versions may have been dropped by then, never those of new ones.
      if (reply.payload === null && part.versions === Infinity) continue;
      expect(reply.payload?.metadata.sha256, name).toBe(sha256);
      if (reply.payload !== null) expect([...stampsOf(reply.payload)], name).toHaveLength(1);
    }
  } finally {
    models.close();
    client.close();
  }
}

/** Versions by sequence, newest first, down to the sequence. */
async function historyOf(client: DaemonClient, line: string, downTo: number): Promise<Map<number, string>> {
  const happened = new Map<number, string>();
  for (let after: string | null = ""; after !== null;) {
    const page: { items: { sequence: number; version: string }[]; next: string | null } = await client.call("line.history", {
      line,
      limit: 1000,
      ...(after === "" ? {} : { after }),
    });
    for (const item of page.items) happened.set(item.sequence, item.version);
    after = (page.items.at(-1)?.sequence ?? 0) < downTo ? null : page.next;
  }
  return happened;
}

/** After a last training of every group and a resume, what is live is what lies on disk, and nothing else is. */
export async function liveWithTraining(ready: ReadyLine, { root, source, keys, nextStamp }: Playground): Promise<void> {
  const client = await connectDaemon({ socketPaths: [ready.socket], clientName: "soak" });
  const models = openModelClient(ready.grpc);
  try {
    for (const key of keys) {
      await client.call("line.resume", { line: `${source}/${key}` });
      const stamp = nextStamp();
      await trainOnce(root, key, stamp);
      const isLive = async (): Promise<boolean> => {
        const { payload } = await models.getModel({ model_name: source, symbol: symbolOf(key), group_key: key });
        return payload !== null && stampsOf(payload).has(stamp);
      };
      await waitFor(`${key} to be live with its last training`, isLive, { deadlineMs: 20_000 });
    }
    const watch = new WatchLog(models.watch({ model_name: source, include_payload: true }));
    await watch.next("the end of the snapshot", (change) => change.kind === "KIND_SNAPSHOT_END");
    const live = watch.changes.filter((change) => change.kind === "KIND_LIVE").map((change) => change.group_key);
    expect(live.toSorted()).toEqual(keys.toSorted());
    watch.stop();
  } finally {
    models.close();
    client.close();
  }
}

/** The symbol of a group key. */
export function symbolOf(key: string): string {
  return key.slice(0, key.indexOf("_"));
}

/** One of the items. */
export function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function newest<T>(items: readonly T[], count: number): readonly T[] {
  return count === Infinity ? items : items.slice(-count);
}
