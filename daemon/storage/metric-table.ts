// The table `metric`: the numbers of versions that ranks and filters look at.

import type { RegistrationRecord } from "../app/ports.ts";
import { createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface MetricTable {
  readonly version_id: number;
  readonly line_id: number;
  readonly name: string;
  /** Always finite. */
  readonly value: number;
}

const insert = createRowStatement<MetricTable>((database, rows) => database.insertInto("metric").values(rows));

/** Inserts the metrics of new versions; `lineOf` gives the line of a version. */
export async function insertMetrics(
  database: CatalogDatabase,
  registrations: readonly RegistrationRecord[],
  lineOf: (versionId: number) => number,
): Promise<void> {
  const rows = registrations.flatMap(({ versionId, metrics }) =>
    Object.entries(metrics).map(([name, value]) => ({ version_id: versionId, line_id: lineOf(versionId), name, value })),
  );
  await insert(database, rows);
}
