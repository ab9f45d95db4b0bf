// Reads at the start what the application keeps in memory, in pages that let the process breathe.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { GroupRecord, LineRecord, LoadedCatalog, LoadedRecord, StatusCount, VersionRecord } from "../app/ports.ts";
import { versionsById } from "./catalog-queries.ts";
import { currentDatasets } from "./dataset-version-table.ts";
import { groupsAfter } from "./disk-group-table.ts";
import { newestEvent } from "./event-table.ts";
import { currentPolicies } from "./gate-policy-table.ts";
import { linesAfter } from "./line-table.ts";
import { loadedAfter } from "./loaded-version-table.ts";
import { openPapers } from "./paper-record-table.ts";
import type { CatalogDatabase } from "./schema.ts";
import { allSources } from "./source-table.ts";
import { statusCountsAfter } from "./version-lists.ts";

/** Rows of one page: a few milliseconds of work. */
const PAGE = 250;

/** The whole of it. Nothing else may write meanwhile: the pages are separate queries. */
export async function loadCatalog(database: CatalogDatabase): Promise<LoadedCatalog> {
  const sources = await allSources(database);
  const lines = await allPages<LineRecord>((last) => linesAfter(database, last?.id ?? Number.MIN_SAFE_INTEGER, PAGE));
  const groups = await allPages<GroupRecord>((last) =>
    groupsAfter(database, last ?? { sourceId: Number.MIN_SAFE_INTEGER, groupKey: "" }, PAGE),
  );
  const loaded = await allPages<LoadedRecord>((last) =>
    loadedAfter(database, last ?? { clientId: "", lineId: Number.MIN_SAFE_INTEGER }, PAGE),
  );
  const newest = await newestEvent(database);
  return {
    sources,
    lines,
    groups,
    versions: await namedVersions(database, lines),
    loaded,
    policies: await currentPolicies(database),
    datasets: await currentDatasets(database),
    papers: await openPapers(database),
    statusCounts: await allStatusCounts(database),
    lastPaperId: await lastId(database, "paper_record"),
    lastSequence: newest.sequence,
    lastEventAt: newest.at,
    lastSourceId: await lastId(database, "source"),
    lastLineId: await lastId(database, "line"),
    lastVersionId: await lastId(database, "version"),
  };
}

async function allPages<Row>(pageAfter: (last: Row | undefined) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await pageAfter(rows.at(-1));
    for (const row of page) rows.push(row);
    if (page.length < PAGE) return rows;
    await nextTurn();
  }
}

async function allStatusCounts(database: CatalogDatabase): Promise<readonly StatusCount[]> {
  const all: StatusCount[] = [];
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const { counts, last } = await statusCountsAfter(database, after);
    if (last === undefined) return all;
    all.push(...counts);
    after = last;
    await nextTurn();
  }
}

async function namedVersions(database: CatalogDatabase, lines: readonly LineRecord[]): Promise<readonly VersionRecord[]> {
  const named = new Set(lines.flatMap((line) => [line.liveVersionId, line.lastLiveVersionId]).filter((id) => id !== null));
  const ids = [...named].sort((a, b) => a - b);
  const versions: VersionRecord[] = [];
  for (let start = 0; start < ids.length; start += PAGE) {
    versions.push(...(await versionsById(database, ids.slice(start, start + PAGE))));
    await nextTurn();
  }
  return versions;
}

async function lastId(database: CatalogDatabase, table: "source" | "line" | "version" | "paper_record"): Promise<number> {
  const row = await database
    .selectFrom(table)
    .select((column) => column.fn.max("id").as("id"))
    .executeTakeFirst();
  return row?.id ?? 0;
}
