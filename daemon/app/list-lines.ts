// Lines of every namespace with what is live on them and how many versions they have.

import type { Input, Output } from "../../shared/contract/operations.ts";
import { formatMicros } from "../../shared/lib/clock.ts";
import type { Catalog } from "./catalog.ts";
import { pageByName, type LineOrder, type NamedLine } from "./line-order.ts";
import type { CatalogStore } from "./ports.ts";

/** What lists of lines are made of. */
export interface LineListParts {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "newestLabels">;
  readonly order: LineOrder;
}

type Summary = Output<"line.list">["items"][number];

/** One page of lines by name. Counts come from memory; the store is asked only for labels that memory does not have. */
export async function listLines({ catalog, store, order }: LineListParts, input: Input<"line.list">): Promise<Output<"line.list">> {
  const text = input.text.toLowerCase();
  const all = order.linesOf(input.namespace);
  const lines = text === "" ? all : all.filter(({ name }) => name.toLowerCase().includes(text));
  const { items, next } = pageByName(lines, input.after, input.limit);
  const asked = items.filter(({ line }) => newestInMemory(line) === undefined).map(({ line }) => line.record.id);
  const labels = await store.newestLabels(asked);
  const testing = testingByLine(catalog);
  const toSummary = (named: NamedLine): Summary => {
    const { record } = named.line;
    const label = newestInMemory(named.line) ?? labels.get(record.id) ?? "";
    return summaryOf(catalog, named, label, testing.get(record.id) ?? 0);
  };
  return { items: items.map(toSummary), total: lines.length, next };
}

/** Label of the newest version, where that is the live one. */
function newestInMemory({ record, live }: NamedLine["line"]): string | undefined {
  return live?.number === record.nextNumber - 1 ? live.label : undefined;
}

/** Open records of paper trading by line. */
function testingByLine(catalog: Catalog): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { lineId } of catalog.papers.values()) counts.set(lineId, (counts.get(lineId) ?? 0) + 1);
  return counts;
}

function summaryOf(catalog: Catalog, { name, line }: NamedLine, newest: string, testing: number): Summary {
  const { record, live } = line;
  const counts = catalog.statusCounts(record.id);
  return {
    line: name,
    namespace: record.namespace,
    name: record.name,
    policy: record.policy,
    pinned: record.pinned,
    version: live?.label ?? "",
    live_since: live === null ? null : formatMicros(record.liveSince),
    degraded: record.degraded,
    versions: counts.staged + counts.production + counts.archived + counts.failed,
    staged: counts.staged,
    testing,
    newest,
  };
}
