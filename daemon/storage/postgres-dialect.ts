// Kysely's way to PostgreSQL: its own SQL for the engine, over connections that somebody else opens, watches and lends.

import {
  type CompiledQuery,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from "kysely";
import type { PostgresAnswer } from "./postgres-connection.ts";

/** A connection that is lent for a query or a transaction. */
export interface Lease {
  /** Sends one statement. */
  run(sql: string, parameters: readonly unknown[]): Promise<PostgresAnswer>;
  /** Ends the transaction that `begin` began. */
  commit(): Promise<void>;
  /** Gives the connection back. */
  release(): void;
}

/** One adapter for all connections: statements that are put into words once are kept by it. */
const ADAPTER = new PostgresAdapter();

/** The dialect over connections that `lend` lends. */
export function postgresDialect(lend: () => Promise<Lease>): Dialect {
  return {
    createAdapter: () => ADAPTER,
    createDriver: () => new LeaseDriver(lend),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class LentConnection implements DatabaseConnection {
  readonly lease: Lease;

  constructor(lease: Lease) {
    this.lease = lease;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, touched } = await this.lease.run(sql, parameters);
    // The rows are what the statement's text gives; the types are the tables'.
    return { rows: rows as Row[], numAffectedRows: BigInt(touched) };
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error("the catalog reads its rows in pages, not as a stream");
  }
}

class LeaseDriver implements Driver {
  readonly #lend: () => Promise<Lease>;

  constructor(lend: () => Promise<Lease>) {
    this.#lend = lend;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<LentConnection> {
    return new LentConnection(await this.#lend());
  }

  async beginTransaction({ lease }: LentConnection): Promise<void> {
    await lease.run("begin", []);
  }

  async commitTransaction({ lease }: LentConnection): Promise<void> {
    await lease.commit();
  }

  async rollbackTransaction({ lease }: LentConnection): Promise<void> {
    await lease.run("rollback", []);
  }

  releaseConnection({ lease }: LentConnection): Promise<void> {
    lease.release();
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}
