// Versions of a line, of a namespace or of everything, newest first.

import type { VersionView } from "../../shared/contract/views.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import type { Status } from "../../shared/domain/lifecycle.ts";
import { splitLineName } from "../../shared/domain/names.ts";
import type { Catalog } from "./catalog.ts";
import { firstKeptNumber } from "./keep-rules.ts";
import { parseCursor, type Look } from "./line-queries.ts";
import type { LineOrder, NamedLine } from "./line-order.ts";
import { createTurns } from "./pace.ts";
import type { VersionFilter, VersionRecord } from "./ports.ts";
import { toVersionView } from "./to-views.ts";
import { versionViews } from "./version-views.ts";

/** What lists of versions are made of. */
export interface VersionListParts extends Look {
  readonly order: LineOrder;
}

/** Lines of one query. */
const LINES_AT_ONCE = 128;
/** Lines whose versions are read at once; after each such lot it is known better how far back the page reaches. */
const LOT = 32;

/** One page of versions, newest first, with the number of all that match. */
export async function listVersions(parts: VersionListParts, input: Input<"version.list">): Promise<Output<"version.list">> {
  const lines = parts.order.linesOf(input.target);
  const filter: VersionFilter = { status: input.status, before: parseCursor(input.after) };
  const found = input.testing ? testedVersions(parts.catalog, lines, input.status) : undefined;
  const ids =
    found?.filter((id) => id < (filter.before ?? Infinity)) ?? (await newestIds(parts, lines, input.target, input.limit + 1, filter));
  const page = ids.slice(0, input.limit);
  const versions = [...(await parts.store.versionsById(page))].sort((a, b) => b.id - a.id);
  const isOneLine = input.target !== undefined && splitLineName(input.target) !== undefined;
  const [first] = lines;
  return {
    items: isOneLine && first !== undefined ? await versionViews(parts, first.line, versions) : await viewsAcrossLines(parts, versions),
    total: found?.length ?? countOf(parts.catalog, lines, input.status),
    next: ids.length > input.limit ? String(page.at(-1)) : null,
  };
}

/** Ids of staged versions with an open record of paper trading, newest first. */
function testedVersions(catalog: Catalog, lines: readonly NamedLine[], status: Status | undefined): readonly number[] {
  if (status !== undefined && status !== "staged") return [];
  const wanted = new Set(lines.map(({ line }) => line.record.id));
  const tested = [...catalog.papers.values()].filter(({ lineId }) => wanted.has(lineId));
  return tested.map(({ versionId }) => versionId).sort((a, b) => b - a);
}

function countOf(catalog: Catalog, lines: readonly NamedLine[], status: Status | undefined): number {
  return lines.reduce((sum, { line }) => {
    const counts = catalog.statusCounts(line.record.id);
    return sum + (status === undefined ? counts.staged + counts.production + counts.archived + counts.failed : counts[status]);
  }, 0);
}

/** Ids of the lines' versions, at most `most`, newest first. */
async function newestIds(
  { catalog, store }: VersionListParts,
  lines: readonly NamedLine[],
  target: string | undefined,
  most: number,
  filter: VersionFilter,
): Promise<readonly number[]> {
  if (target === undefined) return store.newestVersionIds(most, filter);
  const matching = lines.filter(({ line }) => countOf(catalog, [{ name: "", line }], filter.status) > 0);
  const turn = createTurns();
  const heads: { readonly lineId: number; readonly id: number }[] = [];
  for (let start = 0; start < matching.length; start += LINES_AT_ONCE) {
    const lineIds = matching.slice(start, start + LINES_AT_ONCE).map(({ line }) => line.record.id);
    heads.push(...(await store.newestVersionOfEach(lineIds, filter)));
    await turn();
  }
  heads.sort((a, b) => b.id - a.id);
  // No version older than the last of `most` heads is among the newest; each lot of lines brings that end nearer.
  let newest: readonly number[] = heads.slice(0, most).map(({ id }) => id);
  const end = (): number => (newest.length < most ? 0 : (newest.at(-1) ?? 0));
  for (let start = 0; start < heads.length && (heads[start]?.id ?? 0) >= end(); start += LOT) {
    const lineIds = heads.slice(start, start + LOT).map(({ lineId }) => lineId);
    const ids = await store.newestVersionIdsOf(lineIds, most, end(), filter);
    newest = [...new Set([...newest, ...ids])].sort((a, b) => b - a).slice(0, most);
    await turn();
  }
  return newest;
}

/** Versions of any lines as shown. Gates are judged where one line is looked at. */
async function viewsAcrossLines({ catalog, store, clock }: VersionListParts, versions: readonly VersionRecord[]): Promise<VersionView[]> {
  const placed = versions.flatMap((version) => {
    const line = catalog.lines.get(version.lineId);
    return line === undefined ? [] : [{ line, version }];
  });
  const old = placed.filter(({ line, version }) => version.number < firstKeptNumber(line.record)).map(({ version }) => version.id);
  const without = await store.versionsWithoutBytes(old);
  const registrations = await store.registrationsOf(versions.map(({ id }) => id));
  const papers = await store.newestPapers(versions);
  const now = clock.nowMicros();
  return placed.map(({ line, version }) =>
    toVersionView(line, version, {
      bytesKept: !without.has(version.id),
      registration: registrations.get(version.id),
      paper: papers.get(version.id),
      gates: [],
      now,
    }),
  );
}
