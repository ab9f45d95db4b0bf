// The part of better-sqlite3 that the one importing file uses; the package brings no types.

declare module "better-sqlite3" {
  export interface Statement {
    /** True when the statement returns rows. */
    readonly reader: boolean;
    all(...parameters: readonly unknown[]): unknown[];
    get(...parameters: readonly unknown[]): unknown;
    run(...parameters: readonly unknown[]): { changes: number; lastInsertRowid: number | bigint };
    iterate(...parameters: readonly unknown[]): IterableIterator<unknown>;
  }

  export class SqliteError extends Error {
    constructor(message: string, code: string);
    /** SQLite's extended result code by name, such as `SQLITE_IOERR_FSYNC`. */
    readonly code: string;
  }

  export default class Database {
    static readonly SqliteError: typeof SqliteError;
    constructor(file: string, options?: { readonly readonly?: boolean; readonly fileMustExist?: boolean; readonly timeout?: number });
    readonly inTransaction: boolean;
    readonly open: boolean;
    prepare(sql: string): Statement;
    close(): void;
  }
}
