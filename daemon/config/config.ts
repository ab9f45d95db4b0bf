// The configuration of one daemon, as its parts receive it.

import type { SettingValues } from "./settings.ts";

/** All that can be set, checked and frozen. Paths are absolute, times in milliseconds. */
export interface Config extends Omit<SettingValues, "stateDir" | "socketPath"> {
  readonly stateDir: string;
  readonly socketPath: string;
  readonly grpcEnabled: boolean;
  /** A throw-away catalog of demo models is wanted. */
  readonly demo: boolean;
  /** Directories to register after the start. */
  readonly register: readonly string[];
  /** What should be logged once at the start. */
  readonly warnings: readonly string[];
}
