// Registers, promotes and rolls back versions of one line by chance, keeps its own log of what was answered, and proves that a daemon still holds it.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { AppError } from "../../shared/contract/errors.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { connectDaemon } from "../../tui/client/connect.ts";
import { DaemonGone, type DaemonClient } from "../../tui/client/daemon-client.ts";
import type { ReadyLine } from "./daemon-process.ts";
import { modelDocument } from "./training.ts";

/** The line of registered versions. */
export const WORK_LINE = "strategy/soak";

/** Gates that registered metrics pass; paper trading would need a day. */
export const WORK_POLICY = JSON.stringify({ gates: { paper_trade_hours: { enabled: false } } });

type Request =
  | { readonly operation: "registry.register"; readonly version: string }
  | { readonly operation: "line.promote"; readonly version: string }
  | { readonly operation: "line.rollback"; readonly version: undefined };

/** A move that was answered. */
interface Answered {
  readonly id: string;
  readonly version: string;
  readonly sequence: number;
}

/** The log that the one who kills keeps. */
export interface LifecycleLog {
  readonly folder: string;
  readonly random: () => number;
  readonly answered: Answered[];
  /** Asked, and not answered yet. */
  pending: (Request & { readonly id: string }) | undefined;
  requests: number;
  versions: number;
}

/** Nothing asked yet. */
export function emptyLog(folder: string, random: () => number): LifecycleLog {
  return { folder, random, answered: [], pending: undefined, requests: 0, versions: 0 };
}

/** A connection for the time of one call. */
export async function withClient<T>(ready: ReadyLine, use: (client: DaemonClient) => Promise<T>): Promise<T> {
  const client = await connectDaemon({ socketPaths: [ready.socket], clientName: "soak" });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

/** Works until the signal aborts or the daemon is gone. */
export async function workOn(ready: ReadyLine, log: LifecycleLog, signal: AbortSignal): Promise<void> {
  try {
    await withClient(ready, async (client) => {
      while (!signal.aborted) await step(client, log);
    });
  } catch (error) {
    // What was not answered stays pending.
    if (!(error instanceof DaemonGone)) throw error;
  }
}

async function step(client: DaemonClient, log: LifecycleLog): Promise<void> {
  const staged = log.versions === 0 ? [] : await stagedVersions(client);
  const request = choose(log, staged);
  await ask(client, log, { ...request, id: `r${++log.requests}` });
}

function choose(log: LifecycleLog, staged: readonly string[]): Request {
  const dice = log.random();
  const version = staged[Math.floor(log.random() * staged.length)];
  if (version === undefined || dice < 0.3) return { operation: "registry.register", version: `v${++log.versions}` };
  return dice < 0.75 ? { operation: "line.promote", version } : { operation: "line.rollback", version: undefined };
}

async function ask(client: DaemonClient, log: LifecycleLog, request: Request & { readonly id: string }): Promise<void> {
  log.pending = request;
  try {
    const { version, sequence } = await send(client, log, request);
    log.answered.push({ id: request.id, version, sequence });
  } catch (error) {
    if (error instanceof DaemonGone) throw error;
    // Nothing earlier to go back to, or the disk made to fail: refused is answered, too.
    if (!(error instanceof AppError) || !["wrong_state", "unavailable"].includes(error.code)) throw error;
  }
  log.pending = undefined;
}

async function send(
  client: DaemonClient,
  log: LifecycleLog,
  { operation, version, id }: Request & { readonly id: string },
): Promise<{ readonly version: string; readonly sequence: number }> {
  const line = WORK_LINE;
  if (operation === "line.promote") return client.call(operation, { line, version, request_id: id });
  if (operation === "line.rollback") return client.call(operation, { line, request_id: id });
  const path = join(log.folder, `${version}.json`);
  await writeFile(path, modelDocument({ stamp: Number(version.slice(1)), symbol: "S" }));
  return client.call(operation, { line, version, path, metrics: '{"ic": 0.05, "sharpe": 1.2}', request_id: id });
}

async function stagedVersions(client: DaemonClient): Promise<readonly string[]> {
  const { items } = await client.call("line.versions", { line: WORK_LINE, limit: 20 });
  return items.flatMap(({ version, status }) => (status === "staged" ? [version] : []));
}

/** Asks once more for what was not answered; then everything answered must be in the history, once, and the line must be one that such a history leaves. */
export async function expectConsistent(ready: ReadyLine, log: LifecycleLog): Promise<void> {
  await withClient(ready, async (client) => {
    if (log.pending !== undefined) await settle(client, log, log.pending);
    expect(await client.call("history.verify", {})).toMatchObject({ valid: true, broken_at: null });
    if (log.answered.length === 0) return;
    const moves = await wholeHistory(client);
    const bySequence = new Map(moves.map((move) => [move.sequence, move]));
    for (const { id, version, sequence } of log.answered)
      expect(bySequence.get(sequence), `the answered move ${id}`).toMatchObject({ version, request_id: id });
    const ids = moves.flatMap(({ request_id }) => (request_id === "" ? [] : [request_id]));
    expect(new Set(ids).size, "moves of one request").toBe(ids.length);
    await expectSoundLine(client, moves);
  });
}

/** A request whose answer was lost: what became of it is known by its id, and asking again does it once. */
async function settle(client: DaemonClient, log: LifecycleLog, pending: Request & { readonly id: string }): Promise<void> {
  const outcome = await client.call("move.outcome", { request_id: pending.id });
  const before = log.answered.length;
  await ask(client, log, pending);
  const again = log.answered.length > before ? log.answered.at(-1) : undefined;
  if (outcome.found) expect(again).toEqual({ id: pending.id, version: outcome.version, sequence: outcome.sequence });
}

type Move = Output<"line.history">["items"][number];

async function wholeHistory(client: DaemonClient): Promise<readonly Move[]> {
  const moves: Move[] = [];
  for (let after: string | null = ""; after !== null;) {
    const page: Output<"line.history"> = await client.call("line.history", {
      line: WORK_LINE,
      limit: 1000,
      ...(after === "" ? {} : { after }),
    });
    moves.push(...page.items);
    after = page.next;
  }
  return moves;
}

/** Statuses follow from the moves, one version is live at most, and what is newest is whole. */
async function expectSoundLine(client: DaemonClient, moves: readonly Move[]): Promise<void> {
  const expected = new Map<string, string>();
  for (const { version, to_status } of moves.toReversed()) expected.set(version, to_status);
  const { items } = await client.call("line.versions", { line: WORK_LINE, limit: 1000 });
  for (const { version, status } of items) expect(status, version).toBe(expected.get(version));
  const live = items.filter(({ status }) => status === "production").map(({ version }) => version);
  expect(live.length).toBeLessThanOrEqual(1);
  const shown = (await client.call("live.list", { target: WORK_LINE })).items.map(({ version }) => version);
  expect(shown).toEqual(live);
  for (const { version } of items.slice(0, 3))
    expect(await client.call("version.validate", { line: WORK_LINE, version }), version).toMatchObject({ valid: true, errors: [] });
}
