// A database that cannot be the catalog is refused at the start, with what to do and without a password; the schema is what SQLite's is.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import { migrationDigest } from "../../../daemon/storage/migrate.ts";
import { MIGRATIONS } from "../../../daemon/storage/migrations/all-migrations.ts";
import { postgresStatements } from "../../../daemon/storage/postgres-ddl.ts";
import { startPostgres, type PostgresServer } from "../../support/postgres.ts";
import { describeNeeding, postgresServer } from "../../support/requirements.ts";
import { eventRecord, firstChange, lineRecord, moveRecord, NOON, SILENT, sourceRecord, versionRecord } from "./catalog-records.ts";

describe("the schema in PostgreSQL's words", () => {
  /** Digests of what PostgreSQL got from the released migrations. A line is added with each new one; none is ever edited. */
  const RELEASED = [
    "3ed00ca08e6e6c4a56df1792ad877f96274713f59d721761a6b18aaf4844edaf",
    "baee4d38a33eec8bf4a4c1c67cad1a5615234973eb2a1dfbbf07bcc3fb7ca3cc",
    "915e39875fb2bd5fa2f11dbbf14843b4bdc7bc9164c3391e2b74d3baf281bca1",
    "5feb83b5d2794b9e3362c03a65d4778bc29a45edbb7619a48c673f538f35864b",
  ];

  it("is what it was for every released migration", () => {
    const digests = MIGRATIONS.map((migration) => migrationDigest({ ...migration, statements: postgresStatements(migration) }));
    expect(digests).toEqual(RELEASED);
  });

  it("keeps the words of checks and of triggers as they are", () => {
    const [table, trigger, truncate] = postgresStatements({
      statements: [
        "create table one (a integer primary key, b text constraint b_known check (b in ('text', 'integer, it''s')), c real) strict, without rowid",
        "create trigger kept before delete on one begin select raise(abort, 'one''s integer is kept'); end",
      ],
    });
    expect(table).toBe(
      `create table one (a bigint primary key, b text collate "C" constraint b_known check (b in ('text', 'integer, it''s')), c double precision)`,
    );
    expect(trigger).toBe(
      "create trigger kept before delete on one for each row execute function catalog_refuses('one''s integer is kept')",
    );
    expect(truncate).toContain("before truncate on one for each statement");
  });

  it("does not let a trigger pass that it does not know", () => {
    const statement = "create trigger odd after insert on one begin delete from two; end";
    expect(() => postgresStatements({ statements: [statement] })).toThrow("a trigger that PostgreSQL is not told of");
  });
});

describeNeeding(postgresServer(), "opening a database", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose](), 60_000);

  const openAt = (url: string, silenceMs = 5_000) => openCatalogStore({ url, log: SILENT, waits: { silenceMs } });
  const refusal = (url: string): Promise<Error> =>
    openAt(url).then(
      async (store) => {
        await store[Symbol.asyncDispose]();
        throw new Error("it was opened");
      },
      (error: unknown) => error as Error,
    );

  it("a second daemon is refused, and told who is there", async () => {
    const database = await server.createDatabase();
    await using first = await openAt(server.url(database));
    const error = await refusal(server.url(database));
    expect(error).toMatchObject({ name: "StorageFault", kind: "read_only" });
    expect(error.message).toMatch(
      new RegExp(`^the database 127\\.0\\.0\\.1:\\d+/${database} is in use by model-managerd with process id ${process.pid} on `),
    );
    expect(error.message).not.toContain("secret-word");
    await first.commit({ events: [eventRecord(1)] });
    // Another database of the same server is nobody's business.
    await using _other = await openAt(server.url(await server.createDatabase()));
  });

  it.each([
    [
      "a database that is not there",
      () => server.url("nowhere"),
      /nowhere cannot be opened: there is no such database; make it with createdb/,
    ],
    [
      "a database of another program",
      async () => {
        const database = await server.createDatabase();
        await server.run(database, "create table orders (id bigint)");
        return server.url(database);
      },
      /is the database of another program \(it has a table "orders"/,
    ],
    [
      "a newer catalog",
      async () => {
        const database = await server.createDatabase();
        await (await openAt(server.url(database)))[Symbol.asyncDispose]();
        await server.run(database, "insert into schema_migration values (99, 'later', 'x')");
        return server.url(database);
      },
      /was written by a newer model-managerd \(schema 99/,
    ],
    [
      "a database with another encoding",
      async () => {
        await server.run("postgres", "create database latin encoding 'LATIN1' locale 'C' template template0");
        return server.url("latin");
      },
      /keeps texts as LATIN1; make a database with encoding UTF8/,
    ],
    [
      "a user who may not make tables",
      async () => {
        const database = await server.createDatabase();
        await server.run(database, "drop role if exists reader");
        await server.run(database, "create role reader login");
        await server.run(database, "revoke create on schema public from public");
        return server.url(database).replace("catalog:", "reader:");
      },
      /this user may not make tables there; make it the owner of the database/,
    ],
    ["a user who is not known", () => server.url("postgres").replace("catalog:", "nobody-here:"), /it refuses this user or password/],
  ])("%s is refused", async (_what, place, message) => {
    const error = await refusal(await place());
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("secret-word");
  });

  it("an address where nothing answers is refused after a short wait", async () => {
    const error = await refusal("postgres://catalog:secret-word@127.0.0.1:1/catalog");
    expect(error).toMatchObject({ name: "StorageFault", kind: "away" });
    expect(error.message).toMatch(/^the database 127\.0\.0\.1:1\/catalog cannot be opened: nothing answers there; check the address/);
    expect(error.message).not.toContain("secret-word");
  });

  it("an empty database gets every table once, and nothing the second time", async () => {
    const database = await server.createDatabase();
    const told: object[] = [];
    const open = () => openCatalogStore({ url: server.url(database), log: { ...SILENT, info: (fields) => void told.push(fields) } });
    await (await open())[Symbol.asyncDispose]();
    await (await open())[Symbol.asyncDispose]();
    expect(told).toEqual([{ migrations: MIGRATIONS.map((migration) => migration.name) }]);
    const rows = await server.run(database, "select number, sha256 from schema_migration order by number");
    expect(rows).toEqual(MIGRATIONS.map((migration) => ({ number: String(migration.number), sha256: migrationDigest(migration) })));
  });

  it("texts with characters that PostgreSQL cannot hold come back as they were", async () => {
    const database = await server.createDatabase();
    await using store = await openAt(server.url(database));
    const texts = [
      "\u0000",
      "a\u0000b\u0000",
      "\u0010",
      "\u00100",
      "\u00101\u0000\u0010",
      "ü🚀\u0001\u007f\uffff",
      String.raw`\u0000 '; drop`,
    ];
    await store.commit({
      sources: [sourceRecord({ name: "\u0000s" })],
      events: texts.map((reason, index) => eventRecord(index + 1, { reason })),
    });
    expect((await store.eventsAfter(0, 100)).map((event) => event.reason)).toEqual(texts);
    expect((await store.load()).sources[0]?.name).toBe("\u0000s");
  });

  it("a number that somebody wrote and a double would round is an error, not another number", async () => {
    const database = await server.createDatabase();
    await using store = await openAt(server.url(database));
    await store.commit(firstChange());
    await server.run(database, "update line set next_number = 9007199254740993");
    await expect(store.load()).rejects.toThrow("9007199254740993, which is not exact as a number");
    await store.commit({ lines: [lineRecord()] });
    expect((await store.load()).lines[0]?.nextNumber).toBe(2);
  });

  it("the view of the older table has the types of that table, and times to the microsecond", async () => {
    const database = await server.createDatabase();
    await using store = await openAt(server.url(database));
    const version = versionRecord({ status: "production", createdAt: NOON });
    const words = {
      modelId: "m",
      format: "xgboost_json",
      createdBy: "ci",
      modelPath: "/m.json",
      runId: "run-1",
      experimentId: "",
      notes: "n",
    };
    const digests = { checksumSha256: "a", metadataSha256: "b", snapshotId: "s", configHash: "c", metadata: "{}", config: '{"depth":6}' };
    await store.commit({
      lines: [lineRecord({ namespace: "strategy", name: "momentum", liveVersionId: 1 })],
      versions: [{ version, description: "{}" }],
      registrations: [{ versionId: 1, ...words, ...digests, datasetVersions: {}, metrics: { sharpe: 1.8 } }],
      events: [eventRecord(1)],
      moves: [moveRecord(1, { at: NOON + 7n, to: "production" })],
    });
    const statement = `select strategy_name, version, status, mlflow_run_id, mlflow_experiment_id, performance_metrics->>'sharpe' as sharpe,
      config->>'depth' as depth, created_at::text, activated_at::text, deactivated_at from model_registry
      where activated_at <= '2026-01-05 09:30:00.123464' and activated_at > '2026-01-05 09:30:00.123463'
      order by (performance_metrics->>'sharpe')::float desc`;
    expect(await server.run(database, statement)).toEqual([
      {
        ...{ strategy_name: "momentum", version: "v1", status: "active", mlflow_run_id: "run-1", mlflow_experiment_id: null },
        ...{ sharpe: "1.8", depth: "6", created_at: "2026-01-05 09:30:00.123457", activated_at: "2026-01-05 09:30:00.123464" },
        deactivated_at: null,
      },
    ]);
  });

  it("names are in the order of their bytes, whatever the order of the database's language", async () => {
    const database = await server.createDatabase();
    await using store = await openAt(server.url(database));
    const names = ["Z", "a", "b", "z", "Ä", "ä", "ｚ", "🚀"];
    await store.commit({ objects: names.map((pack, offset) => ({ sha256: `${offset}`, size: 1, pack, offset: 0 })) });
    expect((await store.objectsAfter(undefined, 100)).map((object) => object.pack)).toEqual(names);
    const [row] = await server.run(database, "select collation_name from information_schema.columns where column_name = 'pack'");
    expect(row).toEqual({ collation_name: "C" });
  });
});
