// Every query that runs while the daemon serves is answered from an index: none reads a whole table.

import { Kysely } from "kysely";
import { expect, it } from "vitest";
import { createCatalogQueries } from "../../../daemon/storage/catalog-queries.ts";
import { loadCatalog } from "../../../daemon/storage/load-catalog.ts";
import { migrate } from "../../../daemon/storage/migrate.ts";
import { MIGRATIONS } from "../../../daemon/storage/migrations/all-migrations.ts";
import type { CatalogTables } from "../../../daemon/storage/schema.ts";
import { openSqliteConnection, type SqliteConnection } from "../../../daemon/storage/sqlite-connection.ts";
import { writeChange } from "../../../daemon/storage/unit-of-work.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { digestOf, firstChange, groupRecord, lineRecord, loadedRecord, NOON, versionRecord } from "./catalog-records.ts";
import { catalogFile } from "./open-test-store.ts";

const directory = useTempDirectory("query-plans");

/** Reads the sources, all of them, once at the start: there are few. */
const MAY_SCAN = [/^SCAN source$/];

/** Values that the statement brings along are no table. */
const VALUES = /^SCAN (?:moved|CONSTANT ROW|\d+-ROW VALUES CLAUSE)$/;

/** The steps of a statement's plan that read a whole table, or sort. */
function scansOf(connection: SqliteConnection, sql: string, parameters: readonly unknown[]): readonly string[] {
  const steps = connection.all(`explain query plan ${sql}`, ...parameters).map(detailOf);
  return steps.filter((step) => /^SCAN|TEMP B-TREE/.test(step) && !VALUES.test(step) && !MAY_SCAN.some((may) => may.test(step)));
}

function detailOf(row: unknown): string {
  return typeof row === "object" && row !== null && "detail" in row ? String(row.detail) : "";
}

/** Runs `work` on a filled catalog and returns each statement that it sent, with what its plan scans. */
async function plansOf(work: (database: Kysely<CatalogTables>) => Promise<unknown>): Promise<ReadonlyMap<string, readonly string[]>> {
  using connection = openSqliteConnection({ file: catalogFile(directory()), busyTimeoutMs: 0 });
  const sent: { sql: string; parameters: readonly unknown[] }[] = [];
  const database = new Kysely<CatalogTables>({
    dialect: connection.dialect(),
    log: (event) => void sent.push({ sql: event.query.sql, parameters: event.query.parameters }),
  });
  await migrate(database, MIGRATIONS, "catalog");
  await writeChange(database, firstChange());
  sent.length = 0;
  await work(database);
  const plans = sent.filter(({ sql }) => !/^(?:begin|commit)/.test(sql));
  return new Map(plans.map(({ sql, parameters }) => [sql, scansOf(connection, sql, parameters)]));
}

it("no query of a running daemon scans a table or sorts", async () => {
  const plans = await plansOf(async (database) => {
    const queries = createCatalogQueries(database);
    await queries.versionByLabel(1, "v1");
    await queries.versionById(1);
    await queries.versionByContent(1, digestOf("content"));
    await queries.descriptionOf(1);
    await queries.versionsOf(1, 10);
    await queries.versionsOf(1, 10, 5);
    await queries.versionCount(1);
    await queries.movesOf(1, 10);
    await queries.movesOf(1, 10, 5);
    await queries.moveCount(1);
    await queries.eventsAfter(0, 10);
    await queries.objectsOf([digestOf("m"), digestOf("f")]);
    await queries.objectsAfter(undefined, 10);
    await queries.objectsAfter({ sha256: digestOf("m"), size: 1, pack: "p", offset: 1 }, 10);
    await queries.objectsIn(["pack-1", "pack-2"]);
    await queries.objectCount("pa");
    await queries.holdersOf(digestOf("m"), 10);
    await queries.holdersOf(digestOf("m"), 10, 5);
    await queries.versionsWithoutBytes([1, 2]);
    await queries.versionsFrom(1, 1, 10);
  });
  expect(plans.size).toBeGreaterThanOrEqual(17);
  expect([...plans].filter(([, scans]) => scans.length > 0)).toEqual([]);
});

it("no statement of a change scans a table", async () => {
  const change = firstChange();
  const plans = await plansOf((database) =>
    writeChange(database, {
      sources: change.sources ?? [],
      objects: change.objects ?? [],
      goneObjects: [digestOf("nothing")],
      lines: [lineRecord({ degraded: "x" }), lineRecord({ id: 2, name: "second", liveVersionId: 2 })],
      groups: [groupRecord({ ready: false })],
      goneGroups: [{ sourceId: 1, groupKey: "gone" }],
      statuses: [{ versionId: 1, status: "production", since: NOON, reason: "", actor: "" }],
      versions: [{ version: versionRecord({ id: 2, lineId: 2 }), description: "{}" }],
      loaded: [loadedRecord({ version: "v2" })],
    }),
  );
  expect(plans.size).toBeGreaterThanOrEqual(10);
  expect([...plans].filter(([, scans]) => scans.length > 0)).toEqual([]);
});

it("loading reads its pages by key", async () => {
  const plans = await plansOf(loadCatalog);
  expect(plans.size).toBeGreaterThanOrEqual(7);
  expect([...plans].filter(([, scans]) => scans.length > 0).map(([sql, scans]) => `${sql}: ${scans.join(", ")}`)).toEqual([]);
});

it("a query without an index would be found", async () => {
  const plans = await plansOf((database) => database.selectFrom("version").select("id").where("symbol", "=", "BTC").execute());
  expect([...plans.values()]).toEqual([["SCAN version"]]);
});
