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
import { askAuditQueries, askDaemonQueries } from "./every-query.ts";
import { catalogFile } from "./open-test-store.ts";

const directory = useTempDirectory("query-plans");

/** Read as a whole once at the start, because there are few: sources, what gates and datasets were set to, open papers. */
const MAY_SCAN = [
  /^SCAN source$/,
  /^SCAN any_policy USING COVERING INDEX gate_policy_by_target$/,
  /^SCAN any_version USING COVERING INDEX dataset_version_by_name$/,
  /^SCAN paper_record USING INDEX paper_record_one_open$/,
];

/** Values that the statement brings along are no table. */
const VALUES = /^SCAN (?:moved|asked|(?:\d+ )?CONSTANT ROWS?|\d+-ROW VALUES CLAUSE)$/;

/** The steps of a statement's plan that read a whole table, or sort. */
function scansOf(connection: SqliteConnection, sql: string, parameters: readonly unknown[]): readonly string[] {
  const steps = connection.all(`explain query plan ${sql}`, ...parameters).map(detailOf);
  return steps.filter((step) => /^SCAN|TEMP B-TREE/.test(step) && !VALUES.test(step) && !MAY_SCAN.some((may) => may.test(step)));
}

function detailOf(row: unknown): string {
  return typeof row === "object" && row !== null && "detail" in row ? String(row.detail) : "";
}

/** Runs `work` on a filled catalog and returns each statement that it sent, with what its plan scans. */
async function plansOf(
  work: (database: Kysely<CatalogTables>) => Promise<unknown>,
  /** Takes all steps of all plans. */
  steps: Set<string> = new Set(),
): Promise<ReadonlyMap<string, readonly string[]>> {
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
  for (const { sql, parameters } of plans)
    for (const row of connection.all(`explain query plan ${sql}`, ...parameters)) steps.add(detailOf(row));
  return new Map(plans.map(({ sql, parameters }) => [sql, scansOf(connection, sql, parameters)]));
}

it("no query of a running daemon scans a table or sorts", async () => {
  const plans = await plansOf((database) => askDaemonQueries(createCatalogQueries(database)));
  expect(plans.size).toBeGreaterThanOrEqual(17);
  expect([...plans].filter(([, scans]) => scans.length > 0)).toEqual([]);
});

it("no query of the audit scans a table or sorts, and each goes by the index that is made for it", async () => {
  const steps = new Set<string>();
  const plans = await plansOf((database) => askAuditQueries(createCatalogQueries(database)), steps);
  expect([...plans].filter(([, scans]) => scans.length > 0)).toEqual([]);
  const used = [...steps];
  for (const step of [
    "SEARCH live USING COVERING INDEX move_live (line_id=? AND at<?)",
    "SEARCH next USING COVERING INDEX move_live (line_id=? AND at>?)",
    "SEARCH live USING COVERING INDEX move_live (line_id=? AND at>? AND at<?)",
    "SEARCH report USING COVERING INDEX event_loaded (source=? AND group_key=? AND reason=? AND at<?)",
    "SEARCH move USING INDEX move_by_request (request_id=?)",
    "SEARCH version USING COVERING INDEX version_newest (status=? AND id<?)",
    "SEARCH newer USING COVERING INDEX version_by_status (line_id=? AND status=? AND id<?)",
    "SEARCH version USING COVERING INDEX version_by_status (line_id=? AND status=? AND id>? AND id<?)",
    "SEARCH metric USING COVERING INDEX metric_by_value (line_id=? AND name=?)",
    "SEARCH one USING INDEX move_by_version (version_id=?)",
  ])
    expect(used).toContainEqual(expect.stringContaining(step));
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
