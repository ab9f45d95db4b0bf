// All tables of the catalog as Kysely sees them; each table's own file says what its columns are, migration 1 what its rows mean.

import type { Kysely } from "kysely";
import type { DatasetVersionTable } from "./dataset-version-table.ts";
import type { DiskGroupTable } from "./disk-group-table.ts";
import type { EventTable } from "./event-table.ts";
import type { GatePolicyTable } from "./gate-policy-table.ts";
import type { LineTable } from "./line-table.ts";
import type { LoadedVersionTable } from "./loaded-version-table.ts";
import type { MetricTable } from "./metric-table.ts";
import type { SchemaMigrationTable } from "./migrate.ts";
import type { MoveTable } from "./move-table.ts";
import type { PaperRecordTable } from "./paper-record-table.ts";
import type { RegistrationTable } from "./registration-table.ts";
import type { SourceTable } from "./source-table.ts";
import type { StoredObjectTable } from "./stored-object-table.ts";
import type { VersionDescriptionTable } from "./version-description-table.ts";
import type { VersionFileTable } from "./version-file-table.ts";
import type { VersionTable } from "./version-table.ts";

export interface CatalogTables {
  readonly schema_migration: SchemaMigrationTable;
  readonly source: SourceTable;
  readonly line: LineTable;
  readonly version: VersionTable;
  readonly version_file: VersionFileTable;
  readonly version_description: VersionDescriptionTable;
  readonly disk_group: DiskGroupTable;
  readonly stored_object: StoredObjectTable;
  readonly event: EventTable;
  readonly move: MoveTable;
  readonly loaded_version: LoadedVersionTable;
  readonly registration: RegistrationTable;
  readonly metric: MetricTable;
  readonly paper_record: PaperRecordTable;
  readonly gate_policy: GatePolicyTable;
  readonly dataset_version: DatasetVersionTable;
}

/** The database, or a transaction of it. */
export type CatalogDatabase = Kysely<CatalogTables>;
