// Looking at the whole: sources, their groups, what is live, and the stream of events.

import type { Input, Output } from "../../shared/contract/operations.ts";
import { compareCodePoints, lineName, splitLineName } from "../../shared/domain/names.ts";
import type { Catalog, LineState } from "./catalog.ts";
import type { RequestContext } from "./doors.ts";
import { requireLine } from "./moves.ts";
import type { CatalogStore } from "./ports.ts";
import { listedLines } from "./namespaces.ts";
import { toCatalogEvent, toGroupView, toLiveView, toSourceView } from "./to-views.ts";
import type { Wake } from "./wake.ts";

/** Events in one read of the log. */
const EVENT_PAGE = 200;
/** Events that a stream without a starting point begins with. */
const RECENT_EVENTS = 50;

/** Registered sources by name. */
export function listSources(catalog: Catalog): Output<"source.list"> {
  const items = catalog
    .registered()
    .map((source) => toSourceView(source))
    .sort((a, b) => compareCodePoints(a.name, b.name));
  return { items, total: items.length };
}

/** Groups of a source by key, a page at a time. AppError `not_found` for an unknown source. */
export function listGroups(catalog: Catalog, input: Input<"group.list">): Output<"group.list"> {
  const listed = listedLines(catalog, input.source);
  if (input.group_keys !== undefined) {
    const items = input.group_keys.flatMap((key) => listed.get(key) ?? []).map(toGroupView);
    return { items, total: items.length, next: null };
  }
  const lines = pageOf([...listed.values()], (line) => line.record.name, input.after, input.limit);
  return { items: lines.items.map(toGroupView), total: listed.size, next: lines.next };
}

/** What is live: of one line, a source or everything, by line name. */
export function listLive(catalog: Catalog, input: Input<"live.list">): Output<"live.list"> {
  const lines = liveLines(catalog, input.target);
  const found = pageOf(lines, (line) => lineName(line.record.namespace, line.record.name), input.after, input.limit);
  return { items: found.items.flatMap((line) => toLiveView(line) ?? []), total: lines.length, next: found.next };
}

/** Events after a sequence number; with `follow` it goes on until the signal aborts. */
export async function* streamEvents(
  deps: { readonly catalog: Catalog; readonly store: CatalogStore; readonly wake: Wake },
  input: Input<"event.stream">,
  { signal }: RequestContext,
): AsyncIterable<Output<"event.stream">> {
  let cursor = input.after ?? Math.max(0, deps.catalog.lastSequence - RECENT_EVENTS);
  while (!signal.aborted) {
    const events = await deps.store.eventsAfter(cursor, EVENT_PAGE);
    for (const event of events) {
      if (signal.aborted) return;
      yield toCatalogEvent(event);
      cursor = event.sequence;
    }
    if (events.length === EVENT_PAGE) continue;
    if (!input.follow) return;
    if (deps.catalog.lastSequence <= cursor) await deps.wake.next(signal);
  }
}

function liveLines(catalog: Catalog, target: string | undefined): LineState[] {
  if (target === undefined) return [...catalog.lines.values()].filter((line) => line.live !== null);
  if (splitLineName(target) !== undefined) return [requireLine(catalog, target)].filter((line) => line.live !== null);
  return [...listedLines(catalog, target).values()].filter((line) => line.live !== null);
}

/** Sorted by key, the part after `after`. Sorting 10,000 keys takes about 5 ms; larger lists are sorted once per page. */
function pageOf(
  lines: readonly LineState[],
  keyOf: (line: LineState) => string,
  after: string | undefined,
  limit: number,
): { items: LineState[]; next: string | null } {
  const rest = after === undefined ? [...lines] : lines.filter((line) => compareCodePoints(keyOf(line), after) > 0);
  rest.sort((a, b) => compareCodePoints(keyOf(a), keyOf(b)));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rest.length > limit && last !== undefined ? keyOf(last) : null };
}
