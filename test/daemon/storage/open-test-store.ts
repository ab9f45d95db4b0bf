// Opens the catalog's store below a test's directory.

import { join } from "node:path";
import type { CatalogStore } from "../../../daemon/app/ports.ts";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import { openCatalogWriter } from "../../../daemon/storage/catalog-writer.ts";
import { SILENT } from "./catalog-records.ts";

/** The catalog's file in a directory. */
export function catalogFile(directory: string): string {
  return join(directory, "catalog.sqlite");
}

/** The store in a directory, as the daemon opens it. */
export function openTestStore(directory: string): Promise<CatalogStore & AsyncDisposable> {
  return openCatalogStore({ file: catalogFile(directory), log: SILENT });
}

/** The same without a thread for the writer, for tests that open very many. */
export function openQuickStore(directory: string): Promise<CatalogStore & AsyncDisposable> {
  return openCatalogStore({ file: catalogFile(directory), log: SILENT, startWriter: openCatalogWriter });
}
