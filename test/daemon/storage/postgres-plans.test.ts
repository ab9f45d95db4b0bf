// PostgreSQL, too, finds an index for every query of a running daemon: with reading whole tables forbidden, nothing is left that would need it.

import { Kysely } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CatalogChange } from "../../../daemon/app/ports.ts";
import { createCatalogQueries } from "../../../daemon/storage/catalog-queries.ts";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import { connectPostgres, type PostgresConnection } from "../../../daemon/storage/postgres-connection.ts";
import { postgresDialect } from "../../../daemon/storage/postgres-dialect.ts";
import type { CatalogTables } from "../../../daemon/storage/schema.ts";
import { startPostgres, type PostgresServer } from "../../support/postgres.ts";
import { describeNeeding, postgresServer } from "../../support/requirements.ts";
import { eventRecord, firstChange, lineRecord, moveRecord, objectRecord, SILENT, versionRecord } from "./catalog-records.ts";
import { askAuditQueries, askDaemonQueries } from "./every-query.ts";

const LIMIT_MS = 20_000;

/** Lines with versions enough for the planner not to think that each table has one row. */
function manyVersions(): CatalogChange {
  const ids = Array.from({ length: 2_000 }, (_, index) => index + 10);
  const lineOf = (id: number): number => (id % 50) + 2;
  return {
    lines: Array.from({ length: 50 }, (_, index) => lineRecord({ id: index + 2, name: `L${index}` })),
    versions: ids.map((id) => ({ version: versionRecord({ id, lineId: lineOf(id), label: `v${id}`, number: id }), description: "{}" })),
    objects: ids.map((id) => objectRecord(String(id))),
    events: ids.map((id) => eventRecord(id)),
    moves: ids.map((id) => moveRecord(id, { lineId: lineOf(id), versionId: id, to: "production" })),
  };
}

/** A step of a plan, as `explain (format json)` gives it. */
interface Step {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly Step[];
}

describeNeeding(postgresServer(), "plans of PostgreSQL", () => {
  let server: PostgresServer;
  let connection: PostgresConnection;
  const sent: { sql: string; parameters: readonly unknown[] }[] = [];
  let database: Kysely<CatalogTables>;

  beforeAll(async () => {
    server = await startPostgres();
    const url = server.url(await server.createDatabase());
    await using store = await openCatalogStore({ url, log: SILENT });
    await store.commit(firstChange());
    await store.commit(manyVersions());
    await server.run(new URL(url).pathname.slice(1), "analyze");
    connection = await connectPostgres(url, LIMIT_MS);
    // Tables as small as these would be read as a whole.
    await connection.query("set enable_seqscan = off", [], LIMIT_MS);
    const run = (sql: string, parameters: readonly unknown[]) => connection.query(sql, parameters, LIMIT_MS);
    const lease = { run, commit: () => Promise.reject(new Error("nothing is written here")), release: () => undefined };
    database = new Kysely<CatalogTables>({
      dialect: postgresDialect(() => Promise.resolve(lease)),
      log: (event) => void sent.push({ sql: event.query.sql, parameters: event.query.parameters }),
    });
  }, 60_000);
  afterAll(async () => {
    connection.close();
    await server[Symbol.asyncDispose]();
  }, 60_000);

  async function scansOf({ sql, parameters }: (typeof sent)[number]): Promise<readonly string[]> {
    const { rows } = await connection.query(`explain (format json) ${sql}`, parameters, LIMIT_MS);
    const [[plan]] = rows.map((row) => JSON.parse((row as { "QUERY PLAN": string })["QUERY PLAN"]) as { Plan: Step }[]) as [
      [{ Plan: Step }],
    ];
    return wholeReads(plan.Plan, false);
  }

  /** Tables that are read as a whole; a walk along an index that a limit ends is none. */
  function wholeReads(step: Step, isLimited: boolean): readonly string[] {
    const { "Node Type": kind, "Relation Name": table, "Index Cond": condition } = step;
    const isWhole = kind === "Seq Scan" || (/^Index (?:Only )?Scan$/.test(kind) && condition === undefined && !isLimited);
    const below = (step.Plans ?? []).flatMap((next) => wholeReads(next, isLimited || kind === "Limit"));
    return isWhole ? [`${kind} of ${table}`, ...below] : below;
  }

  async function findings(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const query of sent.splice(0)) for (const scan of await scansOf(query)) found.push(`${scan}: ${query.sql}`);
    return found;
  }

  it.each([
    ["captures, moves and views", askDaemonQueries],
    ["the audit", askAuditQueries],
  ] as const)("no question of %s reads a whole table", async (_who, ask) => {
    await ask(createCatalogQueries(database));
    expect(sent.length).toBeGreaterThan(15);
    expect(await findings()).toEqual([]);
  });

  it("a question without an index would be found", async () => {
    await database.selectFrom("version").select("id").where("symbol", "=", "BTC").execute();
    expect(await findings()).toEqual([expect.stringMatching(/^(?:Seq Scan|Index Scan) of version: /)]);
  });
});
