// Which versions are made of which stored bytes.

import type { ObjectHolder } from "../app/ports.ts";
import { createRowQuery } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

interface HolderRow {
  readonly version_id: number;
  readonly line_id: number;
  readonly number: number;
  readonly label: string;
  readonly path: string;
}

interface HolderKey {
  readonly sha256: string;
  readonly before: number;
  readonly limit: number;
}

const byDigest = createRowQuery<HolderKey, HolderRow>((database, [key = { sha256: "", before: 0, limit: 0 }]) =>
  database
    .selectFrom("version_file")
    .innerJoin("version", "version.id", "version_file.version_id")
    .select(["version_file.version_id", "version.line_id", "version.number", "version.label", "version_file.path"])
    .where("version_file.sha256", "=", key.sha256)
    .where("version_file.version_id", "<", key.before)
    .orderBy("version_file.version_id", "desc")
    .limit(key.limit),
);

/** At most `limit` versions with a file of these bytes and an id below `before`, the newest first. */
export async function holdersOf(
  database: CatalogDatabase,
  sha256: string,
  limit: number,
  before: number = Number.MAX_SAFE_INTEGER,
): Promise<readonly ObjectHolder[]> {
  const rows = await byDigest(database, [{ sha256, before, limit }]);
  return rows.map((row) => ({ versionId: row.version_id, lineId: row.line_id, number: row.number, label: row.label, path: row.path }));
}

const withoutBytes = createRowQuery<{ readonly version_id: number }, { readonly version_id: number }>((database, keys) =>
  database
    .selectFrom("version_file")
    .select("version_id")
    .where(
      "version_id",
      "in",
      keys.map((key) => key.version_id),
    )
    .where((column) =>
      column.not(
        column.exists(
          column.selectFrom("stored_object").select("stored_object.sha256").whereRef("stored_object.sha256", "=", "version_file.sha256"),
        ),
      ),
    ),
);

/** Those of the versions of which not every file's bytes are kept. */
export async function versionsWithoutBytes(database: CatalogDatabase, versionIds: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await withoutBytes(
    database,
    [...new Set(versionIds)].map((version_id) => ({ version_id })),
  );
  return new Set(rows.map((row) => row.version_id));
}
