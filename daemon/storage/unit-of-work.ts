// One change of the catalog as one transaction.

import type { CatalogChange } from "../app/ports.ts";
import { failpoint } from "../failpoint.ts";
import { insertDatasets } from "./dataset-version-table.ts";
import { deleteGroups, putGroups } from "./disk-group-table.ts";
import { insertEvents } from "./event-table.ts";
import { insertPolicies } from "./gate-policy-table.ts";
import { putLines } from "./line-table.ts";
import { putLoaded } from "./loaded-version-table.ts";
import { insertMetrics } from "./metric-table.ts";
import { insertMoves } from "./move-table.ts";
import { putPapers } from "./paper-record-table.ts";
import { insertRegistrations } from "./registration-table.ts";
import type { CatalogDatabase } from "./schema.ts";
import { putSources } from "./source-table.ts";
import { deleteObjects, putObjects } from "./stored-object-table.ts";
import { insertDescriptions } from "./version-description-table.ts";
import { insertFiles } from "./version-file-table.ts";
import { insertVersions, moveStatuses } from "./version-table.ts";

/**
 * Writes all of the change, or nothing.
 *
 * The order: sources, lines; objects that are gone, then objects that are there; groups that are gone, then groups that are there; statuses (those that leave production, then those
 * that enter it); new versions with their files, descriptions and registrations; records of paper trading; events, then the moves, policies and
 * datasets that carry their numbers; reports of clients.
 */
export async function writeChange(database: CatalogDatabase, change: CatalogChange): Promise<void> {
  const versions = change.versions ?? [];
  const records = versions.map((item) => item.version);
  await database.transaction().execute(async (transaction) => {
    await putSources(transaction, change.sources ?? []);
    await putLines(transaction, change.lines ?? []);
    await deleteObjects(transaction, change.goneObjects ?? []);
    await putObjects(transaction, change.objects ?? []);
    await deleteGroups(transaction, change.goneGroups ?? []);
    await putGroups(transaction, change.groups ?? []);
    await moveStatuses(transaction, change.statuses ?? []);
    await insertVersions(transaction, records);
    await insertFiles(transaction, records);
    await insertDescriptions(
      transaction,
      versions.map((item) => ({ version_id: item.version.id, body: item.description })),
    );
    await writeRegistry(transaction, change);
    await insertEvents(transaction, change.events ?? []);
    await insertMoves(transaction, change.moves ?? []);
    await insertPolicies(transaction, change.policies ?? []);
    await insertDatasets(transaction, change.datasets ?? []);
    await putLoaded(transaction, change.loaded ?? []);
    FAILPOINT: await failpoint("transaction.before_commit");
  });
  FAILPOINT: await failpoint("transaction.after_commit");
}

/** What registrations say, and paper trading; most changes have neither. */
async function writeRegistry(transaction: CatalogDatabase, change: CatalogChange): Promise<void> {
  const registrations = change.registrations ?? [];
  if (registrations.length > 0) {
    const lines = new Map((change.versions ?? []).map(({ version }) => [version.id, version.lineId]));
    await insertRegistrations(transaction, registrations);
    await insertMetrics(transaction, registrations, (versionId) => {
      const line = lines.get(versionId);
      if (line === undefined) throw new Error(`a registration names version ${versionId}, which is not written with it`);
      return line;
    });
  }
  await putPapers(transaction, change.papers ?? []);
}
