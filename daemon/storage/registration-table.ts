// The table `registration`: what a registration says about a version besides its files.

import type { Insertable, Selectable } from "kysely";
import type { RegistrationRecord } from "../app/ports.ts";
import { createRowQuery, createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface RegistrationTable {
  readonly version_id: number;
  readonly model_id: string;
  readonly format: string;
  readonly created_by: string;
  readonly model_path: string;
  readonly checksum_sha256: string;
  readonly metadata: string;
  readonly metadata_sha256: string;
  readonly snapshot_id: string;
  readonly config_hash: string;
  readonly dataset_versions: string;
  readonly metrics: string;
  readonly config: string;
  readonly run_id: string;
  readonly experiment_id: string;
  readonly notes: string;
}

const insert = createRowStatement<Insertable<RegistrationTable>>((database, rows) => database.insertInto("registration").values(rows));

/** Inserts what registrations say; a version or model id that has one already is refused. */
export async function insertRegistrations(database: CatalogDatabase, records: readonly RegistrationRecord[]): Promise<void> {
  await insert(database, records.map(toRow));
}

const byVersion = createRowQuery<Pick<RegistrationTable, "version_id">, Selectable<RegistrationTable>>((database, keys) =>
  database
    .selectFrom("registration")
    .selectAll()
    .where(
      "version_id",
      "in",
      keys.map((key) => key.version_id),
    ),
);

/** By version; versions that were captured are absent. */
export async function registrationsOf(
  database: CatalogDatabase,
  versionIds: readonly number[],
): Promise<ReadonlyMap<number, RegistrationRecord>> {
  const rows = await byVersion(
    database,
    versionIds.map((version_id) => ({ version_id })),
  );
  return new Map(rows.map((row) => [row.version_id, fromRow(row)]));
}

/** The registration with that model id. */
export async function registrationByModelId(database: CatalogDatabase, modelId: string): Promise<RegistrationRecord | undefined> {
  const row = await database.selectFrom("registration").selectAll().where("model_id", "=", modelId).executeTakeFirst();
  return row === undefined ? undefined : fromRow(row);
}

function toRow(record: RegistrationRecord): Insertable<RegistrationTable> {
  return {
    version_id: record.versionId,
    model_id: record.modelId,
    format: record.format,
    created_by: record.createdBy,
    model_path: record.modelPath,
    checksum_sha256: record.checksumSha256,
    metadata: record.metadata,
    metadata_sha256: record.metadataSha256,
    snapshot_id: record.snapshotId,
    config_hash: record.configHash,
    dataset_versions: JSON.stringify(record.datasetVersions),
    metrics: JSON.stringify(record.metrics),
    config: record.config,
    run_id: record.runId,
    experiment_id: record.experimentId,
    notes: record.notes,
  };
}

function fromRow(row: Selectable<RegistrationTable>): RegistrationRecord {
  return {
    versionId: row.version_id,
    modelId: row.model_id,
    format: row.format,
    createdBy: row.created_by,
    modelPath: row.model_path,
    checksumSha256: row.checksum_sha256,
    metadata: row.metadata,
    metadataSha256: row.metadata_sha256,
    snapshotId: row.snapshot_id,
    configHash: row.config_hash,
    // Written by `toRow` and nobody else: the shapes are trusted.
    datasetVersions: JSON.parse(row.dataset_versions) as Record<string, string>,
    metrics: JSON.parse(row.metrics) as Record<string, number>,
    config: row.config,
    runId: row.run_id,
    experimentId: row.experiment_id,
    notes: row.notes,
  };
}
