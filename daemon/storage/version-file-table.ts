// The table `version_file`: the files that a version was made of, and what was made of them.

import { DERIVED_KINDS, type ContentKind, type DerivedKind } from "../../shared/domain/artifact-kinds.ts";
import type { DerivedObject, VersionFile, VersionRecord } from "../app/ports.ts";
import { createRowQuery, createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface VersionFileTable {
  readonly version_id: number;
  readonly position: number;
  readonly kind: ContentKind | DerivedKind;
  /** Empty for what was made of the files. */
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
    [...version.files, ...version.derived.map((made) => ({ ...made, path: "", mtimeNs: "0" }))].map((file, position) => ({
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

/** What a version consists of. */
export type VersionContent = Pick<VersionRecord, "files" | "derived">;

/** What stands for a version without files. */
export const NO_CONTENT: VersionContent = { files: [], derived: [] };

/** The files of each of the versions and what was made of them, in their order. A version without files is absent. */
export async function contentOf(database: CatalogDatabase, versionIds: readonly number[]): Promise<ReadonlyMap<number, VersionContent>> {
  const contents = new Map<number, { files: VersionFile[]; derived: DerivedObject[] }>();
  const keys = versionIds.map((version_id) => ({ version_id }));
  for (const row of await byVersion(database, keys)) {
    const content = contents.get(row.version_id) ?? { files: [], derived: [] };
    contents.set(row.version_id, content);
    const { kind, path, size, sha256 } = row;
    if (isDerived(kind)) content.derived.push({ kind, size, sha256 });
    else content.files.push({ kind, path, size, mtimeNs: row.mtime_ns, sha256 });
  }
  return contents;
}

function isDerived(kind: ContentKind | DerivedKind): kind is DerivedKind {
  return (DERIVED_KINDS as readonly string[]).includes(kind);
}
