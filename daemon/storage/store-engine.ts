// What the store needs of the engine that keeps it: a file of SQLite, or a database of PostgreSQL.

import type { CatalogChange, StoreAvailability } from "../app/ports.ts";
import type { CatalogDatabase } from "./schema.ts";

/** An open engine. */
export interface StoreEngine {
  /** Only for reading. */
  readonly reading: CatalogDatabase;
  /** Does work that only reads, again when that may help. Rejects as the work does. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** One transaction, as `CatalogStore.commit` says. */
  commit(change: CatalogChange, waitMs?: number): Promise<void>;
  readonly availability: StoreAvailability | undefined;
  /** Finishes what it was handed, and closes. */
  close(): Promise<void>;
}
