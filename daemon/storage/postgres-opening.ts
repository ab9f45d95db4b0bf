// The first connection to a database: waits a little for a server that is starting, and says what to do when it cannot be had.

import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../app/ports.ts";
import { ConnectionLost } from "./connection-lost.ts";
import { connectPostgres, type PostgresConnection } from "./postgres-connection.ts";
import { SchemaError } from "./migrate.ts";
import { assertOurs, setUpSession, takeLock } from "./postgres-session.ts";
import { StorageFault, toStorageFault } from "./storage-fault.ts";

/** How to reach a database. */
export interface PostgresPlace {
  readonly url: string;
  /** As messages name it: no user, no password. */
  readonly place: string;
  readonly log: Log;
  /** An answer that takes longer than this, in milliseconds, is given up together with its connection. */
  readonly silenceMs: number;
}

/** How long the start waits for a server that is starting, too. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

/** Codes of a server that is not there yet, or has no room yet. */
const SOON = new Set(["ECONNREFUSED", "ENOENT", "57P03", "53300"]);

/** What a person can do, by code of the system (E…) or of the server. */
const ADVICE: readonly (readonly [codes: RegExp, advice: string])[] = [
  [/^28/, "it refuses this user or password; check them in MODEL_MANAGER_DATABASE_URL"],
  [/^3D000/, "there is no such database; make it with createdb"],
  [/^42501/, "this user may not make tables there; make it the owner of the database"],
  [/^57P03/, "the server is still starting; try again"],
  [/^53300/, "the server has no connection left"],
  [/^E[A-Z]+/, "nothing answers there; check the address in MODEL_MANAGER_DATABASE_URL and that the server runs"],
];

/**
 * A session that may write: set up, with the lock. Rejects with StorageFault ("read_only" when another daemon has the lock) or SchemaError, whose
 * message names the place and says what to do.
 */
export async function openFirstSession(place: PostgresPlace, name: string): Promise<PostgresConnection> {
  const connection = await explaining(place, () => connectPatiently(place));
  try {
    await explaining(place, async () => {
      await setUpSession(connection, name, place.place, place.log);
      const holder = await takeLock(connection, name);
      if (holder !== undefined) throw new StorageFault("read_only", heldMessage(place, holder));
      await assertOurs(connection, place.place);
    });
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function heldMessage({ place }: PostgresPlace, holder: string): string {
  return `the database ${place} is in use by ${holder}; stop that daemon, or give this one its own database with --database-url or MODEL_MANAGER_DATABASE_URL`;
}

async function connectPatiently({ url, silenceMs }: PostgresPlace): Promise<PostgresConnection> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await connectPostgres(url, silenceMs);
    } catch (error) {
      if (!SOON.has(codeOf(error)) || performance.now() >= giveUpAt) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** Runs a step of opening; errors of the server and of the network come out with the place and what to do. */
export async function explaining<T>({ place }: PostgresPlace, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StorageFault || error instanceof SchemaError) throw error;
    const code = codeOf(error);
    const detail = error instanceof Error ? error.message : String(error);
    const known = ADVICE.find(([codes]) => codes.test(code))?.[1];
    const advice = known ?? (error instanceof ConnectionLost ? "the server does not answer" : undefined);
    const message = `the database ${place} cannot be opened: ${advice === undefined ? detail : `${advice} (${detail})`}`;
    throw new StorageFault(toStorageFault(error).kind, message, { cause: error, code });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
