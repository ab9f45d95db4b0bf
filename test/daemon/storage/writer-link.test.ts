// The thread that writes: its end is never silent, and what it was handed is written before it goes.

import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import type { StorageFault } from "../../../daemon/storage/storage-fault.ts";
import { startCatalogWriter, startWriterThread } from "../../../daemon/storage/writer-link.ts";
import type { WriterSettings } from "../../../daemon/storage/writer-messages.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { eventRecord, SILENT, sourceRecord } from "./catalog-records.ts";

test("changes that were handed in are written before the thread ends", async () => {
  await using directory = await openTempDirectory("writer");
  const file = join(directory.path, "catalog.sqlite");
  const writer = await startCatalogWriter({ file, log: SILENT });
  const writes = Array.from({ length: 50 }, (_, i) => writer.write({ events: [eventRecord(i + 1)] }));
  await writer[Symbol.asyncDispose]();
  await Promise.all(writes);
  await using store = await openCatalogStore({ file, log: SILENT });
  expect((await store.eventsAfter(0, 100)).map((event) => event.sequence)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

test("a change that the thread cannot even be sent is refused, and the next one is written", async () => {
  await using directory = await openTempDirectory("writer");
  await using writer = await startCatalogWriter({ file: join(directory.path, "catalog.sqlite"), log: SILENT });
  const unsendable = { ...sourceRecord(), name: (() => "a function") as never };
  await expect(writer.write({ sources: [unsendable] })).rejects.toMatchObject({ kind: "other" });
  await writer.write({ sources: [sourceRecord()] });
});

test("when the thread dies, what waited and what comes after is refused with what to do", async () => {
  await using directory = await openTempDirectory("writer");
  const threads: Worker[] = [];
  const start = (settings: WriterSettings): Worker => {
    const thread = startWriterThread(settings);
    threads.push(thread);
    return thread;
  };
  const told: string[] = [];
  const onNotDurable = (fault: StorageFault): void => void told.push(fault.kind);
  await using writer = await startCatalogWriter({ file: join(directory.path, "catalog.sqlite"), log: SILENT, onNotDurable }, start);
  const waiting = writer.write({ sources: [sourceRecord()] });
  const ended = threads[0]?.terminate();
  const fault = { kind: "not_durable", message: expect.stringContaining("restart of the daemon") as string };
  await expect(waiting).rejects.toMatchObject(fault);
  await ended;
  await expect(writer.write({ sources: [sourceRecord()] })).rejects.toMatchObject(fault);
  expect(told).toEqual(["not_durable"]);
});

test("after a sync that failed nothing is written any more, and whoever can end the process hears of it before the one who waits", async () => {
  await using directory = await openTempDirectory("writer");
  const order: string[] = [];
  const onNotDurable = (fault: StorageFault): void => void order.push(`told ${fault.kind} ${fault.code}`);
  process.env["MODEL_MANAGER_FAILPOINTS"] = "transaction.after_commit=error:SQLITE_IOERR_FSYNC@2";
  try {
    await using writer = await startCatalogWriter({ file: join(directory.path, "catalog.sqlite"), log: SILENT, onNotDurable });
    const writes = [1, 2, 3, 4].map((sequence) =>
      writer.write({ events: [eventRecord(sequence)] }).then(
        () => order.push(`wrote ${sequence}`),
        () => order.push(`refused ${sequence}`),
      ),
    );
    await Promise.all(writes);
  } finally {
    delete process.env["MODEL_MANAGER_FAILPOINTS"];
  }
  expect(order).toEqual(["wrote 1", "told not_durable SQLITE_IOERR_FSYNC", "refused 2", "refused 3", "refused 4"]);
  await using store = await openCatalogStore({ file: join(directory.path, "catalog.sqlite"), log: SILENT });
  expect((await store.eventsAfter(0, 100)).map((event) => event.sequence)).toEqual([1, 2]);
});

test("a thread that is told to close is not lost", async () => {
  await using directory = await openTempDirectory("writer");
  const told: unknown[] = [];
  {
    await using writer = await startCatalogWriter({
      file: join(directory.path, "c.sqlite"),
      log: SILENT,
      onNotDurable: (fault) => told.push(fault),
    });
    await writer.write({ events: [eventRecord(1)] });
  }
  expect(told).toEqual([]);
});

test("a file that cannot be a catalog is refused with its name, and nothing is left running", async () => {
  await using directory = await openTempDirectory("writer");
  const file = join(directory.path, "nowhere", "catalog.sqlite");
  await expect(startCatalogWriter({ file, log: SILENT })).rejects.toMatchObject({ kind: "io", message: expect.stringContaining(file) });
});
