// The table `stored_object`: where the bytes of a digest are kept.

import { sql, type Insertable } from "kysely";
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
  return rows.map(fromRow);
}

const remove = createRowStatement<{ readonly sha256: string }>((database, rows) =>
  database.deleteFrom("stored_object").where(
    "sha256",
    "in",
    rows.map((row) => row.sha256),
  ),
);

/** Forgets where these bytes are; digests that are unknown are passed over. */
export async function deleteObjects(database: CatalogDatabase, digests: readonly string[]): Promise<void> {
  await remove(
    database,
    digests.map((sha256) => ({ sha256 })),
  );
}

/** At most `limit` objects behind the given one, in the order of their places: by pack, then by offset. */
export async function objectsAfter(
  database: CatalogDatabase,
  after: ObjectRecord | undefined,
  limit: number,
): Promise<readonly ObjectRecord[]> {
  const { pack, offset, sha256 } = after ?? { pack: "", offset: 0, sha256: "" };
  const behind = database
    .selectFrom("stored_object")
    .selectAll()
    .where(sql<boolean>`(pack, byte_offset, sha256) > (${pack}, ${offset}, ${sha256})`);
  const rows = await behind.orderBy("pack").orderBy("byte_offset").orderBy("sha256").limit(limit).execute();
  return rows.map(fromRow);
}

const byPack = createRowQuery<{ readonly pack: string }, StoredObjectTable>((database, keys) =>
  database
    .selectFrom("stored_object")
    .selectAll()
    .where(
      "pack",
      "in",
      keys.map((key) => key.pack),
    ),
);

/** The objects that lie in these packs, in no particular order. */
export async function objectsIn(database: CatalogDatabase, packs: readonly string[]): Promise<readonly ObjectRecord[]> {
  const rows = await byPack(
    database,
    [...new Set(packs)].map((pack) => ({ pack })),
  );
  return rows.map(fromRow);
}

/** How many objects lie in packs whose names begin with these digits. */
export async function objectCount(database: CatalogDatabase, packPrefix: string): Promise<number> {
  const count = database.selectFrom("stored_object").select((column) => column.fn.countAll<number>().as("count"));
  // Names are hexadecimal digits, so "g" is behind all that begin with the prefix.
  const row = await count.where("pack", ">=", packPrefix).where("pack", "<", `${packPrefix}g`).executeTakeFirstOrThrow();
  return Number(row.count);
}

function fromRow(row: StoredObjectTable): ObjectRecord {
  return { sha256: row.sha256, size: row.size, pack: row.pack, offset: row.byte_offset };
}
