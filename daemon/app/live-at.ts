// What was live at any time, on a line, in a namespace or everywhere, with what clients had reported by then; and what differs between two times.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { compareCodePoints, splitLineName } from "../../shared/domain/names.ts";
import { formatMicros, type Clock } from "../../shared/lib/clock.ts";
import { parseTime } from "../../shared/lib/parse-time.ts";
import type { Catalog } from "./catalog.ts";
import { pageByName, type LineOrder, type NamedLine } from "./line-order.ts";
import { createTurns } from "./pace.ts";
import type { CatalogStore, ClientReport, LiveMoment, ReportKey } from "./ports.ts";

/** What the past is asked with. */
export interface PastParts {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "liveVersionsAt" | "liveMomentsAt" | "liveChangeCounts" | "reportsAt">;
  readonly clock: Clock;
  readonly order: LineOrder;
}

type LiveAt = Output<"live.at">["items"][number];
type Difference = Output<"live.diff">["items"][number];

/** Lines of one query: a few milliseconds. */
const LINES_AT_ONCE = 128;

/**
 * What was live at a time, moves at that very time included. One line is always answered; of several, those on which something was live. A time
 * in the future answers as now.
 */
export async function liveAt(parts: PastParts, input: Input<"live.at">): Promise<Output<"live.at">> {
  const at = requireTime(input.at, "at");
  const lines = parts.order.linesOf(input.target);
  const isOneLine = input.target !== undefined && splitLineName(input.target) !== undefined;
  const versions = isOneLine ? undefined : await liveVersions(parts, lines, at);
  const live = versions === undefined ? lines : lines.filter(({ line }) => versions.has(line.record.id));
  const { items, next } = pageByName(live, input.after, input.limit);
  const moments = await inLots(items, (ids) => parts.store.liveMomentsAt(ids, at));
  const reports = await reportsOf(parts, items, at);
  return {
    at: formatMicros(at),
    items: items.map((named) => toLiveAt(named, moments.get(named.line.record.id), reports.get(named.name) ?? [])),
    total: live.length,
    next,
  };
}

/** Lines on which different versions were live at the two times, with how often that changed in between. AppError `invalid_input` when they are the wrong way round. */
export async function liveDiff(parts: PastParts, input: Input<"live.diff">): Promise<Output<"live.diff">> {
  const [from, to] = [requireTime(input.from, "from"), requireTime(input.to, "to")];
  if (from > to)
    throw new AppError("invalid_input", `from (${formatMicros(from)}) is later than to (${formatMicros(to)}); give the earlier time first`);
  const lines = parts.order.linesOf(input.target);
  const before = await liveVersions(parts, lines, from);
  const after = await liveVersions(parts, lines, to);
  const changed = lines.filter(({ line }) => before.get(line.record.id) !== after.get(line.record.id));
  const { items, next } = pageByName(changed, input.after, input.limit);
  const first = await inLots(items, (ids) => parts.store.liveMomentsAt(ids, from));
  const second = await inLots(items, (ids) => parts.store.liveMomentsAt(ids, to));
  const changes = await inLots(items, (ids) => parts.store.liveChangeCounts(ids, from, to));
  const toDifference = ({ name, line: { record } }: NamedLine): Difference => ({
    line: name,
    before: labelOf(first.get(record.id)),
    after: labelOf(second.get(record.id)),
    changes: changes.get(record.id) ?? 0,
  });
  return { from: formatMicros(from), to: formatMicros(to), items: items.map(toDifference), total: changed.length, next };
}

function requireTime(text: string, field: string): bigint {
  const parsed = parseTime(text);
  if (!parsed.ok) throw new AppError("invalid_input", `${field}: ${parsed.reason}`);
  return parsed.micros;
}

/** Ids of the versions that were live, by line. What has not changed since then is known without asking. */
async function liveVersions({ store }: PastParts, lines: readonly NamedLine[], at: bigint): Promise<ReadonlyMap<number, number>> {
  const isSame = ({ line: { record } }: NamedLine): boolean => record.liveSequence === 0 || record.liveSince <= at;
  const now = lines.flatMap((named) =>
    isSame(named) && named.line.live !== null ? [[named.line.record.id, named.line.live.id] as const] : [],
  );
  const changed = lines.filter((named) => !isSame(named));
  return new Map([...now, ...(await inLots(changed, (ids) => store.liveVersionsAt(ids, at)))]);
}

/** Asks about all lines, so many at once, with turns for others in between. */
async function inLots<T>(
  lines: readonly NamedLine[],
  ask: (lineIds: readonly number[]) => Promise<ReadonlyMap<number, T>>,
): Promise<ReadonlyMap<number, T>> {
  const turn = createTurns();
  const found = new Map<number, T>();
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    const ids = lines.slice(start, start + LINES_AT_ONCE).map(({ line }) => line.record.id);
    for (const [id, value] of await ask(ids)) found.set(id, value);
    await turn();
  }
  return found;
}

/** The newest report of each client until the time, by line name. Reports that are still the newest come from memory. */
async function reportsOf(
  { catalog, store }: PastParts,
  lines: readonly NamedLine[],
  at: bigint,
): Promise<ReadonlyMap<string, ClientReport[]>> {
  const wanted = new Map(lines.map((named) => [named.line.record.id, named]));
  const reports = new Map<string, ClientReport[]>(lines.map(({ name }) => [name, []]));
  const replaced: (ReportKey & { readonly line: string })[] = [];
  for (const report of catalog.loaded.values()) {
    const named = wanted.get(report.lineId);
    if (named === undefined) continue;
    const { namespace, name } = named.line.record;
    const { clientId, version } = report;
    if (report.at <= at) reports.get(named.name)?.push({ namespace, name, clientId, version, at: report.at });
    else replaced.push({ namespace, name, clientId, at, line: named.name });
  }
  const turn = createTurns();
  for (let start = 0; start < replaced.length; start += LINES_AT_ONCE) {
    const keys = replaced.slice(start, start + LINES_AT_ONCE);
    for (const report of await store.reportsAt(keys.map(({ namespace, name, clientId }) => ({ namespace, name, clientId, at }))))
      reports.get(`${report.namespace}/${report.name}`)?.push(report);
    await turn();
  }
  return reports;
}

function labelOf(moment: LiveMoment | undefined): string {
  return moment?.move.to === "production" ? moment.move.label : "";
}

function toLiveAt({ name }: NamedLine, moment: LiveMoment | undefined, reports: readonly ClientReport[]): LiveAt {
  const clients = [...reports]
    .sort((a, b) => compareCodePoints(a.clientId, b.clientId))
    .map(({ clientId, version, at }) => ({ client_id: clientId, version, at: formatMicros(at) }));
  if (moment === undefined)
    return { line: name, version: "", sha256: "", since: null, until: null, sequence: 0, action: null, reason: "", actor: "", clients };
  const { move, until } = moment;
  return {
    line: name,
    version: labelOf(moment),
    sha256: move.to === "production" ? moment.servedSha256 : "",
    since: formatMicros(move.at),
    until: until === null ? null : formatMicros(until),
    sequence: move.sequence,
    action: move.action,
    reason: move.reason,
    actor: move.actor,
    clients,
  };
}
