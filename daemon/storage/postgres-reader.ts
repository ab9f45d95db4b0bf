// Reading a catalog in PostgreSQL: a few connections, opened when they are needed, and questions that outlast a short absence of the database.

import { setTimeout as sleep } from "node:timers/promises";
import { Kysely } from "kysely";
import { ConnectionLost } from "./connection-lost.ts";
import { connectPostgres, type PostgresConnection } from "./postgres-connection.ts";
import { postgresDialect, type Lease } from "./postgres-dialect.ts";
import type { PostgresPlace } from "./postgres-opening.ts";
import type { CatalogDatabase, CatalogTables } from "./schema.ts";
import { toStorageFault } from "./storage-fault.ts";

/** So many questions are under way at once; further ones wait. */
const CONNECTIONS = 4;
const PAUSE_MS = 100;

/** Asks the database. */
export interface PostgresReader {
  readonly database: CatalogDatabase;
  /** Does the work, which only reads; does it again while the connection is lost, for at most `waitMs`. Rejects as the work does. */
  patiently<T>(work: () => Promise<T>, waitMs: number): Promise<T>;
  /** Ends every connection; what is under way is rejected. */
  close(): void;
}

/** A reader; nothing is opened before the first question. `onAway` is told of each question that found the database away. */
export function createPostgresReader({ url, silenceMs }: PostgresPlace, onAway: () => void): PostgresReader {
  const idle: PostgresConnection[] = [];
  const all = new Set<PostgresConnection>();
  const waiting: (() => void)[] = [];
  let lent = 0;
  let isClosed = false;

  async function connected(): Promise<PostgresConnection> {
    for (let known = idle.pop(); known !== undefined; known = idle.pop()) if (known.lost === undefined) return known;
    const connection = await connectPostgres(url, silenceMs);
    all.add(connection);
    connection.onLost(() => all.delete(connection));
    if (isClosed) connection.close();
    return connection;
  }

  function giveBack(connection: PostgresConnection | undefined): void {
    if (connection?.lost === undefined && connection !== undefined) idle.push(connection);
    const next = waiting.shift();
    if (next === undefined) lent--;
    else next();
  }

  async function lend(): Promise<Lease> {
    if (isClosed) throw new ConnectionLost("the catalog is closed");
    // One that is given back goes to whoever waits longest, so `lent` stays what it is.
    if (lent < CONNECTIONS) lent++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let connection: PostgresConnection | undefined;
    try {
      connection = await connected();
    } catch (error) {
      giveBack(undefined);
      throw error;
    }
    const run: Lease["run"] = (sql, parameters) => connection.query(sql, parameters, silenceMs);
    return { run, commit: async () => void (await run("commit", [])), release: () => giveBack(connection) };
  }

  return {
    database: new Kysely<CatalogTables>({ dialect: postgresDialect(lend) }),
    async patiently(work, waitMs) {
      const giveUpAt = performance.now() + waitMs;
      for (;;) {
        try {
          return await work();
        } catch (error) {
          const isAway = !isClosed && toStorageFault(error).kind === "away";
          if (isAway) onAway();
          if (!isAway || performance.now() + PAUSE_MS >= giveUpAt) throw error;
          await sleep(PAUSE_MS);
        }
      }
    },
    close() {
      isClosed = true;
      for (const connection of [...all]) connection.close();
    },
  };
}
