// A fault of the database is told by what can be done about it, and the first error is the one that is reported.

import { Kysely } from "kysely";
import { expect, it } from "vitest";
import { migrate } from "../../../daemon/storage/migrate.ts";
import { MIGRATIONS } from "../../../daemon/storage/migrations/all-migrations.ts";
import type { CatalogTables } from "../../../daemon/storage/schema.ts";
import { openSqliteConnection } from "../../../daemon/storage/sqlite-connection.ts";
import { StorageFault, toStorageFault } from "../../../daemon/storage/storage-fault.ts";
import { writeChange } from "../../../daemon/storage/unit-of-work.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { eventRecord, firstChange, versionRecord } from "./catalog-records.ts";
import { catalogFile } from "./open-test-store.ts";

const directory = useTempDirectory("storage-fault");

async function openCatalog() {
  const connection = openSqliteConnection({ file: catalogFile(directory()), busyTimeoutMs: 0 });
  const database = new Kysely<CatalogTables>({ dialect: connection.dialect() });
  await migrate(database, MIGRATIONS, "catalog");
  await writeChange(database, firstChange());
  return {
    connection,
    fault: async (change: Parameters<typeof writeChange>[1]) =>
      toStorageFault(await writeChange(database, change).catch((error: unknown) => error)),
    commit: (change: Parameters<typeof writeChange>[1]) => writeChange(database, change),
    [Symbol.dispose]: () => connection.close(),
  };
}

const large = { versions: [{ version: versionRecord({ id: 2, label: "v2", number: 2 }), description: "x".repeat(1_000_000) }] };

it("a full disk is told as such, leaves nothing, and the catalog works again once there is room", async () => {
  using catalog = await openCatalog();
  catalog.connection.all("pragma max_page_count = 60");
  const fault = await catalog.fault({ events: [eventRecord(4)], ...large });
  expect(fault).toMatchObject({ kind: "full", code: "SQLITE_FULL", message: expect.stringContaining("the disk is full; free some space") });
  catalog.connection.all("pragma max_page_count = 100000");
  await catalog.commit({ events: [eventRecord(4)], ...large });
  expect(catalog.connection.all("select count(*) as count from event")).toEqual([{ count: 4 }]);
});

it("a rule that is broken only at the end of the transaction is told, and the transaction is over", async () => {
  using catalog = await openCatalog();
  const lines = (firstChange().lines ?? []).map((line) => ({ ...line, liveVersionId: 99 }));
  expect(await catalog.fault({ lines })).toMatchObject({ kind: "constraint", code: "SQLITE_CONSTRAINT_FOREIGNKEY" });
  await catalog.commit({ events: [eventRecord(4)] });
});

it("a lock that another program holds is told as such", async () => {
  using catalog = await openCatalog();
  using other = openSqliteConnection({ file: catalogFile(directory()), busyTimeoutMs: 0 });
  other.all("begin immediate");
  // The lock is taken before the first write, so even a change without any is refused.
  expect(await catalog.fault({})).toMatchObject({ kind: "other", code: "SQLITE_BUSY" });
  other.all("rollback");
  await catalog.commit({ events: [eventRecord(4)] });
});

it("a read-only file is a fault of the disk", async () => {
  (await openCatalog())[Symbol.dispose]();
  using connection = openSqliteConnection({ file: catalogFile(directory()), readonly: true, busyTimeoutMs: 0 });
  const database = new Kysely<CatalogTables>({ dialect: connection.dialect() });
  const error = await writeChange(database, { events: [eventRecord(4)] }).catch((reason: unknown) => reason);
  expect(toStorageFault(error)).toMatchObject({ kind: "io", code: "SQLITE_READONLY" });
});

it("an error that is not the database's keeps its text, and a fault stays itself", () => {
  const cause = new Error("out of range");
  expect(toStorageFault(cause)).toMatchObject({ kind: "other", code: "", cause });
  const fault = new StorageFault("io", "as it is");
  expect(toStorageFault(fault)).toBe(fault);
});

it.each([
  ["SQLITE_IOERR_FSYNC", "not_durable"],
  ["SQLITE_IOERR_DIR_FSYNC", "not_durable"],
  ["SQLITE_IOERR_WRITE", "io"],
  ["SQLITE_CORRUPT", "io"],
  ["SQLITE_FULL", "full"],
  ["ENOSPC", "full"],
  ["EIO", "io"],
  ["SQLITE_BUSY", "other"],
])("%s is %s: only a sync that failed leaves it open what is on disk", (code, kind) => {
  expect(toStorageFault(Object.assign(new Error("from the database"), { code })).kind).toBe(kind);
});
