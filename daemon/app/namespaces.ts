// Namespaces as doors name them: a source, or one of those whose lines come from no directory.

import { AppError } from "../../shared/contract/errors.ts";
import { isRegistryNamespace, symbolKey } from "../../shared/domain/names.ts";
import type { Catalog, LineState } from "./catalog.ts";
import { requireSource } from "./sources.ts";

/** AppError `not_found` for a name that is neither a registered source nor reserved. */
export function requireNamespace(catalog: Catalog, name: string): void {
  if (!isRegistryNamespace(name)) requireSource(catalog, name);
}

/** Its lines by name: the listed groups of a source, or every line of a reserved namespace. AppError `not_found` for an unknown name. */
export function listedLines(catalog: Catalog, name: string): ReadonlyMap<string, LineState> {
  return isRegistryNamespace(name) ? registryLines(catalog, name) : requireSource(catalog, name).listed;
}

function registryLines(catalog: Catalog, namespace: string): ReadonlyMap<string, LineState> {
  const lines = [...catalog.lines.values()].filter(({ record }) => record.namespace === namespace);
  return new Map(lines.map((line) => [line.record.name, line]));
}

/** The line of a reserved namespace by its name: exactly that one, else the only one that differs in case or in blanks around it. */
export function registryLine(catalog: Catalog, namespace: string, name: string): LineState | undefined {
  const exact = catalog.line(namespace, name);
  if (exact !== undefined) return exact;
  const key = symbolKey(name);
  const alike = [...registryLines(catalog, namespace).values()].filter(({ record }) => symbolKey(record.name) === key);
  if (alike.length > 1) {
    const names = alike.map(({ record }) => record.name).join(", ");
    throw new AppError("conflict", `${namespace} has several lines of that name: ${names}; write it as one of them`);
  }
  return alike[0];
}
