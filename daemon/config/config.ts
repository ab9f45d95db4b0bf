// The configuration of one daemon, as its parts receive it.

import type { SettingValues } from "./settings.ts";

/** All that can be set, checked and frozen. Paths are absolute, times in milliseconds. */
export interface Config extends Omit<SettingValues, "stateDir" | "socketPath" | "databaseUrl"> {
  readonly stateDir: string;
  readonly socketPath: string;
  /** Where the catalog is kept: a file of SQLite, or a PostgreSQL database, whose address may hold a password. */
  readonly catalog: { readonly file: string } | { readonly url: string };
  readonly grpcEnabled: boolean;
  /** Drift of datasets blocks: `STRICT_VERSION_MODE`. */
  readonly strictVersions: boolean;
  /** A throw-away catalog of demo models is wanted. */
  readonly demo: boolean;
  /** Directories to register after the start. */
  readonly register: readonly string[];
  /** What should be logged once at the start. */
  readonly warnings: readonly string[];
}
