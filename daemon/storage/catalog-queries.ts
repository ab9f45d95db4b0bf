// What the catalog is asked while the daemon runs; every query is answered from an index.

import type { CatalogStore, VersionRecord } from "../app/ports.ts";
import { createAuditQueries } from "./audit-queries.ts";
import { hasDatasetVersion } from "./dataset-version-table.ts";
import { eventsAfter } from "./event-table.ts";
import { moveByRequest, moveCount, movesOf } from "./move-table.ts";
import { papersOf } from "./paper-record-table.ts";
import { registrationByModelId, registrationsOf } from "./registration-table.ts";
import type { CatalogDatabase } from "./schema.ts";
import { holdersOf, versionsWithoutBytes } from "./object-holders.ts";
import { objectCount, objectsAfter, objectsIn, objectsOf } from "./stored-object-table.ts";
import { descriptionOf } from "./version-description-table.ts";
import { contentOf, NO_CONTENT } from "./version-file-table.ts";
import { newestByContent, toVersionRecord, versionRowsFrom, type VersionRow } from "./version-table.ts";

/** The part of the store that only reads. */
export type CatalogQueries = Omit<CatalogStore, "load" | "commit" | "availability">;

/** The queries over one connection. */
export function createCatalogQueries(database: CatalogDatabase): CatalogQueries {
  const versions = () => database.selectFrom("version").selectAll();
  const one = async (row: VersionRow | undefined): Promise<VersionRecord | undefined> =>
    row === undefined ? undefined : (await withFiles(database, [row]))[0];
  return {
    async versionByLabel(lineId, label) {
      return one(await versions().where("line_id", "=", lineId).where("label", "=", label).executeTakeFirst());
    },
    async versionById(id) {
      return one(await versions().where("id", "=", id).executeTakeFirst());
    },
    async versionByContent(lineId, contentDigest) {
      return one(await newestByContent(database, lineId, contentDigest));
    },
    async versionsOf(lineId, limit, before = Number.MAX_SAFE_INTEGER) {
      const page = versions().where("line_id", "=", lineId).where("id", "<", before).orderBy("id", "desc").limit(limit);
      return withFiles(database, await page.execute());
    },
    async versionCount(lineId) {
      const count = database.selectFrom("version").select((column) => column.fn.countAll<number>().as("count"));
      const row = await count.where("line_id", "=", lineId).executeTakeFirstOrThrow();
      return Number(row.count);
    },
    descriptionOf: (versionId) => descriptionOf(database, versionId),
    movesOf: (lineId, limit, before) => movesOf(database, lineId, limit, before),
    moveCount: (lineId) => moveCount(database, lineId),
    moveByRequest: (requestId) => moveByRequest(database, requestId),
    registrationsOf: (versionIds) => registrationsOf(database, versionIds),
    registrationByModelId: (modelId) => registrationByModelId(database, modelId),
    hasDatasetVersion: (name, version) => hasDatasetVersion(database, name, version),
    papersOf: (lineId, versionIds) => papersOf(database, lineId, versionIds),
    eventsAfter: (after, limit) => eventsAfter(database, after, limit),
    objectsOf: (digests) => objectsOf(database, digests),
    objectsAfter: (after, limit) => objectsAfter(database, after, limit),
    objectsIn: (packs) => objectsIn(database, packs),
    objectCount: (packPrefix) => objectCount(database, packPrefix),
    holdersOf: (sha256, limit, before) => holdersOf(database, sha256, limit, before),
    versionsWithoutBytes: (versionIds) => versionsWithoutBytes(database, versionIds),
    versionsById: (ids) => versionsById(database, ids),
    ...createAuditQueries(database),
    async versionsFrom(lineId, number, limit) {
      return withFiles(database, await versionRowsFrom(database, lineId, number, limit));
    },
  };
}

/** The versions with those ids, by id; ids that name none are passed over. */
export async function versionsById(database: CatalogDatabase, ids: readonly number[]): Promise<readonly VersionRecord[]> {
  if (ids.length === 0) return [];
  const rows = await database.selectFrom("version").selectAll().where("id", "in", ids).orderBy("id").execute();
  return withFiles(database, rows);
}

async function withFiles(database: CatalogDatabase, rows: readonly VersionRow[]): Promise<readonly VersionRecord[]> {
  const contents = await contentOf(
    database,
    rows.map((row) => row.id),
  );
  return rows.map((row) => toVersionRecord(row, contents.get(row.id) ?? NO_CONTENT));
}
