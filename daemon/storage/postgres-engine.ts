// The catalog in PostgreSQL: a session that writes, and connections that read.

import type { Log } from "../app/ports.ts";
import { nameOfPlace } from "./postgres-connection.ts";
import { createPostgresReader } from "./postgres-reader.ts";
import { openPostgresWriter } from "./postgres-writer.ts";
import type { StoreEngine } from "./store-engine.ts";

/** How to open the store in a PostgreSQL database. */
export interface PostgresStoreOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…`, as PostgreSQL's own programs read it; what it leaves out comes from `PGHOST` and the like. */
  readonly url: string;
  readonly log: Log;
  /** How long questions and changes wait for a database that is away, and how long any answer may take, in milliseconds. */
  readonly waits?: Partial<PostgresWaits>;
}

/** Times in milliseconds. */
export interface PostgresWaits {
  readonly readMs: number;
  readonly commitMs: number;
  readonly silenceMs: number;
}

const WAITS: PostgresWaits = { readMs: 5_000, commitMs: 10_000, silenceMs: 5_000 };

/** Opens (or fills) the database and takes its lock. Rejects with StorageFault or SchemaError, whose message names the place without a password. */
export async function openPostgresEngine({ url, log, waits }: PostgresStoreOptions): Promise<StoreEngine> {
  const { readMs, commitMs, silenceMs } = { ...WAITS, ...waits };
  const place = { url, place: nameOfPlace(url), log, silenceMs };
  const writer = await openPostgresWriter(place);
  const reader = createPostgresReader(place, () => writer.look());
  return {
    reading: reader.database,
    read: (work) => reader.patiently(work, readMs),
    commit: (change, waitMs = commitMs) => writer.write(change, waitMs),
    availability: writer.availability,
    async close() {
      reader.close();
      await writer[Symbol.asyncDispose]();
    },
  };
}
