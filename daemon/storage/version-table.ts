// The table `version`: immutable versions, of which only the status moves.

import { sql, type Insertable, type Selectable } from "kysely";
import type { Status } from "../../shared/domain/lifecycle.ts";
import type { CatalogChange, VersionRecord } from "../app/ports.ts";
import { fromMicros, parseTexts, toFlag, toMicros, type FlagColumn, type MicrosColumn } from "./column-values.ts";
import { createRowQuery, createRowStatement, lastOfEach } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";
import { StorageFault } from "./storage-fault.ts";
import type { VersionContent } from "./version-file-table.ts";

export interface VersionTable {
  readonly id: number;
  readonly line_id: number;
  readonly label: string;
  readonly number: number;
  readonly status: Status;
  readonly status_since: MicrosColumn;
  readonly status_reason: string;
  readonly status_actor: string;
  readonly created_at: MicrosColumn;
  readonly content_digest: string;
  readonly served_sha256: string;
  readonly served_bytes: number;
  readonly ready: FlagColumn;
  readonly consistent: FlagColumn;
  readonly symbol: string;
  readonly return_name: string;
  readonly feature_dim: number;
  readonly factor_count: number;
  readonly train_start: string | null;
  readonly train_end: string | null;
  readonly golden: VersionRecord["golden"];
  readonly warnings: string;
}

/** One row as it is read. */
export type VersionRow = Selectable<VersionTable>;

type StatusChange = NonNullable<CatalogChange["statuses"]>[number];

const insert = createRowStatement<Insertable<VersionTable>>((database, rows) => database.insertInto("version").values(rows));

/** Inserts new versions; one that is there already is refused. */
export async function insertVersions(database: CatalogDatabase, versions: readonly VersionRecord[]): Promise<void> {
  await insert(database, versions.map(toRow));
}

/**
 * Changes statuses; the last word on a version counts. Those that leave production go first, so that another version of the line may
 * enter it. Rejects with StorageFault "constraint" when a version does not exist.
 */
export async function moveStatuses(database: CatalogDatabase, changes: readonly StatusChange[]): Promise<void> {
  const last = lastOfEach(changes, (change) => change.versionId);
  const enters = (change: StatusChange): boolean => change.status === "production";
  const inOrder = [last.filter((change) => !enters(change)), last.filter(enters)];
  for (const changesOfKind of inOrder) {
    const moved = await move(database, changesOfKind.map(toStatusRow));
    if (moved !== changesOfKind.length) throw new StorageFault("constraint", "a status change names a version that is not in the catalog");
  }
}

type StatusRow = Pick<Insertable<VersionTable>, "id" | "status" | "status_since" | "status_reason" | "status_actor">;

function toStatusRow(change: StatusChange): StatusRow {
  const { versionId, status, since, reason, actor } = change;
  return { id: versionId, status, status_since: toMicros(since), status_reason: reason, status_actor: actor };
}

const move = createRowStatement<StatusRow>((database, rows) => {
  // The casts tell PostgreSQL the types of the parameters; to SQLite they say integer, which they are.
  const given = rows.map(
    (row) =>
      sql`(cast(${row.id} as bigint), ${row.status}, cast(${row.status_since} as bigint), ${row.status_reason}, ${row.status_actor})`,
  );
  const values = sql<Pick<VersionRow, "id" | "status" | "status_since" | "status_reason" | "status_actor">>`(values ${sql.join(given)})`;
  return database
    .with("moved(id, status, status_since, status_reason, status_actor)", () => values)
    .updateTable("version")
    .from("moved")
    .set((column) => ({
      status: column.ref("moved.status"),
      status_since: sql<bigint>`${sql.ref("moved.status_since")}`,
      status_reason: column.ref("moved.status_reason"),
      status_actor: column.ref("moved.status_actor"),
    }))
    .whereRef("version.id", "=", "moved.id");
});

const byContent = createRowQuery<Pick<VersionTable, "line_id" | "content_digest">, VersionRow>((database, keys) =>
  database
    .selectFrom("version")
    .selectAll()
    .where((column) =>
      column.and(keys.flatMap((key) => [column("line_id", "=", key.line_id), column("content_digest", "=", key.content_digest)])),
    )
    .orderBy("id", "desc")
    .limit(sql.lit(1)),
);

/** The line's newest version with this content. Every capture asks for it. */
export async function newestByContent(database: CatalogDatabase, lineId: number, contentDigest: string): Promise<VersionRow | undefined> {
  const [row] = await byContent(database, [{ line_id: lineId, content_digest: contentDigest }]);
  return row;
}

/** Rows of the line's versions from a number on, in the order of the numbers. */
export async function versionRowsFrom(
  database: CatalogDatabase,
  lineId: number,
  number: number,
  limit: number,
): Promise<readonly VersionRow[]> {
  const rows = database.selectFrom("version").selectAll().where("line_id", "=", lineId).where("number", ">=", number);
  return rows.orderBy("number").limit(limit).execute();
}

/** The record of a row and what it consists of. */
export function toVersionRecord(row: VersionRow, { files, derived }: VersionContent): VersionRecord {
  return {
    id: row.id,
    lineId: row.line_id,
    label: row.label,
    number: row.number,
    status: row.status,
    statusSince: fromMicros(row.status_since),
    statusReason: row.status_reason,
    statusActor: row.status_actor,
    createdAt: fromMicros(row.created_at),
    contentDigest: row.content_digest,
    servedSha256: row.served_sha256,
    servedBytes: row.served_bytes,
    ready: row.ready === 1,
    consistent: row.consistent === 1,
    symbol: row.symbol,
    returnName: row.return_name,
    featureDim: row.feature_dim,
    factorCount: row.factor_count,
    trainStart: row.train_start,
    trainEnd: row.train_end,
    golden: row.golden,
    warnings: parseTexts(row.warnings),
    files,
    derived,
  };
}

function toRow(version: VersionRecord): Insertable<VersionTable> {
  return {
    id: version.id,
    line_id: version.lineId,
    label: version.label,
    number: version.number,
    status: version.status,
    status_since: toMicros(version.statusSince),
    status_reason: version.statusReason,
    status_actor: version.statusActor,
    created_at: toMicros(version.createdAt),
    content_digest: version.contentDigest,
    served_sha256: version.servedSha256,
    served_bytes: version.servedBytes,
    ready: toFlag(version.ready),
    consistent: toFlag(version.consistent),
    symbol: version.symbol,
    return_name: version.returnName,
    feature_dim: version.featureDim,
    factor_count: version.factorCount,
    train_start: version.trainStart,
    train_end: version.trainEnd,
    golden: version.golden,
    warnings: JSON.stringify(version.warnings),
  };
}
