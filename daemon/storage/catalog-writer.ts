// The one that writes the catalog: its connection, the schema brought up to date, and changes one after the other.

import { Kysely } from "kysely";
import type { CatalogChange } from "../app/ports.ts";
import { openWriter, type CatalogFileOptions } from "./catalog-file.ts";
import { createCheckpointer } from "./checkpointer.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/all-migrations.ts";
import type { CatalogTables } from "./schema.ts";
import { toStorageFault, type StorageFault } from "./storage-fault.ts";
import { writeChange } from "./unit-of-work.ts";

/** Writes changes. Disposing it waits for those that were handed in and closes the file. */
export interface CatalogWriter extends AsyncDisposable {
  /** One transaction, durable when the promise resolves. Rejects with StorageFault; nothing of the change is visible then. */
  write(change: CatalogChange): Promise<void>;
}

/** Opens (or creates) the file and its schema. Rejects with StorageFault or SchemaError, whose message names the file. */
export async function openCatalogWriter(options: CatalogFileOptions): Promise<CatalogWriter> {
  const connection = openWriter(options);
  try {
    const database = new Kysely<CatalogTables>({ dialect: connection.dialect() });
    const applied = await migrate(database, MIGRATIONS, options.file);
    if (applied.length > 0) options.log.info({ migrations: applied }, "catalog schema brought up to date");
    let lost: StorageFault | undefined;
    /** The error as a fault; the first that says that the disk does not keep what is written is the end of all writing. */
    const faultOf = (error: unknown): StorageFault => {
      const fault = toStorageFault(error);
      if (fault.kind !== "not_durable" || lost !== undefined) return fault;
      lost = fault;
      options.onNotDurable?.(fault);
      return fault;
    };
    const checkpointer = createCheckpointer(connection, options.log, faultOf);
    let last: Promise<void> = Promise.resolve();
    return {
      write(change) {
        // In the order of the calls; a change that failed does not hold up the next.
        const written = last
          .then(() => (lost === undefined ? writeChange(database, change) : Promise.reject(lost)))
          .catch((error: unknown) => Promise.reject(faultOf(error)));
        last = written.then(
          () => checkpointer.committed(),
          () => undefined,
        );
        return written;
      },
      async [Symbol.asyncDispose]() {
        await last;
        checkpointer[Symbol.dispose]();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}
