// The table `disk_group`: what lies on disk for each group, as last dealt with.

import { sql, type Insertable, type Selectable } from "kysely";
import type { FileStamp, GroupRecord } from "../app/ports.ts";
import { fromMicros, parseTexts, toFlag, toMicros, type FlagColumn, type MicrosColumn } from "./column-values.ts";
import { formatStamps, parseStamps } from "./file-stamps.ts";
import { createRowStatement, lastOfEach, piecesOf, takeExcluded } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface DiskGroupTable {
  readonly source_id: number;
  readonly group_key: string;
  readonly line_id: number;
  /** JSON, see file-stamps.ts. */
  readonly files: string;
  readonly reader_version: number;
  readonly content_digest: string;
  readonly ready: FlagColumn;
  readonly symbol: string;
  readonly return_name: string;
  readonly feature_dim: number;
  readonly factor_count: number;
  readonly train_start: string | null;
  readonly train_end: string | null;
  readonly warnings: string;
  readonly changed_at: MicrosColumn;
}

/** Names one group. */
export interface GroupName {
  readonly sourceId: number;
  readonly groupKey: string;
}

const REPLACED = takeExcluded([
  "line_id",
  "files",
  "reader_version",
  "content_digest",
  "ready",
  "symbol",
  "return_name",
  "feature_dim",
  "factor_count",
  "train_start",
  "train_end",
  "warnings",
  "changed_at",
]);

const put = createRowStatement<Insertable<DiskGroupTable>>((database, rows) =>
  database
    .insertInto("disk_group")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["source_id", "group_key"]).doUpdateSet(REPLACED)),
);

/** Inserts the groups, or replaces those that are there. */
export async function putGroups(database: CatalogDatabase, groups: readonly GroupRecord[]): Promise<void> {
  const rows = lastOfEach(groups, (group) => `${group.sourceId}/${group.groupKey}`).map(toRow);
  await put(database, rows);
}

/** Deletes the groups; one that is not there is no error. */
export async function deleteGroups(database: CatalogDatabase, gone: readonly GroupName[]): Promise<void> {
  const bySource = Map.groupBy(gone, (group) => group.sourceId);
  for (const [sourceId, groups] of bySource) {
    const keys = groups.map((group) => group.groupKey);
    for (const piece of piecesOf(keys, 1)) {
      await database.deleteFrom("disk_group").where("source_id", "=", sourceId).where("group_key", "in", piece).execute();
    }
  }
}

/** At most `limit` groups after that one, by source and key. */
export async function groupsAfter(database: CatalogDatabase, after: GroupName, limit: number): Promise<readonly GroupRecord[]> {
  const rows = await database
    .selectFrom("disk_group")
    .selectAll()
    .where(sql<boolean>`(source_id, group_key) > (${after.sourceId}, ${after.groupKey})`)
    .orderBy("source_id")
    .orderBy("group_key")
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

function toRow(group: GroupRecord): Insertable<DiskGroupTable> {
  return {
    source_id: group.sourceId,
    group_key: group.groupKey,
    line_id: group.lineId,
    files: formatStamps(group.files),
    reader_version: group.readerVersion,
    content_digest: group.contentDigest,
    ready: toFlag(group.ready),
    symbol: group.symbol,
    return_name: group.returnName,
    feature_dim: group.featureDim,
    factor_count: group.factorCount,
    train_start: group.trainStart,
    train_end: group.trainEnd,
    warnings: JSON.stringify(group.warnings),
    changed_at: toMicros(group.changedAt),
  };
}

function fromRow(row: Selectable<DiskGroupTable>): GroupRecord {
  const files: readonly FileStamp[] = parseStamps(row.files);
  return {
    sourceId: row.source_id,
    groupKey: row.group_key,
    lineId: row.line_id,
    files,
    readerVersion: row.reader_version,
    contentDigest: row.content_digest,
    ready: row.ready === 1,
    symbol: row.symbol,
    returnName: row.return_name,
    featureDim: row.feature_dim,
    factorCount: row.factor_count,
    trainStart: row.train_start,
    trainEnd: row.train_end,
    warnings: parseTexts(row.warnings),
    changedAt: fromMicros(row.changed_at),
  };
}
