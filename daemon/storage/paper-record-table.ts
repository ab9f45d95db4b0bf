// The table `paper_record`: stretches of paper trading, measured by the daemon.

import { sql, type Insertable, type Selectable } from "kysely";
import type { PaperRecord } from "../app/ports.ts";
import { fromMicros, toMicros, type MicrosColumn, type NullableMicrosColumn } from "./column-values.ts";
import { createRowQuery, integerRows, lastOfEach } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface PaperRecordTable {
  readonly id: number;
  readonly line_id: number;
  readonly version_id: number;
  readonly started_at: MicrosColumn;
  readonly started_by: string;
  readonly stopped_at: NullableMicrosColumn;
  readonly stopped_by: string;
  readonly evidence: string;
}

/** Inserts new records and closes those that are known; a closed one that changes is refused by the database. */
export async function putPapers(database: CatalogDatabase, papers: readonly PaperRecord[]): Promise<void> {
  const rows = lastOfEach(papers, (paper) => paper.id).map(toRow);
  for (const row of rows) {
    const { stopped_at, stopped_by, evidence } = row;
    const statement = database.insertInto("paper_record").values(row);
    await statement.onConflict((conflict) => conflict.column("id").doUpdateSet({ stopped_at, stopped_by, evidence })).execute();
  }
}

/** Records of the versions of one line, oldest first; versions without any are absent. */
export async function papersOf(
  database: CatalogDatabase,
  lineId: number,
  versionIds: readonly number[],
): Promise<ReadonlyMap<number, readonly PaperRecord[]>> {
  const found = new Map<number, PaperRecord[]>();
  if (versionIds.length === 0) return found;
  const rows = await database
    .selectFrom("paper_record")
    .selectAll()
    .where("line_id", "=", lineId)
    .where("version_id", "in", versionIds)
    .execute();
  for (const row of rows.sort((a, b) => a.id - b.id)) {
    const papers = found.get(row.version_id) ?? [];
    papers.push(fromRow(row));
    found.set(row.version_id, papers);
  }
  return found;
}

interface AskedVersion {
  readonly line_id: number;
  readonly version_id: number;
}

const newestOf = createRowQuery<AskedVersion, Selectable<PaperRecordTable>>((database, keys) =>
  database
    .with("asked(line_id, version_id)", () => integerRows(keys))
    .selectFrom("asked")
    .innerJoin("paper_record", (join) =>
      join.on(
        "paper_record.id",
        "=",
        sql<number>`(select max(newer.id) from paper_record as newer
          where newer.line_id = asked.line_id and newer.version_id = asked.version_id)`,
      ),
    )
    .selectAll("paper_record"),
);

/** The newest record of each of the versions of any lines; versions without one are absent. */
export async function newestPapers(
  database: CatalogDatabase,
  versions: readonly { readonly lineId: number; readonly id: number }[],
): Promise<ReadonlyMap<number, PaperRecord>> {
  const keys = versions.map(({ lineId, id }) => ({ line_id: lineId, version_id: id }));
  return new Map((await newestOf(database, keys)).map((row) => [row.version_id, fromRow(row)]));
}

/** The open records; there are as many as versions under test. */
export async function openPapers(database: CatalogDatabase): Promise<readonly PaperRecord[]> {
  // Put in order here, so that the index of the open ones is read and not the table.
  const rows = await database.selectFrom("paper_record").selectAll().where("stopped_at", "is", null).execute();
  return rows.map(fromRow).sort((a, b) => a.id - b.id);
}

function toRow(paper: PaperRecord): Insertable<PaperRecordTable> {
  return {
    id: paper.id,
    line_id: paper.lineId,
    version_id: paper.versionId,
    started_at: toMicros(paper.startedAt),
    started_by: paper.startedBy,
    stopped_at: paper.stoppedAt === null ? null : toMicros(paper.stoppedAt),
    stopped_by: paper.stoppedBy,
    evidence: paper.evidence,
  };
}

function fromRow(row: Selectable<PaperRecordTable>): PaperRecord {
  return {
    id: row.id,
    lineId: row.line_id,
    versionId: row.version_id,
    startedAt: fromMicros(row.started_at),
    startedBy: row.started_by,
    stoppedAt: row.stopped_at === null ? null : fromMicros(row.stopped_at),
    stoppedBy: row.stopped_by,
    evidence: row.evidence,
  };
}
