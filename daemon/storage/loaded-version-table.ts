// The table `loaded_version`: which client runs which version of a line.

import { sql, type Insertable, type Selectable } from "kysely";
import type { LoadedRecord } from "../app/ports.ts";
import { fromMicros, toMicros, type MicrosColumn } from "./column-values.ts";
import { createRowStatement, lastOfEach, takeExcluded } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface LoadedVersionTable {
  readonly client_id: string;
  readonly line_id: number;
  readonly version: string;
  readonly sha256: string;
  readonly at: MicrosColumn;
  readonly sequence: number;
}

const REPLACED = takeExcluded(["version", "sha256", "at", "sequence"]);

const put = createRowStatement<Insertable<LoadedVersionTable>>((database, rows) =>
  database
    .insertInto("loaded_version")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["line_id", "client_id"]).doUpdateSet(REPLACED)),
);

/** Keeps the newest report of each client and line. */
export async function putLoaded(database: CatalogDatabase, reports: readonly LoadedRecord[]): Promise<void> {
  const rows = lastOfEach(reports, (report) => `${report.lineId}/${report.clientId}`).map((report) => ({
    client_id: report.clientId,
    line_id: report.lineId,
    version: report.version,
    sha256: report.sha256,
    at: toMicros(report.at),
    sequence: report.sequence,
  }));
  await put(database, rows);
}

/** At most `limit` reports after that one, by line and client. */
export async function loadedAfter(
  database: CatalogDatabase,
  after: { readonly clientId: string; readonly lineId: number },
  limit: number,
): Promise<readonly LoadedRecord[]> {
  const rows = await database
    .selectFrom("loaded_version")
    .selectAll()
    .where(sql<boolean>`(line_id, client_id) > (${after.lineId}, ${after.clientId})`)
    .orderBy("line_id")
    .orderBy("client_id")
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

function fromRow(row: Selectable<LoadedVersionTable>): LoadedRecord {
  return {
    clientId: row.client_id,
    lineId: row.line_id,
    version: row.version,
    sha256: row.sha256,
    at: fromMicros(row.at),
    sequence: row.sequence,
  };
}
