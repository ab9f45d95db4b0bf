// The table `stored_object`: where the bytes of a digest are kept.

import type { Insertable } from "kysely";
import type { ObjectRecord } from "../app/ports.ts";
import { createRowStatement, lastOfEach, piecesOf, takeExcluded } from "./multi-row.ts";
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

/** Those of the digests that are known, in no particular order. */
export async function objectsOf(database: CatalogDatabase, digests: readonly string[]): Promise<readonly ObjectRecord[]> {
  const objects: ObjectRecord[] = [];
  for (const piece of piecesOf([...new Set(digests)], 1)) {
    const rows = await database.selectFrom("stored_object").selectAll().where("sha256", "in", piece).execute();
    for (const row of rows) objects.push({ sha256: row.sha256, size: row.size, pack: row.pack, offset: row.byte_offset });
  }
  return objects;
}
