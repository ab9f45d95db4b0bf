// The one that writes the catalog in PostgreSQL: one session that holds the lock and writes, and is taken up again whenever it is lost.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely } from "kysely";
import type { CatalogChange, StoreAvailability } from "../app/ports.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/all-migrations.ts";
import { connectPostgres, type PostgresConnection } from "./postgres-connection.ts";
import { PREPARATION, postgresStatements } from "./postgres-ddl.ts";
import { postgresDialect, type Lease } from "./postgres-dialect.ts";
import { explaining, openFirstSession, type PostgresPlace } from "./postgres-opening.ts";
import { sessionName, setUpSession, takeLock, valueOf } from "./postgres-session.ts";
import { createStanding, type Standing } from "./postgres-standing.ts";
import type { CatalogTables } from "./schema.ts";
import { StorageFault, toStorageFault } from "./storage-fault.ts";
import { writeChange } from "./unit-of-work.ts";

/** Writes changes to a database that may go away. Disposing it waits for those that were handed in. */
export interface PostgresWriter extends AsyncDisposable {
  /**
   * One transaction, durable when the promise resolves. While the database is away it waits, at most `waitMs`. Rejects with StorageFault; nothing
   * of the change is visible then, unless the fault is "in_doubt".
   */
  write(change: CatalogChange, waitMs: number): Promise<void>;
  readonly availability: StoreAvailability;
  /** Somebody has reason to think that the database is away: finds out soon, unless something is being written and finds out anyway. */
  look(): void;
}

/** The pauses between attempts to reach the database again. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** A statement has at least this long, though its change has waited as long as it may. */
const LEAST_LIMIT_MS = 1_000;

// One row: the id of the change that was written last. It is written with each change, so that after a lost connection it says whether that
// change was done, and whether anybody else has written since.
const LAST_CHANGE = `create table if not exists last_change (
  one bigint primary key constraint last_change_one check (one = 1),
  id text not null)`;
const NOTE_CHANGE = `insert into last_change (one, id) values (1, $1) on conflict (one) do update set id = excluded.id`;

/** SQLSTATEs of a commit that was refused: the transaction is rolled back. Shutdowns, crashes and bugs of the server leave it open what became of it. */
const REFUSED = /^(?!XX|57|58|08)\w{5}$/;

/** A change on its way. */
interface Attempt {
  readonly connection: PostgresConnection;
  /** Undefined for a change of nothing, which leaves no trace. */
  readonly id: string | undefined;
  readonly giveUpAt: number;
  /** The commit was sent and not answered. */
  doubt: Doubt | undefined;
}

interface Doubt {
  readonly id: string;
  readonly settled: Promise<boolean>;
  settle(isDone: boolean): void;
}

/** Opens the database (an empty one gets its tables) and takes its lock. Rejects with StorageFault or SchemaError, whose message names the place. */
export async function openPostgresWriter(place: PostgresPlace): Promise<PostgresWriter> {
  const name = sessionName();
  const connection = await openFirstSession(place, name);
  try {
    const lastId = await explaining(place, () => prepare(place, connection));
    return new Writer(place, name, connection, lastId);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Brings the schema up to date; returns the id of the change that was written last. */
async function prepare(place: PostgresPlace, connection: PostgresConnection): Promise<string> {
  // Migrations may rewrite large tables.
  const limitMs = 600_000;
  const run: Lease["run"] = (sql, parameters) => connection.query(sql, parameters, limitMs);
  const lease: Lease = { run, commit: async () => void (await run("commit", [])), release: () => undefined };
  for (const statement of [...PREPARATION, LAST_CHANGE]) await run(statement, []);
  const database = new Kysely<CatalogTables>({ dialect: postgresDialect(() => Promise.resolve(lease)) });
  const applied = await migrate(database, MIGRATIONS, place.place, postgresStatements);
  if (applied.length > 0) place.log.info({ migrations: applied }, "catalog schema brought up to date");
  return lastChange(connection, limitMs);
}

async function lastChange(connection: PostgresConnection, limitMs: number): Promise<string> {
  const { rows } = await connection.query("select id from last_change", [], limitMs);
  return rows.length === 0 ? "" : String(valueOf(rows[0], "id"));
}

class Writer implements PostgresWriter {
  readonly #place: PostgresPlace;
  readonly #name: string;
  readonly #database: Kysely<CatalogTables>;
  readonly #standing: Standing;
  readonly #closing = new AbortController();
  #connection: PostgresConnection | undefined;
  #attempt: Attempt | undefined;
  #doubt: Doubt | undefined;
  /** The id of the change that was written last, by us as far as we know. */
  #lastId: string;
  #last: Promise<void> = Promise.resolve();
  #returning: Promise<void> = Promise.resolve();
  #looking = false;

  constructor(place: PostgresPlace, name: string, connection: PostgresConnection, lastId: string) {
    this.#place = place;
    this.#name = name;
    this.#lastId = lastId;
    this.#standing = createStanding(place);
    this.#database = new Kysely<CatalogTables>({ dialect: postgresDialect(() => Promise.resolve(this.#lease())) });
    this.#use(connection);
  }

  get availability(): StoreAvailability {
    return this.#standing;
  }

  write(change: CatalogChange, waitMs: number): Promise<void> {
    const giveUpAt = performance.now() + waitMs;
    // In the order of the calls; a change that failed does not hold up the next.
    const written = this.#last.then(() => this.#write(change, giveUpAt)).catch((error: unknown) => Promise.reject(toStorageFault(error)));
    this.#last = written.catch(() => undefined);
    return written;
  }

  look(): void {
    if (this.#looking || this.#connection === undefined) return;
    this.#looking = true;
    // What it finds is in the standing.
    void this.write({}, 0)
      .catch(() => undefined)
      .finally(() => {
        this.#looking = false;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#standing.set({ kind: "closed" });
    await this.#last;
    this.#closing.abort();
    this.#connection?.close();
    await this.#returning;
  }

  async #write(change: CatalogChange, giveUpAt: number): Promise<void> {
    const id = isEmpty(change) ? undefined : randomUUID();
    for (;;) {
      const connection = await this.#writable(giveUpAt);
      const attempt: Attempt = { connection, id, giveUpAt, doubt: undefined };
      this.#attempt = attempt;
      try {
        await writeChange(this.#database, change);
        return;
      } catch (error) {
        // Refused, and rolled back.
        if (connection.lost === undefined) throw error;
      }
      // Not even committed: nothing of it is there, and it is written again when the database is back.
      const { doubt } = attempt;
      if (doubt === undefined) continue;
      const outcome = await inTime(doubt.settled, giveUpAt);
      if (outcome === true) return;
      if (outcome === undefined) {
        const message = "the database went away in the moment of a commit; whether it was done is looked up when it is back";
        throw new StorageFault("in_doubt", message, { cause: connection.lost, settled: doubt.settled });
      }
    }
  }

  async #writable(giveUpAt: number): Promise<PostgresConnection> {
    for (;;) {
      // A disposed writer finishes what it was handed, as long as its connection lives.
      if (this.#connection !== undefined) return this.#connection;
      await this.#standing.writable(giveUpAt - performance.now());
    }
  }

  /** What Kysely runs the statements of the present attempt on. */
  #lease(): Lease {
    const attempt = this.#attempt;
    if (attempt === undefined) throw new Error("nothing is being written");
    const run: Lease["run"] = (sql, parameters) => {
      const left = attempt.giveUpAt - performance.now();
      return attempt.connection.query(sql, parameters, Math.max(LEAST_LIMIT_MS, Math.min(left, this.#place.silenceMs)));
    };
    return { run, commit: () => this.#commit(attempt, run), release: () => undefined };
  }

  async #commit(attempt: Attempt, run: Lease["run"]): Promise<void> {
    const { id, connection } = attempt;
    if (id !== undefined) {
      await run(NOTE_CHANGE, [id]);
      this.#doubt = attempt.doubt = createDoubt(id);
    }
    try {
      const { command } = await run("commit", []);
      if (command !== "COMMIT") throw new StorageFault("other", `the database answered a commit with ${command}`);
      if (id !== undefined) this.#lastId = id;
      this.#doubt = attempt.doubt = undefined;
    } catch (error) {
      const isRefused = connection.lost === undefined && REFUSED.test(toStorageFault(error).code);
      if (isRefused) this.#doubt = attempt.doubt = undefined;
      else connection.close("the database did not say what became of a commit");
      throw error;
    }
  }

  #use(connection: PostgresConnection): void {
    this.#connection = connection;
    this.#standing.set({ kind: "open" });
    connection.onLost((reason) => {
      this.#connection = undefined;
      this.#standing.set({ kind: "away", reason: reason.message });
      this.#returning = this.#return();
    });
  }

  /** Tries to have a session again until it has one, another daemon has written, or the writer is closed. */
  async #return(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#closing.signal.aborted) {
      const connection = await this.#sessionAgain().catch((error: unknown) => {
        this.#place.log.debug({ err: error, database: this.#place.place }, "the database could not be reached again");
        return undefined;
      });
      if (connection === "overtaken") return;
      if (connection !== undefined && !this.#closing.signal.aborted) return this.#use(connection);
      connection?.close();
      await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  /** A session with the lock, and what was in doubt settled; undefined while another daemon has the lock. */
  async #sessionAgain(): Promise<PostgresConnection | "overtaken" | undefined> {
    const { url, place, log, silenceMs } = this.#place;
    const connection = await connectPostgres(url, silenceMs);
    try {
      await setUpSession(connection, this.#name, place, log);
      const holder = await takeLock(connection, this.#name);
      if (holder !== undefined) {
        this.#standing.set({ kind: "held", holder });
        connection.close();
        return undefined;
      }
      // With the lock ours, the session that was lost is over, and so is its transaction.
      const newest = await lastChange(connection, silenceMs);
      const isDone = newest === this.#doubt?.id;
      if (!isDone && newest !== this.#lastId) {
        this.#standing.set({ kind: "overtaken" });
        connection.close();
        return "overtaken";
      }
      this.#lastId = newest;
      this.#doubt?.settle(isDone);
      this.#doubt = undefined;
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

function createDoubt(id: string): Doubt {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  return { id, settled: promise, settle: resolve };
}

function isEmpty(change: CatalogChange): boolean {
  return Object.values(change).every((part: readonly unknown[] | undefined) => part === undefined || part.length === 0);
}

/** What the promise resolves with, or undefined when that takes too long. */
async function inTime<T>(promise: Promise<T>, giveUpAt: number): Promise<T | undefined> {
  const stop = new AbortController();
  const late = sleep(Math.max(0, giveUpAt - performance.now()), undefined, { signal: stop.signal }).catch(() => undefined);
  const first = await Promise.race([promise, late]);
  stop.abort();
  return first;
}
