// The table `dataset_version`: which version of each dataset was current from when on.

import type { DatasetRecord } from "../app/ports.ts";
import { fromMicros } from "./column-values.ts";
import { createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface DatasetVersionTable {
  readonly sequence: number;
  readonly name: string;
  readonly version: string;
}

const insert = createRowStatement<DatasetVersionTable>((database, rows) => database.insertInto("dataset_version").values(rows));

/** Appends what became current; time and actor are those of the event with the same number, which is written first. */
export async function insertDatasets(database: CatalogDatabase, datasets: readonly DatasetRecord[]): Promise<void> {
  await insert(
    database,
    datasets.map(({ sequence, name, version }) => ({ sequence, name, version })),
  );
}

/** The newest of each name. */
export async function currentDatasets(database: CatalogDatabase): Promise<readonly DatasetRecord[]> {
  const newest = database
    .selectFrom("dataset_version as any_version")
    .select((column) => column.fn.max("any_version.sequence").as("sequence"))
    .groupBy("any_version.name");
  const rows = await database
    .selectFrom("dataset_version")
    .innerJoin("event", "event.sequence", "dataset_version.sequence")
    .selectAll("dataset_version")
    .select(["event.at", "event.actor"])
    .where("dataset_version.sequence", "in", newest)
    .execute();
  return rows.map(({ sequence, at, name, version, actor }) => ({ sequence, at: fromMicros(at), name, version, actor }));
}

/** True when the dataset was ever at that version. */
export async function hasDatasetVersion(database: CatalogDatabase, name: string, version: string): Promise<boolean> {
  const found = database.selectFrom("dataset_version").select("sequence").where("name", "=", name).where("version", "=", version);
  return (await found.limit(1).executeTakeFirst()) !== undefined;
}
