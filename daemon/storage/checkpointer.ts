// Copies SQLite's write-ahead log into the database between commits instead of inside one.

import type { Log } from "../app/ports.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Pages of log that are worth a copy: some 4 MB, which take a few milliseconds. */
const PAGES = 1_000;

/** Moves the log along. Left to itself SQLite would do it within the commit that fills the log, and hold that one up for twice the time. */
export interface Checkpointer extends Disposable {
  /** To be called after each commit; never throws. Looking and copying are a later turn of the event loop: whoever waits for the commit goes on first. */
  committed(): void;
}

/**
 * A checkpointer for the connection that writes. A copy that fails is logged, `onError` is told, and it is tried again after the next commit;
 * the log keeps everything until then.
 */
export function createCheckpointer(writer: SqliteConnection, log: Log, onError: (error: unknown) => void): Checkpointer {
  let planned: NodeJS.Immediate | undefined;

  function logged(step: () => void): void {
    try {
      step();
    } catch (error) {
      log.error({ err: error }, "the catalog's log could not be copied into its file");
      onError(error);
    }
  }

  function copyIfDue(): void {
    planned = undefined;
    logged(() => {
      if (pagesToCopy(writer) >= PAGES) writer.all("pragma wal_checkpoint(passive)");
    });
  }

  return {
    committed() {
      planned ??= setImmediate(copyIfDue);
    },
    [Symbol.dispose]() {
      clearImmediate(planned);
    },
  };
}

/** Pages of the log that are not in the file yet ("noop" only looks). */
function pagesToCopy(writer: SqliteConnection): number {
  const row = writer.all("pragma wal_checkpoint(noop)")[0];
  if (typeof row !== "object" || row === null || !("log" in row) || !("checkpointed" in row)) return 0;
  return Number(row.log) - Number(row.checkpointed);
}
