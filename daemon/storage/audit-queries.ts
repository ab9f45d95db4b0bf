// The queries of the audit over one connection.

import type { AuditQueries } from "../app/ports.ts";
import { reportsAt } from "./client-reports.ts";
import { checkChain, checkStatus, statusesAfter } from "./history-check.ts";
import { liveChangeCounts, liveMomentsAt, liveVersionsAt } from "./live-history.ts";
import { metricNames, versionsByMetric } from "./metric-ranks.ts";
import { newestPapers } from "./paper-record-table.ts";
import type { CatalogDatabase } from "./schema.ts";
import { newestLabels, newestVersionIds, newestVersionIdsOf, newestVersionOfEach } from "./version-lists.ts";

/** All but `versionsById`, which other queries need, too. */
export function createAuditQueries(database: CatalogDatabase): Omit<AuditQueries, "versionsById"> {
  return {
    liveVersionsAt: (lineIds, at) => liveVersionsAt(database, lineIds, at),
    liveMomentsAt: (lineIds, at) => liveMomentsAt(database, lineIds, at),
    liveChangeCounts: (lineIds, from, to) => liveChangeCounts(database, lineIds, from, to),
    reportsAt: (keys) => reportsAt(database, keys),
    newestVersionIds: (limit, filter) => newestVersionIds(database, limit, filter),
    newestVersionOfEach: (lineIds, filter) => newestVersionOfEach(database, lineIds, filter),
    newestVersionIdsOf: (lineIds, limit, above, filter) => newestVersionIdsOf(database, lineIds, limit, above, filter),
    newestLabels: (lineIds) => newestLabels(database, lineIds),
    newestPapers: (versions) => newestPapers(database, versions),
    versionsByMetric: (lineId, metric, order, limit) => versionsByMetric(database, lineId, metric, order, limit),
    metricNames: (lineId, limit) => metricNames(database, lineId, limit),
    checkChain: (from, limit) => checkChain(database, from, limit),
    statusesAfter: (after, limit) => statusesAfter(database, after, limit),
    checkStatus: (versionId) => checkStatus(database, versionId),
  };
}
