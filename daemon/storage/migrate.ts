// Brings a database to the schema of this program: numbered migrations, forward only, each in one transaction.

import { createHash } from "node:crypto";
import { sql, type Kysely } from "kysely";
import { failpoint } from "../failpoint.ts";
import type { CatalogTables } from "./schema.ts";

/** One step of the schema. Once released it never changes. */
export interface Migration {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly name: string;
  /** One SQL statement each, as SQLite takes it. */
  readonly statements: readonly string[];
  /** What PostgreSQL gets instead of a statement, where translating it (postgres-ddl.ts) is not enough. */
  readonly postgres?: readonly (readonly [statement: string, instead: string])[];
}

/** A row is a migration that this database has been through, with the digest of its text at that time. Never changed. */
export interface SchemaMigrationTable {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

const MIGRATION_TABLE = `create table if not exists schema_migration (number integer primary key, name text not null, sha256 text not null) strict`;

/** The database cannot be used by this program; the message says why and what to do. */
export class SchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SchemaError";
  }
}

/** sha256 of a migration's statements, in hexadecimal; a test pins those that were released. */
export function migrationDigest(migration: Migration): string {
  return createHash("sha256").update(migration.statements.join("\n;\n")).digest("hex");
}

/** A migration's statements as an engine takes them. */
export type StatementsOf = (migration: Pick<Migration, "statements" | "postgres">) => readonly string[];

/**
 * Applies the migrations that the database has not been through, and returns their names. `place` is how messages name the database;
 * `statementsOf` puts the statements into the engine's words, SQLite's unless said otherwise.
 * Rejects with SchemaError for a database that is newer than `migrations` or went through other ones; nothing is written then.
 */
export async function migrate(
  database: Kysely<CatalogTables>,
  migrations: readonly Migration[],
  place: string,
  statementsOf: StatementsOf = ({ statements }) => statements,
): Promise<readonly string[]> {
  for (const statement of statementsOf({ statements: [MIGRATION_TABLE] })) await sql.raw(statement).execute(database);
  const applied = await database.selectFrom("schema_migration").selectAll().orderBy("number").execute();
  checkApplied(applied, migrations, place);
  const missing = migrations.slice(applied.length);
  for (const migration of missing) await applyMigration(database, migration, statementsOf(migration));
  return missing.map((migration) => migration.name);
}

function checkApplied(applied: readonly SchemaMigrationTable[], migrations: readonly Migration[], place: string): void {
  const newest = applied.at(-1)?.number ?? 0;
  const known = migrations.at(-1)?.number ?? 0;
  if (newest > known) {
    throw new SchemaError(
      `${place} was written by a newer model-managerd (schema ${newest}, this program knows up to ${known}); ` +
        "start the newer program, or restore a backup that this one made",
    );
  }
  for (const [index, row] of applied.entries()) {
    const migration = migrations[index];
    if (migration?.number === row.number && migrationDigest(migration) === row.sha256) continue;
    throw new SchemaError(
      `${place} has a schema that does not belong to this program (step ${row.number}, ${JSON.stringify(row.name)}, is not the one known here); ` +
        "start the program that wrote it, or name another state directory",
    );
  }
}

async function applyMigration(database: Kysely<CatalogTables>, migration: Migration, statements: readonly string[]): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
    const row = { number: migration.number, name: migration.name, sha256: migrationDigest(migration) };
    await transaction.insertInto("schema_migration").values(row).execute();
    FAILPOINT: await failpoint("migration.before_commit");
  });
  FAILPOINT: await failpoint("migration.after_commit");
}
