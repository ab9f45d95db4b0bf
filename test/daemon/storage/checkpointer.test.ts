// The write-ahead log is copied into the file by itself, between commits.

import { stat } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { openWriter } from "../../../daemon/storage/catalog-file.ts";
import { createCheckpointer } from "../../../daemon/storage/checkpointer.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { firstChange, SILENT, versionRecord } from "./catalog-records.ts";
import { catalogFile, openTestStore } from "./open-test-store.ts";

const directory = useTempDirectory("checkpointer");

it("after some megabytes of commits the file has them while the catalog stays open", async () => {
  await using store = await openTestStore(directory());
  await store.commit(firstChange());
  const small = (await stat(catalogFile(directory()))).size;
  await store.commit({ versions: [{ version: versionRecord({ id: 2, label: "v2", number: 2 }), description: "x".repeat(5_000_000) }] });
  await waitFor("the log in the file", async () => (await stat(catalogFile(directory()))).size > small + 4_000_000);
  expect((await store.descriptionOf(2))?.length).toBe(5_000_000);
});

it("a copy that fails is logged, told and harms nothing", async () => {
  const errors: string[] = [];
  const told: unknown[] = [];
  using writer = openWriter({ file: catalogFile(directory()), log: SILENT });
  using checkpointer = createCheckpointer(writer, { ...SILENT, error: (_fields, message) => void errors.push(message) }, (error) =>
    told.push(error),
  );
  writer.all("create table large (body text)");
  writer.all("insert into large values (?)", "x".repeat(5_000_000));
  checkpointer.committed();
  writer.close();
  await nextTurn();
  await nextTurn();
  expect(errors).toEqual(["the catalog's log could not be copied into its file"]);
  checkpointer.committed();
  await nextTurn();
  expect(errors).toHaveLength(2);
  expect(told).toHaveLength(2);
});
