// WatchModels: what is live, then every change of it. A watcher is a cursor and a wake-up; the newest state of each line is all it is sent.

import { AppError } from "../../shared/contract/errors.ts";
import type { CallInput } from "../../shared/contract/operations.ts";
import { symbolKey } from "../../shared/domain/names.ts";
import { formatMicros, type Clock } from "../../shared/lib/clock.ts";
import type { Catalog, LineState } from "./catalog.ts";
import type { LiveChange, RequestContext } from "./doors.ts";
import { toServed } from "./find-model.ts";
import { requireNamespace } from "./namespaces.ts";
import { renderedFor } from "./model-reader.ts";
import type { Renderings, ServedModels, ServedVersion } from "./ports.ts";
import { ownSymbol } from "./to-views.ts";
import { fetchedSha256 } from "./version-document.ts";
import type { Wake } from "./wake.ts";

/** A watcher that heard nothing for this long gets a heartbeat (proto: every 10 s of silence). */
const HEARTBEAT_MS = 10_000;

/** What watchers work with. */
export interface LiveWatchDependencies {
  readonly catalog: Catalog;
  readonly models: ServedModels;
  readonly renderings: Renderings;
  readonly wake: Wake;
  readonly clock: Clock;
}

/** Whether models come with the changes, and for which XGBoost release; "" = as written. */
type Payload = { readonly release: string } | undefined;

interface Item {
  readonly sequence: number;
  /** The change if it is still the line's newest word, else nothing: a newer one follows. */
  take(): LiveChange | undefined;
}

/** Streams until the signal aborts. AppError `not_found` for an unknown source. */
export async function* watchLive(
  deps: LiveWatchDependencies,
  input: CallInput<"live.watch">,
  { signal }: RequestContext,
): AsyncIterable<LiveChange> {
  const { catalog, wake } = deps;
  const sourceName = input.source ?? "";
  if (sourceName !== "") requireNamespace(catalog, sourceName);
  const filter = lineFilter(sourceName, input.symbols ?? []);
  const withPayload: Payload = input.include_payload === true ? { release: input.xgboost_version ?? "" } : undefined;
  const after = BigInt(input.after_sequence ?? 0);
  const why = snapshotReason(after, catalog.lastSequence);
  let cursor = Number(after);
  if (why !== undefined) {
    cursor = catalog.lastSequence;
    yield plain(deps, "snapshot_begin", cursor, why);
    for (const line of [...catalog.lines.values()]) {
      if (signal.aborted) return;
      if (!filter(line)) continue;
      for (const item of itemsOf(deps, line, 0, withPayload)) {
        const change = item.take();
        // What was withdrawn or has recovered is no part of what is.
        if (change !== undefined && (change.kind === "live" || change.kind === "degraded")) yield change;
      }
    }
    yield plain(deps, "snapshot_end", cursor, "");
  }
  while (!signal.aborted) {
    const head = catalog.lastSequence;
    const items = head > cursor ? changesAfter(deps, cursor, filter, withPayload) : [];
    for (const item of items) {
      const change = item.take();
      if (change !== undefined) yield change;
      if (signal.aborted) return;
    }
    cursor = head;
    if (catalog.lastSequence > cursor) continue;
    const woken = await wake.next(signal, HEARTBEAT_MS);
    if (woken === "time") yield plain(deps, "heartbeat", catalog.lastSequence, "");
  }
}

function snapshotReason(after: bigint, newest: number): string | undefined {
  if (after === 0n) return "first connection";
  if (after > BigInt(newest)) return `sequence ${after} is in the future: the newest is ${newest}`;
  return undefined;
}

function changesAfter(deps: LiveWatchDependencies, cursor: number, filter: (line: LineState) => boolean, withPayload: Payload): Item[] {
  const recent = deps.catalog.changedSince(cursor);
  const lines = new Set(recent === undefined ? deps.catalog.lines.values() : recent.map((change) => change.line));
  const items: Item[] = [];
  for (const line of lines) {
    if (filter(line)) items.push(...itemsOf(deps, line, cursor, withPayload));
  }
  return items.sort((a, b) => a.sequence - b.sequence);
}

/** The line's newest word on what is live and on its health, each if it came after the cursor. */
function itemsOf(deps: LiveWatchDependencies, line: LineState, cursor: number, withPayload: Payload): Item[] {
  const { liveSequence, healthSequence } = line.record;
  const items: Item[] = [];
  if (liveSequence > cursor)
    items.push({
      sequence: liveSequence,
      take: () => (line.record.liveSequence === liveSequence ? liveChange(deps, line, withPayload) : undefined),
    });
  if (healthSequence > cursor)
    items.push({ sequence: healthSequence, take: () => (line.record.healthSequence === healthSequence ? healthChange(line) : undefined) });
  return items.sort((a, b) => a.sequence - b.sequence);
}

function liveChange(deps: LiveWatchDependencies, line: LineState, withPayload: Payload): LiveChange {
  const { record, live } = line;
  const change: LiveChange = {
    sequence: record.liveSequence,
    kind: live === null ? "withdrawn" : "live",
    source: record.namespace,
    symbol: shownSymbol(line),
    group_key: record.name,
    version: live?.label ?? "",
    previous_version: record.previousLabel,
    sha256: live === null ? "" : fetchedSha256(live),
    reason: record.liveReason,
    occurred_at: formatMicros(record.liveSince),
  };
  if (withPayload === undefined || live === null) return change;
  const served = toServed(line, live);
  // What is no text fits no payload: its change comes without, and GetModelBytes has it.
  return served === undefined || served.form === "bytes"
    ? change
    : { ...change, payload: () => payloadFor(deps, served, withPayload.release) };
}

async function payloadFor(deps: LiveWatchDependencies, served: ServedVersion, release: string): Promise<Buffer> {
  const rendered = await renderedFor(deps.renderings, served, release);
  if ("reason" in rendered) throw new AppError("wrong_state", rendered.reason);
  return deps.models.payload(rendered.served);
}

function healthChange(line: LineState): LiveChange {
  const { record, live } = line;
  return {
    sequence: record.healthSequence,
    kind: record.degraded === "" ? "recovered" : "degraded",
    source: record.namespace,
    symbol: shownSymbol(line),
    group_key: record.name,
    version: live?.label ?? "",
    previous_version: "",
    sha256: live === null ? "" : fetchedSha256(live),
    reason: record.degraded,
    occurred_at: formatMicros(record.healthSince),
  };
}

function shownSymbol(line: LineState): string {
  return (line.live ?? line.group ?? line.lastLive)?.symbol ?? ownSymbol(line.record);
}

function plain(
  deps: LiveWatchDependencies,
  kind: "snapshot_begin" | "snapshot_end" | "heartbeat",
  sequence: number,
  reason: string,
): LiveChange {
  return {
    sequence,
    kind,
    source: "",
    symbol: "",
    group_key: "",
    version: "",
    previous_version: "",
    sha256: "",
    reason,
    occurred_at: formatMicros(deps.clock.nowMicros()),
  };
}

/** A line counts if it is of the source and its symbol is, or was while it was live, one of those asked for. */
function lineFilter(source: string, symbols: readonly string[]): (line: LineState) => boolean {
  const keys = new Set(symbols.map(symbolKey));
  return (line) => {
    if (source !== "" && line.record.namespace !== source) return false;
    if (keys.size === 0) return true;
    return [line.live?.symbol, line.group?.symbol, line.lastLive?.symbol].some(
      (symbol) => symbol !== undefined && keys.has(symbolKey(symbol)),
    );
  };
}
