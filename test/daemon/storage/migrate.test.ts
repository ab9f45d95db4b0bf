// The schema only moves forward, each step whole, and released steps never change.

import { Kysely } from "kysely";
import { describe, expect, it } from "vitest";
import { migrate, migrationDigest, type Migration } from "../../../daemon/storage/migrate.ts";
import { MIGRATIONS } from "../../../daemon/storage/migrations/all-migrations.ts";
import type { CatalogTables } from "../../../daemon/storage/schema.ts";
import { openSqliteConnection } from "../../../daemon/storage/sqlite-connection.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { firstValue } from "./first-value.ts";
import { catalogFile } from "./open-test-store.ts";

const directory = useTempDirectory("migrate");

/** Digests of the released migrations. A line is added with each new one; none is ever edited. */
const RELEASED = [
  "8eb0b048a5ab6f966939cd3f8f4b13f96501c8662d3d56969850629c5409977b",
  "baee4d38a33eec8bf4a4c1c67cad1a5615234973eb2a1dfbbf07bcc3fb7ca3cc",
  "915e39875fb2bd5fa2f11dbbf14843b4bdc7bc9164c3391e2b74d3baf281bca1",
  "62ec4d2cec704f1c25caed5cb7c648f25ac53b583a92fd7c6e0a645698cdb746",
];

function openEmpty() {
  const connection = openSqliteConnection({ file: catalogFile(directory()), busyTimeoutMs: 0 });
  return {
    connection,
    database: new Kysely<CatalogTables>({ dialect: connection.dialect() }),
    tables: () => connection.all("select name from sqlite_schema where type = 'table' order by name").map(firstValue),
    [Symbol.dispose]: () => connection.close(),
  };
}

const step = (number: number, ...statements: readonly string[]): Migration => ({ number, name: `step ${number}`, statements });

describe("migrations", () => {
  it("those that were released are what they were", () => {
    expect(MIGRATIONS.map(migrationDigest)).toEqual(RELEASED);
  });

  it("are numbered from 1 without a gap", () => {
    expect(MIGRATIONS.map((migration) => migration.number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it("a second run changes nothing", async () => {
    using empty = openEmpty();
    expect(await migrate(empty.database, MIGRATIONS, "catalog")).toEqual(["catalog", "object upkeep", "proofs", "registry"]);
    const tables = empty.tables();
    expect(await migrate(empty.database, MIGRATIONS, "catalog")).toEqual([]);
    expect(empty.tables()).toEqual(tables);
  });

  it("a catalog with versions from before proofs keeps them, and takes versions with proofs", async () => {
    using empty = openEmpty();
    await migrate(empty.database, MIGRATIONS.slice(0, 2), "catalog");
    const { connection } = empty;
    connection.all("insert into line values (1, 'alpha', 'BTC', 'follow', 0, 2, null, null, 0, 0, '', '', '', 0, 0)");
    const version = (id: number, golden: string): string =>
      `insert into version values (${id}, 1, 'v${id}', ${id}, 'staged', 0, '', '', 0, 'c${id}', '', 0, 0, 1, 'BTC', '', 0, 0, null, null, '${golden}', '[]')`;
    connection.all(version(1, "not_checked"));
    connection.all("insert into version_file values (1, 0, 'model_pkl', 'BTC_model.pkl', 1, '1', 'aa')");
    expect(() => connection.all(version(2, "passed"))).toThrow("version_golden");
    await migrate(empty.database, MIGRATIONS, "catalog");
    connection.all(version(2, "passed"));
    connection.all("insert into version_file values (2, 0, 'proof', '', 1, '0', 'bb')");
    expect(() => connection.all(version(3, "maybe"))).toThrow("version_golden");
    expect(connection.all("select kind from version_file order by version_id").map(firstValue)).toEqual(["model_pkl", "proof"]);
  });

  it("only the missing ones are applied", async () => {
    using empty = openEmpty();
    const first = step(1, "create table one (a integer)");
    await migrate(empty.database, [first], "catalog");
    expect(
      await migrate(empty.database, [first, step(2, "alter table one add column b integer"), step(3, "drop table one")], "catalog"),
    ).toEqual(["step 2", "step 3"]);
    expect(empty.tables()).toEqual(["schema_migration"]);
  });

  it("one that fails half-way leaves nothing of itself, and those before it stay", async () => {
    using empty = openEmpty();
    const steps = [step(1, "create table one (a integer)"), step(2, "create table two (a integer)", "create nonsense")];
    await expect(migrate(empty.database, steps, "catalog")).rejects.toThrow("syntax error");
    expect(empty.tables()).toEqual(["one", "schema_migration"]);
    expect(await migrate(empty.database, [...steps.slice(0, 1), step(2, "create table two (a integer)")], "catalog")).toEqual(["step 2"]);
  });

  it("the checks of states can be widened later without copying a table", async () => {
    using empty = openEmpty();
    const wider = step(
      MIGRATIONS.length + 1,
      "alter table event drop constraint event_kind",
      "alter table event add constraint event_kind check (kind in ('source_added', 'paper_started'))",
    );
    await migrate(empty.database, [...MIGRATIONS, wider], "catalog");
    const event = "values (1, 1, 'paper_started', '', '', '', '', '', '')";
    expect(() => empty.connection.all(`insert into event ${event}`)).not.toThrow();
  });
});
