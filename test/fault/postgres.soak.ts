// The database is restarted, paused and taken away in the middle of changes: nothing acknowledged is lost, nothing is done twice, and nobody waits beyond the deadline.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { CatalogChange, CatalogStore } from "../../daemon/app/ports.ts";
import { openCatalogStore } from "../../daemon/storage/catalog-store.ts";
import { StorageFault } from "../../daemon/storage/storage-fault.ts";
import { connectDaemon } from "../../tui/client/connect.ts";
import { eventRecord, lineRecord, moveRecord, NOON, SILENT, sourceRecord, versionRecord } from "../daemon/storage/catalog-records.ts";
import { expectAllThere, liveWithTraining, nothingAcknowledged, readModels, startWork, trainOnce } from "../support/acknowledged.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { openCuttingProxy, type CuttingProxy, type ProxyMode } from "../support/cutting-proxy.ts";
import { startDaemon } from "../support/daemon-process.ts";
import { countReports, lastReport, PROBED } from "../support/loop-probe.ts";
import { startPostgres, type PostgresServer } from "../support/postgres.ts";
import { describeNeeding, postgresServer } from "../support/requirements.ts";
import { createRandom, soakCount, soakSeed, timeBar } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { waitFor } from "../support/wait-for.ts";

const MOVES = soakCount(500);
const RESTARTS = soakCount(20);
/** Of the daemon at work: 500 in all. */
const MOVES_BETWEEN = 25;
const PAUSES = soakCount(10);
const GROUPS = 6;
/** The bar on a task of the main thread. */
const TASK_MS = 20;
const temporary = useTempDirectory("postgres");

describeNeeding(postgresServer(), "a database in PostgreSQL", () => {
  test(`${MOVES} moves, with restarts, ended sessions and cuts around commits among them: each is there once`, async () => {
    await using server = await startPostgres({ isDurable: true });
    const database = await server.createDatabase();
    const random = createRandom(soakSeed());
    const trouble = { stop: false, restarts: 0, ended: 0, cuts: 0 };
    await using proxy = await openCuttingProxy(server.port);
    const scene = { server, proxy, database, random };
    const told = { done: 0, again: 0, open: 0 };
    {
      await using store = await openCatalogStore({ url: server.url(database, proxy.port), log: SILENT });
      await store.commit({ sources: [sourceRecord()], lines: [lineRecord()] });
      const troubling = makeTrouble(scene, trouble);
      for (let number = 1; number <= MOVES; number++) await moveForSure(store, moveTo(number), told);
      trouble.stop = true;
      await troubling;
    }
    await using store = await openCatalogStore({ url: server.url(database), log: SILENT });
    const numbers = Array.from({ length: MOVES }, (_, index) => index + 1);
    const events = await allEvents(store);
    expect(events).toEqual(numbers.flatMap((number) => [2 * number - 1, 2 * number]));
    expect((await store.movesOf(1, MOVES + 1)).map((move) => move.versionId)).toEqual(numbers.toReversed());
    const versions = await store.versionsOf(1, MOVES + 1);
    expect(versions.map(({ id, status }) => `${id} ${status}`)).toEqual(
      numbers.toReversed().map((id) => `${id} ${id === MOVES ? "production" : "archived"}`),
    );
    say(
      `${MOVES} moves, ${trouble.restarts} restarts, ${trouble.ended} ended sessions, ${trouble.cuts} cut commits: ${JSON.stringify(told)}`,
    );
    expect(Math.min(trouble.restarts, trouble.ended, trouble.cuts)).toBeGreaterThan(0);
  });

  test(`a daemon at work through ${RESTARTS} restarts: everything acknowledged is there, and what lies on disk is live`, async () => {
    buildBundle();
    await using server = await startPostgres({ isDurable: true });
    const database = await server.createDatabase();
    const base = temporary();
    const root = join(base, "models");
    await mkdir(root);
    let stamp = 1;
    const keys = Array.from({ length: GROUPS }, (_, i) => `SYM${i}_ret_60`);
    for (const key of keys) await trainOnce(root, key, stamp++);
    const random = createRandom(soakSeed());
    const play = { root, source: "models", keys, random, nextStamp: () => stamp++ };
    const options = {
      ...{ stateDir: join(base, "state"), socketPath: join(base, "d.sock"), register: [root], settleSeconds: 0.05, rescanSeconds: 0.5 },
      ...{ isBundled: true, env: { ...PROBED, MODEL_MANAGER_DATABASE_URL: server.url(database) } },
    };
    const acknowledged = nothingAcknowledged();
    {
      await using daemon = await startDaemon(options);
      await using work = startWork(daemon.ready, play, acknowledged, 100);
      await using reading = readModels(daemon.ready, play);
      for (let round = 0; round < RESTARTS; round++) {
        const before = acknowledged.moves.length;
        const enough = () => acknowledged.moves.length >= before + MOVES_BETWEEN;
        await waitFor("moves since the last restart", enough, { deadlineMs: 120_000 });
        await sleep(random() * 300);
        await server.restart(random() < 0.5 ? 0 : random() * 1_500);
        expect(daemon.child.exitCode, daemon.log().slice(-3_000)).toBeNull();
        if (round % 5 === 0) await expectAllThere(daemon.ready, acknowledged, { moves: 50, versions: 10 });
      }
      await work[Symbol.asyncDispose]();
      const reads = await reading.stop();
      await liveWithTraining(daemon.ready, play);
      expect(daemon.log()).not.toContain("secret-word");
      expect(daemon.log().match(/.*(?:operation failed|an rpc failed).*/)?.[0], "taken for a bug").toBeUndefined();
      say(
        `${RESTARTS} restarts: ${reads.served} reads served, ${reads.failed.length} not; ${acknowledged.moves.length} moves, ${acknowledged.refused} refused`,
      );
      expect(await daemon.stop()).toBe(0);
    }
    await using again = await startDaemon(options);
    await expectAllThere(again.ready, acknowledged);
    await liveWithTraining(again.ready, play);
    expect(acknowledged.moves.length).toBeGreaterThan(0);
    expect(await again.stop()).toBe(0);
  });

  test(`a database that stands still ${PAUSES} times: models are served, moves are answered at their deadline, no task is long`, async () => {
    buildBundle();
    await using server = await startPostgres();
    const database = await server.createDatabase();
    const base = temporary();
    const root = join(base, "models");
    await mkdir(root);
    let stamp = 1;
    const keys = ["BTC_ret_60", "ETH_ret_60"];
    for (const key of keys) await trainOnce(root, key, stamp++);
    const play = { root, source: "models", keys, random: createRandom(soakSeed()), nextStamp: () => stamp++ };
    await using daemon = await startDaemon({
      ...{ stateDir: join(base, "state"), socketPath: join(base, "d.sock"), register: [root], settleSeconds: 0.05, rescanSeconds: 0.5 },
      ...{ isBundled: true, env: { ...PROBED, MODEL_MANAGER_DATABASE_URL: server.url(database) } },
    });
    await liveWithTraining(daemon.ready, play);
    using client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" }).then((open) => ({
      call: open.call.bind(open),
      [Symbol.dispose]: () => open.close(),
    }));
    const activate = () => client.call("line.activate", { line: "models/BTC_ret_60", version: "v1", reason: "soak" });
    await reportOf(daemon);
    for (let round = 0; round < PAUSES; round++) {
      await server.pause();
      const reads = readModels(daemon.ready, play);
      const begun = performance.now();
      const refused = await activate().catch((error: unknown) => error);
      const tookMs = performance.now() - begun;
      const stopped = () => client.call("status", {}).then((status) => status.capture_stopped);
      await waitFor("the status to say so", async () => /the database is away/.test(await stopped()));
      const { served, failed } = await reads.stop();
      await server.resume();
      expect(refused).toMatchObject({ code: "unavailable" });
      // Questions before the move wait for 5 s, the move itself for 10 s.
      expect(tookMs).toBeLessThan(timeBar(16_000));
      expect(failed).toEqual([]);
      expect(served).toBeGreaterThan(10);
      await waitFor("the database to be back", async () => (await stopped()) === "", {
        deadlineMs: 30_000,
      });
      await liveWithTraining(daemon.ready, play);
      expect((await reportOf(daemon)).workMs).toBeLessThan(timeBar(TASK_MS));
    }
    expect(await daemon.stop()).toBe(0);
  });
});

/** Version `number` takes over from the one before it; sequence numbers 2n - 1 and 2n. */
function moveTo(number: number): CatalogChange {
  const [captured, live] = [2 * number - 1, 2 * number];
  const version = versionRecord({ id: number, label: `v${number}`, number, status: "production" });
  const leaves = { status: "archived" as const, since: NOON + BigInt(captured), reason: "replaced", actor: "soak" };
  return {
    lines: [lineRecord({ nextNumber: number + 1, liveVersionId: number, lastLiveVersionId: number, liveSequence: live })],
    statuses: number === 1 ? [] : [{ versionId: number - 1, ...leaves }],
    versions: [{ version, description: "{}" }],
    events: [eventRecord(captured), eventRecord(live)],
    moves: [moveRecord(live, { versionId: number, label: version.label, to: "production" })],
  };
}

/** Commits the change as a patient caller would: again when it was not done, never again when it was. */
async function moveForSure(store: CatalogStore, change: CatalogChange, told: { done: number; again: number; open: number }): Promise<void> {
  for (;;) {
    try {
      await store.commit(change, 200);
      told.done++;
      return;
    } catch (error) {
      if (!(error instanceof StorageFault) || (error.kind !== "away" && error.kind !== "in_doubt")) throw error;
      told[error.settled === undefined ? "again" : "open"]++;
      if ((await error.settled) === true) return;
      await store.availability?.writable(60_000);
    }
  }
}

interface Scene {
  readonly server: PostgresServer;
  readonly proxy: CuttingProxy;
  readonly database: string;
  readonly random: () => number;
}

interface Trouble {
  stop: boolean;
  restarts: number;
  ended: number;
  cuts: number;
}

async function makeTrouble({ server, proxy, database, random }: Scene, trouble: Trouble): Promise<void> {
  for (let turn = 0; !trouble.stop; turn++) {
    await sleep(20 + random() * 150);
    if (turn % 3 === 0 && trouble.restarts < RESTARTS) {
      await server.restart(random() < 0.5 ? 0 : random() * 500);
      trouble.restarts++;
    } else if (turn % 3 === 1) {
      await server.run(database, "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'model-managerd %'");
      trouble.ended++;
    } else {
      proxy.mode = random() < 0.5 ? "before_commit" : "after_commit";
      for (let tries = 0; proxy.mode !== ("refuse" as ProxyMode) && tries < 100; tries++) await sleep(10);
      await sleep(random() * 300);
      proxy.mode = "pass";
      trouble.cuts++;
    }
  }
}

async function allEvents(store: CatalogStore): Promise<readonly number[]> {
  const found: number[] = [];
  for (;;) {
    const page = await store.eventsAfter(found.at(-1) ?? 0, 500);
    if (page.length === 0) return found;
    found.push(...page.map((event) => event.sequence));
  }
}

async function reportOf(daemon: Awaited<ReturnType<typeof startDaemon>>) {
  const before = countReports(daemon.log());
  daemon.child.kill("SIGUSR2");
  await waitFor("a report of the probe", () => countReports(daemon.log()) > before);
  return lastReport(daemon.log()) ?? { workMs: Infinity, pauseMs: 0, blockedMs: 0 };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
