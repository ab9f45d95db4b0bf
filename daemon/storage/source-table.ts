// The table `source`: registered directories.

import type { Insertable, Selectable } from "kysely";
import type { Policy } from "../../shared/domain/lifecycle.ts";
import type { SourceRecord } from "../app/ports.ts";
import { fromMicros, toMicros, type MicrosColumn, type NullableMicrosColumn } from "./column-values.ts";
import { createRowStatement, lastOfEach, takeExcluded } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface SourceTable {
  readonly id: number;
  readonly name: string;
  readonly root_path: string;
  readonly root_device: string | null;
  readonly policy: Policy;
  readonly created_at: MicrosColumn;
  readonly updated_at: MicrosColumn;
  readonly removed_at: NullableMicrosColumn;
}

const REPLACED = takeExcluded(["name", "root_path", "root_device", "policy", "created_at", "updated_at", "removed_at"]);

const put = createRowStatement<Insertable<SourceTable>>((database, rows) =>
  database
    .insertInto("source")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(REPLACED)),
);

/** Inserts the sources, or replaces those whose id is there. */
export async function putSources(database: CatalogDatabase, sources: readonly SourceRecord[]): Promise<void> {
  const rows = lastOfEach(sources, (source) => source.id).map(toRow);
  await put(database, rows);
}

/** Every source, the removed ones too, by id. */
export async function allSources(database: CatalogDatabase): Promise<readonly SourceRecord[]> {
  const rows = await database.selectFrom("source").selectAll().orderBy("id").execute();
  return rows.map(fromRow);
}

function toRow(source: SourceRecord): Insertable<SourceTable> {
  return {
    id: source.id,
    name: source.name,
    root_path: source.rootPath,
    root_device: source.rootDevice,
    policy: source.policy,
    created_at: toMicros(source.createdAt),
    updated_at: toMicros(source.updatedAt),
    removed_at: source.removedAt === null ? null : toMicros(source.removedAt),
  };
}

function fromRow(row: Selectable<SourceTable>): SourceRecord {
  return {
    id: row.id,
    name: row.name,
    rootPath: row.root_path,
    rootDevice: row.root_device,
    policy: row.policy,
    createdAt: fromMicros(row.created_at),
    updatedAt: fromMicros(row.updated_at),
    removedAt: row.removed_at === null ? null : fromMicros(row.removed_at),
  };
}
