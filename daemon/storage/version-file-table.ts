// The table `version_file`: the files that a version was made of.

import type { ContentKind } from "../../shared/domain/artifact-kinds.ts";
import type { VersionFile, VersionRecord } from "../app/ports.ts";
import { createRowQuery, createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface VersionFileTable {
  readonly version_id: number;
  readonly position: number;
  readonly kind: ContentKind;
  readonly path: string;
  readonly size: number;
  /** Nanoseconds since 1970 as decimal text: they do not fit a double. */
  readonly mtime_ns: string;
  readonly sha256: string;
}

const insert = createRowStatement<VersionFileTable>((database, rows) => database.insertInto("version_file").values(rows));

/** Inserts the files of new versions. */
export async function insertFiles(database: CatalogDatabase, versions: readonly VersionRecord[]): Promise<void> {
  const rows = versions.flatMap((version) =>
    version.files.map((file, position) => ({
      version_id: version.id,
      position,
      kind: file.kind,
      path: file.path,
      size: file.size,
      mtime_ns: file.mtimeNs,
      sha256: file.sha256,
    })),
  );
  await insert(database, rows);
}

const byVersion = createRowQuery<Pick<VersionFileTable, "version_id">, VersionFileTable>((database, keys) =>
  database
    .selectFrom("version_file")
    .selectAll()
    .where(
      "version_id",
      "in",
      keys.map((key) => key.version_id),
    )
    .orderBy("version_id")
    .orderBy("position"),
);

/** The files of each of the versions, in their order. A version without files is absent. */
export async function filesOf(
  database: CatalogDatabase,
  versionIds: readonly number[],
): Promise<ReadonlyMap<number, readonly VersionFile[]>> {
  const files = new Map<number, VersionFile[]>();
  const keys = versionIds.map((version_id) => ({ version_id }));
  for (const row of await byVersion(database, keys)) {
    const file: VersionFile = { kind: row.kind, path: row.path, size: row.size, mtimeNs: row.mtime_ns, sha256: row.sha256 };
    const known = files.get(row.version_id);
    if (known === undefined) files.set(row.version_id, [file]);
    else known.push(file);
  }
  return files;
}
