// The table `version_description`: what a version's files say, as exact JSON text.

import { createRowQuery, createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface VersionDescriptionTable {
  readonly version_id: number;
  readonly body: string;
}

/** Inserts the descriptions of new versions. */
export const insertDescriptions = createRowStatement<VersionDescriptionTable>((database, rows) =>
  database.insertInto("version_description").values(rows),
);

const byVersion = createRowQuery<Pick<VersionDescriptionTable, "version_id">, Pick<VersionDescriptionTable, "body">>((database, keys) =>
  database
    .selectFrom("version_description")
    .select("body")
    .where(
      "version_id",
      "in",
      keys.map((key) => key.version_id),
    ),
);

/** The text as it was written, or undefined for an unknown version. */
export async function descriptionOf(database: CatalogDatabase, versionId: number): Promise<string | undefined> {
  const [row] = await byVersion(database, [{ version_id: versionId }]);
  return row?.body;
}
