// The catalog's store: a thread that writes, and a connection of the main thread that reads.

import { Kysely } from "kysely";
import type { CatalogChange, CatalogStore } from "../app/ports.ts";
import { openReader, type CatalogFileOptions } from "./catalog-file.ts";
import { createCatalogQueries } from "./catalog-queries.ts";
import type { CatalogWriter } from "./catalog-writer.ts";
import { loadCatalog } from "./load-catalog.ts";
import type { CatalogTables } from "./schema.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { StorageFault, toStorageFault } from "./storage-fault.ts";
import { startCatalogWriter } from "./writer-link.ts";

/** How to open the store. */
export interface CatalogStoreOptions extends CatalogFileOptions {
  /** Opens what writes; a thread of its own, unless said otherwise. */
  readonly startWriter?: (options: CatalogFileOptions) => Promise<CatalogWriter>;
}

/**
 * Opens (or creates) the catalog in `file` and brings its schema up to date. The caller holds the state directory's lock.
 * Rejects with StorageFault or SchemaError when the file is damaged, foreign or newer than this program; the message names it.
 * Everything the store does rejects with StorageFault. Disposing waits for the changes that were handed in.
 */
export async function openCatalogStore(options: CatalogStoreOptions): Promise<CatalogStore & AsyncDisposable> {
  const writer = await (options.startWriter ?? startCatalogWriter)(options);
  try {
    return createStore(writer, openReader(options.file));
  } catch (error) {
    await writer[Symbol.asyncDispose]();
    throw error;
  }
}

function createStore(writer: CatalogWriter, reader: SqliteConnection): CatalogStore & AsyncDisposable {
  const reading = new Kysely<CatalogTables>({ dialect: reader.dialect() });
  const queries = createCatalogQueries(reading);
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
    commit: (change: CatalogChange) =>
      isClosed ? Promise.reject(new StorageFault("other", "the catalog is closed")) : writer.write(change),
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
    objectsAfter: (after, limit) => faulting(() => queries.objectsAfter(after, limit)),
    objectsIn: (packs) => faulting(() => queries.objectsIn(packs)),
    objectCount: (packPrefix) => faulting(() => queries.objectCount(packPrefix)),
    holdersOf: (sha256, limit, before) => faulting(() => queries.holdersOf(sha256, limit, before)),
    versionsWithoutBytes: (versionIds) => faulting(() => queries.versionsWithoutBytes(versionIds)),
    versionsFrom: (lineId, number, limit) => faulting(() => queries.versionsFrom(lineId, number, limit)),
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      // The writer last: the last connection to close copies the log into the file and removes it. It finishes what it was handed.
      reader.close();
      await writer[Symbol.asyncDispose]();
    },
  };
}
