// The table `stored_object`: where the bytes of a digest are kept.

import type { Insertable } from "kysely";
import type { ObjectRecord } from "../app/ports.ts";
import { createRowQuery, createRowStatement, lastOfEach, takeExcluded } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface StoredObjectTable {
  readonly sha256: string;
  readonly size: number;
  readonly pack: string;
  readonly byte_offset: number;
}

const REPLACED = takeExcluded(["size", "pack", "byte_offset"]);

const put = createRowStatement<Insertable<StoredObjectTable>>((database, rows) =>
  database
    .insertInto("stored_object")
    .values(rows)
    .onConflict((conflict) => conflict.column("sha256").doUpdateSet(REPLACED)),
);

/** Inserts the objects; a digest that is there takes the new place, because those bytes were checked last. */
export async function putObjects(database: CatalogDatabase, objects: readonly ObjectRecord[]): Promise<void> {
  const rows = lastOfEach(objects, (object) => object.sha256).map((object) => ({
    sha256: object.sha256,
    size: object.size,
    pack: object.pack,
    byte_offset: object.offset,
  }));
  await put(database, rows);
}

const byDigest = createRowQuery<{ readonly sha256: string }, StoredObjectTable>((database, keys) =>
  database
    .selectFrom("stored_object")
    .selectAll()
    .where(
      "sha256",
      "in",
      keys.map((key) => key.sha256),
    ),
);

/** Those of the digests that are known, in no particular order. */
export async function objectsOf(database: CatalogDatabase, digests: readonly string[]): Promise<readonly ObjectRecord[]> {
  const keys = [...new Set(digests)].map((sha256) => ({ sha256 }));
  const rows = await byDigest(database, keys);
  return rows.map((row) => ({ sha256: row.sha256, size: row.size, pack: row.pack, offset: row.byte_offset }));
}
