// One change of the catalog as one transaction.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { CatalogChange } from "../app/ports.ts";
import { deleteGroups, putGroups } from "./disk-group-table.ts";
import { insertEvents } from "./event-table.ts";
import { putLines } from "./line-table.ts";
import { putLoaded } from "./loaded-version-table.ts";
import { insertMoves } from "./move-table.ts";
import type { CatalogDatabase } from "./schema.ts";
import { putSources } from "./source-table.ts";
import { putObjects } from "./stored-object-table.ts";
import { insertDescriptions } from "./version-description-table.ts";
import { insertFiles } from "./version-file-table.ts";
import { insertVersions, moveStatuses } from "./version-table.ts";

/** Versions in a change from which on it is written in turns. */
const LARGE = 8;

/**
 * Writes all of the change, or nothing. Between the tables of a large change the event loop gets its turn: this process is the only writer
 * and reads over another connection, so nobody waits for the lock meanwhile, and no task of the main thread is as long as the whole.
 *
 * The order: sources, lines, objects; groups that are gone, then groups that are there; statuses (those that leave production, then those
 * that enter it); new versions with their files and descriptions; events, then the moves that carry their numbers; reports of clients.
 */
export async function writeChange(database: CatalogDatabase, change: CatalogChange): Promise<void> {
  const versions = change.versions ?? [];
  const records = versions.map((item) => item.version);
  const breathe = records.length < LARGE ? () => Promise.resolve() : () => nextTurn();
  await database.transaction().execute(async (transaction) => {
    await putSources(transaction, change.sources ?? []);
    await breathe();
    await putLines(transaction, change.lines ?? []);
    await breathe();
    await putObjects(transaction, change.objects ?? []);
    await deleteGroups(transaction, change.goneGroups ?? []);
    await breathe();
    await putGroups(transaction, change.groups ?? []);
    await moveStatuses(transaction, change.statuses ?? []);
    await breathe();
    await insertVersions(transaction, records);
    await breathe();
    await insertFiles(transaction, records);
    await breathe();
    await insertDescriptions(
      transaction,
      versions.map((item) => ({ version_id: item.version.id, body: item.description })),
    );
    await breathe();
    await insertEvents(transaction, change.events ?? []);
    await breathe();
    await insertMoves(transaction, change.moves ?? []);
    await putLoaded(transaction, change.loaded ?? []);
    await breathe();
  });
}
