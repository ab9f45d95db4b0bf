// The schema's statements, which are written for SQLite, as PostgreSQL takes them.
//
// Only the forms that our migrations use are known; a migration that needs another one says itself what PostgreSQL gets (`Migration.postgres`).

import type { Migration } from "./migrate.ts";

/** Refuses what a trigger stands for, with the trigger's own words. */
const REFUSAL = "catalog_refuses";

/** What must be there before the first migration. Safe to repeat. */
export const PREPARATION: readonly string[] = [
  `create or replace function ${REFUSAL}() returns trigger language plpgsql as $$ begin raise exception '%', tg_argv[0]; end $$`,
];

const LITERAL = /('(?:[^']|'')*')/;

/** Types of columns. Texts are compared byte by byte, as SQLite does, whatever the database's own collation is. */
const TYPES: readonly (readonly [type: RegExp, postgres: string])[] = [
  [/\binteger\b/g, "bigint"],
  [/\breal\b/g, "double precision"],
  [/\btext\b/g, `text collate "C"`],
];

const FOREIGN_KEY = /,\s*(foreign key \([^)]*\) references \w+ \([^)]*\)(?: deferrable initially deferred)?)/g;

const TRIGGER =
  /^create trigger (\w+) before (update|delete)((?:\s+of\s[\w,\s]+?)?)\s+on (\w+)(?:\s+when (.+?))?\s+begin select raise\(abort, ('(?:[^']|'')*')\); end$/s;

/** The migration's statements for PostgreSQL, in order. Foreign keys come last: a table may name one that is made after it. */
export function postgresStatements(migration: Pick<Migration, "statements" | "postgres">): readonly string[] {
  const own = new Map(migration.postgres);
  const keys: string[] = [];
  const statements = migration.statements.flatMap((statement) => {
    const written = own.get(statement);
    return written === undefined ? toPostgres(statement, keys) : [written];
  });
  return [...statements, ...keys];
}

function toPostgres(statement: string, keys: string[]): readonly string[] {
  if (statement.trimStart().startsWith("create table")) return [toTable(statement.trim(), keys)];
  if (statement.startsWith("create trigger")) return toTriggers(statement);
  return statement.startsWith("alter table") ? [withTypes(statement)] : [statement];
}

/** Constraints between tables are moved to `keys`. */
function toTable(statement: string, keys: string[]): string {
  const name = /^create table (?:if not exists )?(\w+)/.exec(statement)?.[1] ?? "";
  const table = statement.replace(/\)\s*strict(?:,\s*without rowid)?$/, ")");
  for (const [, key = ""] of table.matchAll(FOREIGN_KEY)) keys.push(`alter table ${name} add ${key}`);
  return withTypes(table.replaceAll(FOREIGN_KEY, ""));
}

function withTypes(statement: string): string {
  const outside = (part: string): string => TYPES.reduce((text, [type, postgres]) => text.replaceAll(type, postgres), part);
  return statement
    .split(LITERAL)
    .map((part, index) => (index % 2 === 0 ? outside(part) : part))
    .join("");
}

/** A trigger that refuses. What may not be deleted may not be truncated either, which fires no trigger for its rows. */
function toTriggers(statement: string): readonly string[] {
  const parts = TRIGGER.exec(statement);
  if (parts === null) throw new Error(`a trigger that PostgreSQL is not told of: ${statement.slice(0, 120)}`);
  const [, name, event, columns, table, condition, message] = parts;
  const when = condition === undefined ? "" : ` when (${condition})`;
  const refuse = `execute function ${REFUSAL}(${message})`;
  const trigger = `create trigger ${name} before ${event}${columns} on ${table} for each row${when} ${refuse}`;
  if (event !== "delete" || condition !== undefined) return [trigger];
  return [trigger, `create trigger ${name}_by_truncate before truncate on ${table} for each statement ${refuse}`];
}
