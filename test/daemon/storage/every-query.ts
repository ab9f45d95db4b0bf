// Every question that the store is asked while the daemon runs, with arguments that name something.

import type { CatalogQueries } from "../../../daemon/storage/catalog-queries.ts";
import { digestOf, NOON } from "./catalog-records.ts";

/** What captures, moves and views ask. */
export async function askDaemonQueries(queries: CatalogQueries): Promise<void> {
  await queries.versionByLabel(1, "v1");
  await queries.versionById(1);
  await queries.versionByContent(1, digestOf("content"));
  await queries.descriptionOf(1);
  await queries.versionsOf(1, 10);
  await queries.versionsOf(1, 10, 5);
  await queries.versionCount(1);
  await queries.movesOf(1, 10);
  await queries.movesOf(1, 10, 5);
  await queries.moveCount(1);
  await queries.registrationsOf([1, 2]);
  await queries.registrationByModelId("a model");
  await queries.papersOf(1, [1, 2]);
  await queries.eventsAfter(0, 10);
  await queries.objectsOf([digestOf("m"), digestOf("f")]);
  await queries.objectsAfter(undefined, 10);
  await queries.objectsAfter({ sha256: digestOf("m"), size: 1, pack: "p", offset: 1 }, 10);
  await queries.objectsIn(["pack-1", "pack-2"]);
  await queries.objectCount("pa");
  await queries.holdersOf(digestOf("m"), 10);
  await queries.holdersOf(digestOf("m"), 10, 5);
  await queries.versionsWithoutBytes([1, 2]);
  await queries.versionsFrom(1, 1, 10);
}

/** What the audit asks. */
export async function askAuditQueries(queries: CatalogQueries): Promise<void> {
  await queries.moveByRequest("a request");
  await queries.liveVersionsAt([1, 2], NOON);
  await queries.liveMomentsAt([1], NOON + 99n);
  await queries.liveChangeCounts([1, 2], NOON, NOON + 99n);
  await queries.reportsAt([{ namespace: "alpha", name: "BTC_ret_60", clientId: "hft-1", at: NOON }]);
  for (const status of [undefined, "staged"] as const) {
    await queries.newestVersionIds(10, { status });
    await queries.newestVersionIds(10, { status, before: 5 });
    await queries.newestVersionOfEach([1, 2], { status });
    await queries.newestVersionIdsOf([1, 2], 10, 0, { status });
  }
  await queries.newestLabels([1, 2]);
  await queries.newestPapers([{ lineId: 1, id: 1 }]);
  await queries.versionsByMetric(1, "ic", "desc", 10);
  await queries.versionsByMetric(1, "ic", "asc", 10);
  await queries.metricNames(1, 10);
  await queries.checkChain({ sequence: 0, hash: "", uncovered: 0 }, 10);
  await queries.statusesAfter(0, 10);
  await queries.checkStatus(1);
}
