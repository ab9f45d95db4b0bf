// One change of the catalog as one transaction.

import type { CatalogChange } from "../app/ports.ts";
import { failpoint } from "../failpoint.ts";
import { deleteGroups, putGroups } from "./disk-group-table.ts";
import { insertEvents } from "./event-table.ts";
import { putLines } from "./line-table.ts";
import { putLoaded } from "./loaded-version-table.ts";
import { insertMoves } from "./move-table.ts";
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
 * that enter it); new versions with their files and descriptions; events, then the moves that carry their numbers; reports of clients.
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
    await insertEvents(transaction, change.events ?? []);
    await insertMoves(transaction, change.moves ?? []);
    await putLoaded(transaction, change.loaded ?? []);
    FAILPOINT: await failpoint("transaction.before_commit");
  });
  FAILPOINT: await failpoint("transaction.after_commit");
}
