// The catalog's store, over the engine that keeps it. For a file: a thread that writes, and a connection of the main thread that reads.

import { Kysely } from "kysely";
import type { CatalogChange, CatalogStore } from "../app/ports.ts";
import { openReader, type CatalogFileOptions } from "./catalog-file.ts";
import { createCatalogQueries } from "./catalog-queries.ts";
import type { CatalogWriter } from "./catalog-writer.ts";
import { loadCatalog } from "./load-catalog.ts";
import { openPostgresEngine, type PostgresStoreOptions } from "./postgres-engine.ts";
import type { CatalogTables } from "./schema.ts";
import { StorageFault, toStorageFault } from "./storage-fault.ts";
import type { StoreEngine } from "./store-engine.ts";
import { startCatalogWriter } from "./writer-link.ts";

/** How to open the store in a file. */
export interface CatalogStoreOptions extends CatalogFileOptions {
  /** Opens what writes; a thread of its own, unless said otherwise. */
  readonly startWriter?: (options: CatalogFileOptions) => Promise<CatalogWriter>;
}

/**
 * Opens (or creates) the catalog in `file`, or in the database of `url`, and brings its schema up to date. The caller holds the state directory's
 * lock. Rejects with StorageFault or SchemaError when the catalog is damaged, foreign, in use by another daemon or newer than this program; the
 * message names it. Everything the store does rejects with StorageFault. Disposing waits for the changes that were handed in.
 */
export async function openCatalogStore(options: CatalogStoreOptions | PostgresStoreOptions): Promise<CatalogStore & AsyncDisposable> {
  if (!("url" in options)) return createStore(await openFileEngine(options));
  return createStore(await openPostgresEngine(options));
}

async function openFileEngine(options: CatalogStoreOptions): Promise<StoreEngine> {
  const writer = await (options.startWriter ?? startCatalogWriter)(options);
  try {
    const reader = openReader(options.file);
    return {
      reading: new Kysely<CatalogTables>({ dialect: reader.dialect() }),
      read: (work) => work(),
      commit: (change) => writer.write(change),
      availability: undefined,
      async close() {
        // The writer last: the last connection to close copies the log into the file and removes it. It finishes what it was handed.
        reader.close();
        await writer[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await writer[Symbol.asyncDispose]();
    throw error;
  }
}

function createStore(engine: StoreEngine): CatalogStore & AsyncDisposable {
  const { reading, availability } = engine;
  const queries = createCatalogQueries(reading);
  let isClosed = false;

  async function faulting<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw new StorageFault("other", "the catalog is closed");
    try {
      return await engine.read(work);
    } catch (error) {
      throw toStorageFault(error);
    }
  }

  return {
    load: () => faulting(() => loadCatalog(reading)),
    commit: (change: CatalogChange, waitMs?: number) =>
      isClosed ? Promise.reject(new StorageFault("other", "the catalog is closed")) : engine.commit(change, waitMs),
    ...(availability === undefined ? {} : { availability }),
    versionByLabel: (lineId, label) => faulting(() => queries.versionByLabel(lineId, label)),
    versionById: (id) => faulting(() => queries.versionById(id)),
    versionByContent: (lineId, contentDigest) => faulting(() => queries.versionByContent(lineId, contentDigest)),
    descriptionOf: (versionId) => faulting(() => queries.descriptionOf(versionId)),
    versionsOf: (lineId, limit, before) => faulting(() => queries.versionsOf(lineId, limit, before)),
    versionCount: (lineId) => faulting(() => queries.versionCount(lineId)),
    movesOf: (lineId, limit, before) => faulting(() => queries.movesOf(lineId, limit, before)),
    moveCount: (lineId) => faulting(() => queries.moveCount(lineId)),
    moveByRequest: (requestId) => faulting(() => queries.moveByRequest(requestId)),
    registrationsOf: (versionIds) => faulting(() => queries.registrationsOf(versionIds)),
    registrationByModelId: (modelId) => faulting(() => queries.registrationByModelId(modelId)),
    hasDatasetVersion: (name, version) => faulting(() => queries.hasDatasetVersion(name, version)),
    papersOf: (lineId, versionIds) => faulting(() => queries.papersOf(lineId, versionIds)),
    eventsAfter: (after, limit) => faulting(() => queries.eventsAfter(after, limit)),
    objectsOf: (digests) => faulting(() => queries.objectsOf(digests)),
    objectsAfter: (after, limit) => faulting(() => queries.objectsAfter(after, limit)),
    objectsIn: (packs) => faulting(() => queries.objectsIn(packs)),
    objectCount: (packPrefix) => faulting(() => queries.objectCount(packPrefix)),
    holdersOf: (sha256, limit, before) => faulting(() => queries.holdersOf(sha256, limit, before)),
    versionsWithoutBytes: (versionIds) => faulting(() => queries.versionsWithoutBytes(versionIds)),
    versionsFrom: (lineId, number, limit) => faulting(() => queries.versionsFrom(lineId, number, limit)),
    versionsById: (ids) => faulting(() => queries.versionsById(ids)),
    liveVersionsAt: (lineIds, at) => faulting(() => queries.liveVersionsAt(lineIds, at)),
    liveMomentsAt: (lineIds, at) => faulting(() => queries.liveMomentsAt(lineIds, at)),
    liveChangeCounts: (lineIds, from, to) => faulting(() => queries.liveChangeCounts(lineIds, from, to)),
    reportsAt: (keys) => faulting(() => queries.reportsAt(keys)),
    newestVersionIds: (limit, filter) => faulting(() => queries.newestVersionIds(limit, filter)),
    newestVersionOfEach: (lineIds, filter) => faulting(() => queries.newestVersionOfEach(lineIds, filter)),
    newestVersionIdsOf: (lineIds, limit, above, filter) => faulting(() => queries.newestVersionIdsOf(lineIds, limit, above, filter)),
    newestLabels: (lineIds) => faulting(() => queries.newestLabels(lineIds)),
    newestPapers: (versions) => faulting(() => queries.newestPapers(versions)),
    versionsByMetric: (lineId, metric, order, limit) => faulting(() => queries.versionsByMetric(lineId, metric, order, limit)),
    metricNames: (lineId, limit) => faulting(() => queries.metricNames(lineId, limit)),
    checkChain: (from, limit) => faulting(() => queries.checkChain(from, limit)),
    statusesAfter: (after, limit) => faulting(() => queries.statusesAfter(after, limit)),
    checkStatus: (versionId) => faulting(() => queries.checkStatus(versionId)),
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      await engine.close();
    },
  };
}
