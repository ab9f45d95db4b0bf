// All lines by name, kept in order: lists across namespaces go through it page by page.

import { AppError } from "../../shared/contract/errors.ts";
import { compareCodePoints, isRegistryNamespace, lineName, splitLineName } from "../../shared/domain/names.ts";
import type { Catalog, LineState } from "./catalog.ts";
import { requireLine } from "./moves.ts";

/** A line with its name, `namespace/name`. */
export interface NamedLine {
  readonly name: string;
  readonly line: LineState;
}

/** The lines in the order of their names. */
export interface LineOrder {
  /** One line, those of a namespace (a removed source's, too), or all. AppError `not_found` for a name that means none of these. */
  linesOf(target: string | undefined): readonly NamedLine[];
}

/** The order over a catalog. Lines never go away, so it is made anew only when there are more than before. */
export function createLineOrder(catalog: Catalog): LineOrder {
  let ordered: readonly NamedLine[] = [];

  function all(): readonly NamedLine[] {
    if (ordered.length !== catalog.lines.size) {
      const named = [...catalog.lines.values()].map((line) => ({ name: lineName(line.record.namespace, line.record.name), line }));
      ordered = named.sort((a, b) => compareCodePoints(a.name, b.name));
    }
    return ordered;
  }

  return {
    linesOf(target) {
      if (target === undefined) return all();
      if (splitLineName(target) !== undefined) return [{ name: target, line: requireLine(catalog, target) }];
      const lines = all().filter(({ line }) => line.record.namespace === target);
      if (lines.length === 0 && !isRegistryNamespace(target) && catalog.source(target) === undefined)
        throw new AppError(
          "not_found",
          `there is no namespace ${JSON.stringify(target)}: no source is named so, and no line belongs to it`,
        );
      return lines;
    },
  };
}

/** Of items by name, those after the key, at most `limit` of them, and the key to go on from. */
export function pageByName<T extends { readonly name: string }>(
  items: readonly T[],
  after: string | undefined,
  limit: number,
): { readonly items: readonly T[]; readonly next: string | null } {
  const rest = after === undefined ? items : items.slice(firstAfter(items, after));
  const page = rest.slice(0, limit);
  return { items: page, next: rest.length > limit ? (page.at(-1)?.name ?? null) : null };
}

function firstAfter(items: readonly { readonly name: string }[], key: string): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareCodePoints(items[middle]?.name ?? "", key) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
