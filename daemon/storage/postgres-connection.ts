// The only file that imports pg: opens a connection, says when it is lost, and has values cross as the catalog's tables mean them.

import pg from "pg";
import { ConnectionLost } from "./connection-lost.ts";
import { fromPostgresText, toPostgresText } from "./postgres-text.ts";

/** One open connection. Statements are sent one at a time, each when the one before it was answered. */
export interface PostgresConnection {
  /** Why the connection is gone; undefined while it is there. */
  readonly lost: ConnectionLost | undefined;
  /**
   * Sends a statement and waits for its answer, at most `limitMs`. Rejects with ConnectionLost when the connection ends first, or is given up
   * because no answer came; otherwise with the server's error, and the connection stays.
   */
  query(sql: string, parameters: readonly unknown[], limitMs: number): Promise<PostgresAnswer>;
  /** Calls the listener once when the connection is gone, whatever ended it. */
  onLost(listener: (reason: ConnectionLost) => void): void;
  /** Ends the connection at once; what is under way is rejected. */
  close(reason?: string): void;
}

/** What a statement came to. */
export interface PostgresAnswer {
  readonly rows: readonly unknown[];
  /** Rows that an insert, update or delete touched. */
  readonly touched: number;
  /** What was done, in the server's word: `INSERT`, `COMMIT`. */
  readonly command: string;
}

/** SQLSTATEs of errors that end the connection: shutdowns and crashes of the server, time-outs of sessions, and its class "connection exception". */
const ENDING = /^(?:57P0\d|25P0[34]|08\w\w\w)$/;

/** Types by their number in pg_type, with how their text is read; every other type is text, which stays as it is. */
const READERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => (text === "t" ? 1 : 0)], // boolean: a comparison in a query's list, 0 or 1 as SQLite gives it
  [20, toExactNumber], // bigint
  [21, Number],
  [23, Number],
  [26, Number],
  [25, fromPostgresText], // text
  [700, Number],
  [701, Number],
  [1043, fromPostgresText], // varchar
  [1700, toExactNumber], // numeric: sums of bigints
]);

const asText = (text: string): string => text;

/** A whole number as one; throws RangeError for one that a double would round. Fractions are read as doubles. */
function toExactNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) || text.includes(".")) return value;
  throw new RangeError(`the database holds ${text}, which is not exact as a number`);
}

/** A value as a parameter: texts as the database can hold them, everything else as it is. */
function toParameter(value: unknown): unknown {
  return typeof value === "string" ? toPostgresText(value) : value;
}

/**
 * Connects within `limitMs`. Rejects with the server's error, whose `code` is an SQLSTATE, or with ConnectionLost.
 * `url` is as PostgreSQL's own programs read it.
 */
export async function connectPostgres(url: string, limitMs: number): Promise<PostgresConnection> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: (type: number) => READERS.get(type) ?? asText },
  });
  const connection = new Connection(client);
  const timer = setTimeout(() => connection.close(`no answer within ${limitMs} ms`), limitMs);
  try {
    await client.connect();
  } catch (error) {
    const { lost } = connection;
    connection.close();
    if (error instanceof pg.DatabaseError) throw error;
    throw lost ?? new ConnectionLost(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
  return connection;
}

/** The place as messages name it, without user and password: `host:port/database`. Throws pg's error for a text that is no URL. */
export function nameOfPlace(url: string): string {
  const { host, port, database } = new pg.Client({ connectionString: url });
  const place = host.includes(":") ? `[${host}]` : host.startsWith("/") ? "local socket" : host;
  return `${place}:${port}/${database ?? ""}`;
}

class Connection implements PostgresConnection {
  readonly #client: pg.Client;
  readonly #listeners: ((reason: ConnectionLost) => void)[] = [];
  #lost: ConnectionLost | undefined;

  constructor(client: pg.Client) {
    this.#client = client;
    client.on("error", (error) => this.#lose(error.message, error));
    client.on("end", () => this.#lose("the server closed the connection"));
  }

  get lost(): ConnectionLost | undefined {
    return this.#lost;
  }

  async query(sql: string, parameters: readonly unknown[], limitMs: number): Promise<PostgresAnswer> {
    if (this.#lost !== undefined) throw this.#lost;
    const timer = setTimeout(() => this.close(`no answer within ${Math.round(limitMs)} ms`), limitMs);
    try {
      const { rows, rowCount, command } = await this.#client.query<object>(sql, parameters.map(toParameter));
      return { rows, touched: rowCount ?? 0, command };
    } catch (error) {
      if (error instanceof pg.DatabaseError && ENDING.test(error.code ?? "")) this.#lose(error.message, error);
      throw this.#lost ?? error;
    } finally {
      clearTimeout(timer);
    }
  }

  onLost(listener: (reason: ConnectionLost) => void): void {
    if (this.#lost === undefined) this.#listeners.push(listener);
    else listener(this.#lost);
  }

  close(reason = "the connection was closed"): void {
    this.#lose(reason);
  }

  #lose(reason: string, cause?: unknown): void {
    if (this.#lost !== undefined) return;
    this.#lost = new ConnectionLost(reason, { cause });
    // Not the polite way: a server that answers nothing would never take leave. A session ends with its socket as well.
    this.#client.connection.stream.destroy();
    for (const listener of this.#listeners.splice(0)) listener(this.#lost);
  }
}
