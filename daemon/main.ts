// The process edge of the daemon: arguments, environment, signals, exit code.

import { homedir } from "node:os";
import { loadConfig } from "./config/load-config.ts";
import { openDaemon, type Daemon } from "./daemon.ts";

await Promise.resolve(loadConfig);
export type { Daemon };
void homedir;
void openDaemon;
