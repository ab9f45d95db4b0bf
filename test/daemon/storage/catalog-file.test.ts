// A file that is not a whole catalog of this program's age is refused with a message that says what to do, and left as it is.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertSqliteVersion, openReader, openWriter } from "../../../daemon/storage/catalog-file.ts";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import { MIGRATIONS } from "../../../daemon/storage/migrations/all-migrations.ts";
import { openSqliteConnection } from "../../../daemon/storage/sqlite-connection.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { eventRecord, firstChange, SILENT, versionRecord } from "./catalog-records.ts";
import { firstValue } from "./first-value.ts";
import { catalogFile, openTestStore } from "./open-test-store.ts";

const directory = useTempDirectory("catalog-file");

/** Runs statements on the file behind the store's back. */
function tamper(...statements: readonly string[]): void {
  using connection = openSqliteConnection({ file: catalogFile(directory()), busyTimeoutMs: 0 });
  for (const statement of statements) connection.all(statement);
}

describe("opening", () => {
  it("refuses a catalog that a newer program wrote, and changes nothing in it", async () => {
    await (await openTestStore(directory()))[Symbol.asyncDispose]();
    tamper(`insert into schema_migration values (${MIGRATIONS.length + 1}, 'later', 'x')`);
    const before = await readFile(catalogFile(directory()));
    await expect(openTestStore(directory())).rejects.toThrow(
      `catalog.sqlite was written by a newer model-managerd (schema ${MIGRATIONS.length + 1}, this program knows up to ${MIGRATIONS.length}); start the newer program`,
    );
    expect((await readFile(catalogFile(directory()))).equals(before)).toBe(true);
  });

  it("refuses a catalog whose first migration was another one", async () => {
    await (await openTestStore(directory()))[Symbol.asyncDispose]();
    tamper("update schema_migration set sha256 = 'other'");
    await expect(openTestStore(directory())).rejects.toThrow(/schema that does not belong to this program \(step 1, "catalog"/);
  });

  it("refuses the database of another program and leaves it alone", async () => {
    tamper("create table models (name text)");
    const before = await readFile(catalogFile(directory()));
    await expect(openTestStore(directory())).rejects.toThrow(/is the database of another program \(it has a table "models"/);
    expect((await readFile(catalogFile(directory()))).equals(before)).toBe(true);
  });

  it("refuses a file that is no database", async () => {
    await writeFile(catalogFile(directory()), "a".repeat(10_000));
    await expect(openTestStore(directory())).rejects.toThrow(/catalog\.sqlite is not an SQLite database; name another/);
  });

  it("names a directory that is not there", async () => {
    const file = join(directory(), "nowhere", "catalog.sqlite");
    await expect(openCatalogStore({ file, log: SILENT })).rejects.toThrow(/nowhere\/catalog\.sqlite cannot be opened/);
  });

  it("finds a damaged page before anything is served, unless told not to look", async () => {
    {
      await using store = await openTestStore(directory());
      await store.commit(firstChange());
      const versions = Array.from({ length: 50 }, (_, index) =>
        versionRecord({ id: index + 2, label: `v${index + 2}`, number: index + 2 }),
      );
      await store.commit({ versions: versions.map((version) => ({ version, description: "x".repeat(3000) })) });
    }
    const bytes = await readFile(catalogFile(directory()));
    const page = 4096;
    bytes.fill(0xff, bytes.length - 4 * page, bytes.length - 3 * page);
    await writeFile(catalogFile(directory()), bytes);
    await expect(openTestStore(directory())).rejects.toThrow(
      /is damaged \(.+\); restore it from a backup, or move it away together with its -wal/s,
    );
    await using store = await openCatalogStore({ file: catalogFile(directory()), log: SILENT, integrityCheck: false });
    expect((await store.load()).sources).toHaveLength(1);
  });

  it("an SQLite older than the repaired write-ahead log is refused", () => {
    expect(() => assertSqliteVersion("3.51.2")).toThrow(/built with SQLite 3\.51\.2, which can damage the catalog/);
    expect(() => assertSqliteVersion("3.7.17")).toThrow(/install the packages again/);
    for (const version of ["3.51.3", "3.52.0", "3.54.1", "4.0.0"]) expect(() => assertSqliteVersion(version)).not.toThrow();
  });
});

describe("settings", () => {
  it("the connection that writes syncs every commit and keeps foreign keys, the other one cannot write", async () => {
    await (await openTestStore(directory()))[Symbol.asyncDispose]();
    using writer = openWriter({ file: catalogFile(directory()), log: SILENT });
    using reader = openReader(catalogFile(directory()));
    const settings = ["synchronous", "foreign_keys", "recursive_triggers", "trusted_schema", "busy_timeout"];
    const valueOf = (name: string) => firstValue(writer.all(`pragma ${name}`)[0]);
    expect(Object.fromEntries(settings.map((name) => [name, valueOf(name)]))).toEqual({
      synchronous: 2,
      foreign_keys: 1,
      recursive_triggers: 1,
      trusted_schema: 0,
      busy_timeout: 1000,
    });
    expect(() => reader.all("delete from source")).toThrow("readonly");
  });

  it("another process reads while the catalog is open", async () => {
    await using store = await openTestStore(directory());
    await store.commit({ events: [eventRecord(1)] });
    using other = openSqliteConnection({ file: catalogFile(directory()), readonly: true, busyTimeoutMs: 0 });
    expect(other.all("pragma journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(other.all("select sequence from event")).toEqual([{ sequence: 1 }]);
  });

  it("a clean end leaves one file", async () => {
    {
      await using store = await openTestStore(directory());
      await store.commit(firstChange());
    }
    await expect(readFile(`${catalogFile(directory())}-wal`)).rejects.toThrow("ENOENT");
  });
});
