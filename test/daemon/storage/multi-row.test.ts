// Statements over many rows: every row lands once, whatever their number, and a statement that mixes up its parameters is found out.

import { Kysely } from "kysely";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRowStatement } from "../../../daemon/storage/multi-row.ts";
import type { CatalogTables } from "../../../daemon/storage/schema.ts";
import { openSqliteConnection } from "../../../daemon/storage/sqlite-connection.ts";
import type { VersionDescriptionTable } from "../../../daemon/storage/version-description-table.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";

async function withTable(use: (database: Kysely<CatalogTables>, count: () => unknown) => Promise<void>): Promise<void> {
  await using directory = await openTempDirectory("rows");
  using connection = openSqliteConnection({ file: join(directory.path, "rows.sqlite"), busyTimeoutMs: 100 });
  connection.all("create table version_description (version_id integer primary key, body text not null) strict");
  await use(new Kysely<CatalogTables>({ dialect: connection.dialect() }), () =>
    connection.all("select count(*) as rows, sum(version_id) as ids, count(distinct body) as bodies from version_description"),
  );
}

const rowsUpTo = (count: number): VersionDescriptionTable[] =>
  Array.from({ length: count }, (_, i) => ({ version_id: i + 1, body: `body ${i + 1}` }));

describe("a statement over rows", () => {
  test.each([0, 1, 2, 3, 7, 48, 511, 512, 513, 2_500])("writes each of %i rows once and counts them", async (count) => {
    await withTable(async (database, counted) => {
      const insert = createRowStatement<VersionDescriptionTable>((on, rows) => on.insertInto("version_description").values(rows));
      expect(await insert(database, rowsUpTo(count))).toBe(count);
      expect(counted()).toEqual([{ rows: count, ids: count === 0 ? null : (count * (count + 1)) / 2, bodies: count }]);
    });
  });

  test("that takes its values in another order than the rows' members is refused before it writes", async () => {
    await withTable(async (database, counted) => {
      const insert = createRowStatement<VersionDescriptionTable>((on, rows) =>
        on.insertInto("version_description").values(rows.map((row) => ({ body: row.body, version_id: row.version_id }))),
      );
      await expect(insert(database, rowsUpTo(2))).rejects.toThrow("does not take its rows' values in their order");
      expect(counted()).toEqual([{ rows: 0, ids: null, bodies: 0 }]);
    });
  });
});
