// What all answers of the fake daemon are made with: finding a line, and pages of rows.

import { AppError } from "../../../shared/contract/errors.ts";
import type { CallInput, CallName, Output } from "../../../shared/contract/operations.ts";
import type { CatalogEvent } from "../../../shared/contract/events.ts";
import type { GroupView } from "../../../shared/contract/views.ts";
import type { FakeCatalog } from "./sample-catalog.ts";

export type Calls = { [N in CallName]: (input: CallInput<N>) => Output<N> };

/** Appends an event and wakes whoever follows. */
export type Emit = (kind: CatalogEvent["kind"], sourceName: string, groupKey: string, versionLabel?: string) => void;

/** The row of a line. AppError `not_found` without one. */
export function findGroup(known: FakeCatalog, line: string): GroupView {
  const found = [...known.groups.values()].flat().find((row) => row.line === line);
  if (found === undefined) throw new AppError("not_found", `no line ${line}`);
  return found;
}

export interface Page<T> {
  items: T[];
  total: number;
  next: string | null;
}

/** A page of rows by key. */
export function paged<T>(rows: readonly T[], keyOf: (row: T) => string, after: string | undefined, limit: number): Page<T> {
  const start = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
  const items = rows.slice(start, start + limit);
  const last = items.at(-1);
  return { items, total: rows.length, next: start + limit < rows.length && last !== undefined ? keyOf(last) : null };
}
