// A database that goes away, at whatever moment: nothing acknowledged is lost, nothing is done twice, and nobody waits for ever.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { CatalogStore } from "../../../daemon/app/ports.ts";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import type { StorageFault } from "../../../daemon/storage/storage-fault.ts";
import { openCuttingProxy, type CuttingProxy } from "../../support/cutting-proxy.ts";
import { startPostgres, type PostgresServer } from "../../support/postgres.ts";
import { describeNeeding, postgresServer } from "../../support/requirements.ts";
import { waitFor } from "../../support/wait-for.ts";
import { eventRecord, SILENT } from "./catalog-records.ts";

/** Short, so that the tests are; long enough for a loaded machine to answer. */
const WAITS = { readMs: 4_000, commitMs: 4_000, silenceMs: 2_000 };

describeNeeding(postgresServer(), "a database that goes away", () => {
  let server: PostgresServer;
  let proxy: CuttingProxy;
  let database = "";

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose](), 60_000);
  beforeEach(async () => {
    database = await server.createDatabase();
    proxy = await openCuttingProxy(server.port);
  });
  afterEach(() => proxy[Symbol.asyncDispose]());

  const openThrough = (waits = WAITS) => openCatalogStore({ url: server.url(database, proxy.port), log: SILENT, waits });
  const openBeside = () => openCatalogStore({ url: server.url(database), log: SILENT });
  const sequences = async (store: CatalogStore) => (await store.eventsAfter(0, 1_000)).map((event) => event.sequence);
  const commit = (store: CatalogStore, sequence: number, waitMs?: number) => store.commit({ events: [eventRecord(sequence)] }, waitMs);
  const faultOf = (work: Promise<unknown>): Promise<StorageFault> =>
    work.then(
      () => Promise.reject(new Error("it was done")),
      (error: unknown) => error as StorageFault,
    );
  /** The reading connections may still be those that were cut. */
  const sequencesAtLast = (store: CatalogStore) => waitFor("an answer", () => sequences(store));
  const isBack = (store: CatalogStore) => waitFor("the database to be back", () => store.availability?.fault === "");
  const isAway = (store: CatalogStore) => waitFor("the loss to be noticed", () => store.availability?.fault !== "");

  it("a cut between two changes is mended before the next", async () => {
    await using store = await openThrough();
    await commit(store, 1);
    proxy.cut();
    await commit(store, 2);
    expect(await sequences(store)).toEqual([1, 2]);
  });

  it.each(["before_commit", "after_commit"] as const)(
    "a cut in the moment of a commit (%s) neither loses nor doubles it",
    async (moment) => {
      await using store = await openThrough();
      await commit(store, 1);
      proxy.mode = moment;
      const written = commit(store, 2);
      await waitFor("the cut", () => proxy.mode === "refuse");
      proxy.mode = "pass";
      await written;
      await commit(store, 3);
      expect(await sequences(store)).toEqual([1, 2, 3]);
    },
  );

  it.each([
    ["before_commit", false],
    ["after_commit", true],
  ] as const)("a commit cut off for longer than anybody waits (%s) is told as open, and settled at the return", async (moment, isDone) => {
    await using store = await openThrough();
    await commit(store, 1);
    proxy.mode = moment;
    const fault = await faultOf(commit(store, 2, 300));
    expect(fault).toMatchObject({ name: "StorageFault", kind: "in_doubt" });
    expect(await faultOf(commit(store, 2, 100))).toMatchObject({ kind: "away" });
    proxy.mode = "pass";
    expect(await fault.settled).toBe(isDone);
    await commit(store, 3);
    expect(await sequences(store)).toEqual(isDone ? [1, 2, 3] : [1, 3]);
  });

  it("a change waits its time for the return, and one that waited too long leaves nothing", async () => {
    await using store = await openThrough();
    proxy.mode = "refuse";
    proxy.cut();
    await isAway(store);
    expect(store.availability?.fault).toMatch(/^the database is away; what is in memory is served meanwhile/);
    expect(await faultOf(commit(store, 1, 200))).toMatchObject({ kind: "away", message: store.availability?.fault });
    const patient = commit(store, 2);
    await sleep(300);
    proxy.mode = "pass";
    await patient;
    expect(await sequences(store)).toEqual([2]);
    expect(store.availability?.fault).toBe("");
  });

  it("a question waits for the return, too, and then gives up as away", async () => {
    await using store = await openThrough({ ...WAITS, readMs: 1_500 });
    await commit(store, 1);
    proxy.mode = "refuse";
    proxy.cut();
    const patient = sequences(store);
    await sleep(200);
    proxy.mode = "pass";
    expect(await patient).toEqual([1]);
    proxy.mode = "refuse";
    proxy.cut();
    expect(await faultOf(sequences(store))).toMatchObject({ name: "StorageFault", kind: "away" });
  });

  it("a server that stands still is given up at the deadline, and the process goes on meanwhile", async () => {
    await using store = await openThrough({ readMs: 300, commitMs: 300, silenceMs: 300 });
    await commit(store, 1);
    await server.pause();
    try {
      let turns = 0;
      const ticking = setInterval(() => turns++, 5);
      const faults = await Promise.all([faultOf(commit(store, 2)), faultOf(sequences(store))]);
      clearInterval(ticking);
      expect(faults.map((fault) => fault.kind)).toEqual(["away", "away"]);
      expect(turns).toBeGreaterThan(10);
    } finally {
      await server.resume();
    }
    await isBack(store);
    await commit(store, 3, 10_000);
    expect(await sequencesAtLast(store)).toEqual([1, 3]);
  });

  it("a session that the server still believes in is ended, so that the lock comes back", async () => {
    await using store = await openThrough();
    await commit(store, 1);
    proxy.cut(true);
    await commit(store, 2);
    expect(await sequences(store)).toEqual([1, 2]);
  });

  it("after a restart of the server the same store goes on", async () => {
    await using store = await openThrough({ ...WAITS, commitMs: 20_000 });
    await commit(store, 1);
    await server.restart();
    await commit(store, 2);
    expect(await sequencesAtLast(store)).toEqual([1, 2]);
  });

  it("while another daemon has the database it is read only, and says who", async () => {
    await using store = await openThrough();
    await commit(store, 1);
    proxy.mode = "refuse";
    proxy.cut();
    await isAway(store);
    {
      await using other = await openBeside();
      proxy.mode = "pass";
      await waitFor("the other to be seen", () => store.availability?.fault.startsWith("read only") === true);
      expect(store.availability?.fault).toMatch(/^read only: model-managerd with process id \d+ on \S+ took the database/);
      expect(await faultOf(commit(store, 2))).toMatchObject({ kind: "read_only", message: store.availability?.fault });
      expect(await sequences(store)).toEqual([1]);
      expect(await sequences(other)).toEqual([1]);
    }
    // The other wrote nothing, so what we know is still true.
    await isBack(store);
    await commit(store, 2);
    expect(await sequences(store)).toEqual([1, 2]);
  });

  it("once another daemon has written it stays read only, and leaves the database to others", async () => {
    await using store = await openThrough();
    await commit(store, 1);
    proxy.mode = "refuse";
    proxy.cut();
    await isAway(store);
    {
      await using other = await openBeside();
      await commit(other, 2);
    }
    proxy.mode = "pass";
    await waitFor("the verdict", () => store.availability?.fault.includes("restart this daemon") === true);
    expect(await faultOf(commit(store, 2))).toMatchObject({ kind: "read_only" });
    expect(await sequences(store)).toEqual([1, 2]);
    await using third = await openBeside();
    await commit(third, 3);
  });

  it("a store that is closed while it takes up its session again leaves none behind", async () => {
    for (let ms = 0; ms < 120; ms += 30) {
      const store = await openThrough();
      proxy.cut();
      await sleep(ms);
      await store[Symbol.asyncDispose]();
      await using _other = await openBeside();
    }
  });

  it("a store that is closed while the database is away ends", async () => {
    const store = await openThrough();
    proxy.mode = "refuse";
    proxy.cut();
    await isAway(store);
    const waiting = faultOf(commit(store, 1));
    await store[Symbol.asyncDispose]();
    expect(await waiting).toMatchObject({ kind: "away" });
    expect(await faultOf(commit(store, 2))).toMatchObject({ message: "the catalog is closed" });
  });
});
