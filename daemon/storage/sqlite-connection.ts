// The only file that imports better-sqlite3: opens a connection, gives Kysely its dialect, and names SQLite's errors.

import Database, { type Statement } from "better-sqlite3";
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from "kysely";

/** Prepared statements kept per connection. Multi-row inserts differ by their row count, so there are more of them than queries. */
const KEPT_STATEMENTS = 200;

/** Statements longer than this come from unusually large changes; keeping them would hold memory for nothing. */
const LONGEST_KEPT_SQL = 60_000;

/** One open SQLite file. All calls are synchronous and throw SQLite's errors, whose code `sqliteCodeOf` gives. */
export interface SqliteConnection extends Disposable {
  readonly file: string;
  /** Runs one statement and returns its rows, none for a statement that has none to give. */
  all(sql: string, ...parameters: readonly unknown[]): unknown[];
  /** Kysely's way to this connection. `begin` takes the write lock at once (`begin immediate`), so that a commit cannot fail half-way for want of it. */
  dialect(): SqliteDialect;
  close(): void;
}

/** How to open a file. */
export interface ConnectionOptions {
  readonly file: string;
  readonly readonly?: boolean;
  /** How long a statement waits for another process's lock, in milliseconds; the thread is held meanwhile. */
  readonly busyTimeoutMs: number;
}

/** Opens (and, unless read-only, creates) the file. Throws SQLite's error when that cannot be done. */
export function openSqliteConnection(options: ConnectionOptions): SqliteConnection {
  const readonly = options.readonly ?? false;
  const database = new Database(options.file, { readonly, fileMustExist: readonly, timeout: options.busyTimeoutMs });
  const statements = new Map<string, Statement>();
  return {
    file: options.file,
    all(sql, ...parameters) {
      const statement = database.prepare(sql);
      if (statement.reader) return statement.all(...parameters);
      statement.run(...parameters);
      return [];
    },
    dialect: () => new SqliteDialect({ database: toKyselyDatabase(database, statements) }),
    close() {
      statements.clear();
      database.close();
    },
    [Symbol.dispose]() {
      this.close();
    },
  };
}

/** SQLite's extended result code by name, or undefined when the error is not SQLite's. */
export function sqliteCodeOf(error: unknown): string | undefined {
  return error instanceof Database.SqliteError ? error.code : undefined;
}

function toKyselyDatabase(database: Database, statements: Map<string, Statement>): SqliteDatabase {
  const special: Readonly<Record<string, () => void>> = {
    begin: () => void preparedOnce(database, statements, "begin immediate").run(),
    // A full disk or a failed sync may have rolled back already; a second rollback would throw and hide the true error.
    rollback: () => void (database.inTransaction && database.prepare("rollback").run()),
  };
  return {
    prepare(sql): SqliteStatement {
      const action = special[sql];
      return action === undefined ? toKyselyStatement(preparedOnce(database, statements, sql)) : toKyselyAction(action);
    },
    close() {
      statements.clear();
      database.close();
    },
  };
}

function toKyselyStatement(statement: Statement): SqliteStatement {
  return {
    reader: statement.reader,
    all: (parameters) => statement.all(parameters),
    run: (parameters) => statement.run(parameters),
    iterate: (parameters) => statement.iterate(parameters),
  };
}

function toKyselyAction(action: () => void): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run() {
      action();
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [].values(),
  };
}

/** Keeps the statements used last: a map remembers the order of insertion, so its first key is the one unused for longest. */
function preparedOnce(database: Database, statements: Map<string, Statement>, sql: string): Statement {
  const known = statements.get(sql);
  if (known !== undefined) {
    statements.delete(sql);
    statements.set(sql, known);
    return known;
  }
  const statement = database.prepare(sql);
  if (sql.length > LONGEST_KEPT_SQL) return statement;
  statements.set(sql, statement);
  if (statements.size > KEPT_STATEMENTS) {
    const oldest = statements.keys().next().value;
    if (oldest !== undefined) statements.delete(oldest);
  }
  return statement;
}
