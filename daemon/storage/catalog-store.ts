// The catalog's store: one connection that writes, one that reads, and a queue of changes.

import { Kysely } from "kysely";
import type { CatalogChange, CatalogStore } from "../app/ports.ts";
import { openReader, openWriter, type CatalogFileOptions } from "./catalog-file.ts";
import { createCatalogQueries } from "./catalog-queries.ts";
import { createCheckpointer, type Checkpointer } from "./checkpointer.ts";
import { loadCatalog } from "./load-catalog.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/all-migrations.ts";
import type { CatalogTables } from "./schema.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { StorageFault, toStorageFault } from "./storage-fault.ts";
import { writeChange } from "./unit-of-work.ts";

/**
 * Opens (or creates) the catalog in `file` and brings its schema up to date. The caller holds the state directory's lock.
 * Rejects with StorageFault or SchemaError when the file is damaged, foreign or newer than this program; the message names it.
 * Everything the store does rejects with StorageFault. Disposing waits for the changes that were handed in.
 */
export async function openCatalogStore(options: CatalogFileOptions): Promise<CatalogStore & AsyncDisposable> {
  const writer = openWriter(options);
  const writing = new Kysely<CatalogTables>({ dialect: writer.dialect() });
  let reader: SqliteConnection;
  try {
    const applied = await migrate(writing, MIGRATIONS, options.file);
    if (applied.length > 0) options.log.info({ migrations: applied }, "catalog schema brought up to date");
    reader = openReader(options.file);
  } catch (error) {
    writer.close();
    throw error;
  }
  return createStore(writer, writing, reader, createCheckpointer(writer, options.log));
}

function createStore(
  writer: SqliteConnection,
  writing: Kysely<CatalogTables>,
  reader: SqliteConnection,
  checkpointer: Checkpointer,
): CatalogStore & AsyncDisposable {
  const reading = new Kysely<CatalogTables>({ dialect: reader.dialect() });
  const queries = createCatalogQueries(reading);
  let lastCommit: Promise<void> = Promise.resolve();
  let isClosed = false;

  async function faulting<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw new StorageFault("other", "the catalog is closed");
    try {
      return await work();
    } catch (error) {
      throw toStorageFault(error);
    }
  }

  return {
    load: () => faulting(() => loadCatalog(reading)),
    commit(change: CatalogChange) {
      if (isClosed) return Promise.reject(new StorageFault("other", "the catalog is closed"));
      // One at a time, in the order of the calls; a change that failed does not hold up the next.
      const commit = lastCommit.then(() => writeChange(writing, change)).catch((error: unknown) => Promise.reject(toStorageFault(error)));
      lastCommit = commit.then(
        () => checkpointer.committed(),
        () => undefined,
      );
      return commit;
    },
    versionByLabel: (lineId, label) => faulting(() => queries.versionByLabel(lineId, label)),
    versionById: (id) => faulting(() => queries.versionById(id)),
    versionByContent: (lineId, contentDigest) => faulting(() => queries.versionByContent(lineId, contentDigest)),
    descriptionOf: (versionId) => faulting(() => queries.descriptionOf(versionId)),
    versionsOf: (lineId, limit, before) => faulting(() => queries.versionsOf(lineId, limit, before)),
    versionCount: (lineId) => faulting(() => queries.versionCount(lineId)),
    movesOf: (lineId, limit, before) => faulting(() => queries.movesOf(lineId, limit, before)),
    moveCount: (lineId) => faulting(() => queries.moveCount(lineId)),
    eventsAfter: (after, limit) => faulting(() => queries.eventsAfter(after, limit)),
    objectsOf: (digests) => faulting(() => queries.objectsOf(digests)),
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      await lastCommit;
      checkpointer[Symbol.dispose]();
      // The writer last: the last connection to close copies the log into the file and removes it.
      reader.close();
      writer.close();
    },
  };
}
