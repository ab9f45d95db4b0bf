// The engines that can keep the catalog: one set of tests runs on both, on a file of SQLite and on a real PostgreSQL server.

import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import type { CatalogStore } from "../../../daemon/app/ports.ts";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import { openSqliteConnection } from "../../../daemon/storage/sqlite-connection.ts";
import { startPostgres, type PostgresServer } from "../../support/postgres.ts";
import { describeNeeding, postgresServer } from "../../support/requirements.ts";
import { openTempDirectory, type TempDirectory } from "../../support/temp-dir.ts";
import { SILENT } from "./catalog-records.ts";
import { catalogFile, openQuickStore, openTestStore } from "./open-test-store.ts";

/** One engine in a test. Each test begins with an empty catalog of its own. */
export interface TestEngine {
  readonly name: "sqlite" | "postgres";
  /** Opens this test's catalog, as the daemon does. */
  open(): Promise<CatalogStore & AsyncDisposable>;
  /** The same without a thread for the writer, for tests that open very many. */
  openQuick(): Promise<CatalogStore & AsyncDisposable>;
  /** Leaves this test's catalog and goes on with another empty one. */
  renew(): Promise<void>;
  /** Runs one statement past the store, as somebody in a shell would; rejects with the engine's error. */
  run(statement: string): Promise<readonly unknown[]>;
}

/** A suite for each engine; PostgreSQL's is skipped, and says so, where no server is installed. */
export function describeOnEachEngine(title: string, body: (engine: TestEngine) => void): void {
  describe(`${title}, on SQLite`, () => {
    body(useSqlite());
  });
  describeNeeding(postgresServer(), `${title}, on PostgreSQL`, () => {
    body(usePostgres());
  });
}

function useSqlite(): TestEngine {
  let directory: TempDirectory | undefined;
  const path = (): string => directory?.path ?? "";
  const renew = async (): Promise<void> => {
    await directory?.[Symbol.asyncDispose]();
    directory = await openTempDirectory("catalog");
  };
  beforeEach(renew);
  afterEach(async () => {
    await directory?.[Symbol.asyncDispose]();
    directory = undefined;
  });
  return {
    name: "sqlite",
    open: () => openTestStore(path()),
    openQuick: () => openQuickStore(path()),
    renew,
    run: (statement) =>
      Promise.resolve().then(() => {
        using connection = openSqliteConnection({ file: catalogFile(path()), busyTimeoutMs: 1000 });
        connection.all("pragma recursive_triggers = on");
        return connection.all(statement);
      }),
  };
}

/** An empty catalog from which the others are copied: quicker than bringing each up to date. */
const TEMPLATE = "empty_catalog";

function usePostgres(): TestEngine {
  let server: PostgresServer | undefined;
  let database = "";
  const running = (): PostgresServer => {
    if (server === undefined) throw new Error("the server runs only while a test does");
    return server;
  };
  const open = () => openCatalogStore({ url: running().url(database), log: SILENT });
  const renew = async (): Promise<void> => {
    database = await running().createDatabase(TEMPLATE);
  };
  beforeAll(async () => {
    server = await startPostgres();
    await server.run("postgres", `create database ${TEMPLATE}`);
    await using store = await openCatalogStore({ url: server.url(TEMPLATE), log: SILENT });
    await store.commit({});
  }, 60_000);
  beforeEach(renew);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  }, 60_000);
  return { name: "postgres", open, openQuick: open, renew, run: (statement) => running().run(database, statement) };
}
