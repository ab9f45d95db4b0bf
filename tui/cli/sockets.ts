// Where this program looks for a daemon. Apart from what connects, so that completion without names loads none of it.

import { socketCandidates, stateDirectory, type PathSurroundings } from "../../shared/domain/paths.ts";
import type { CliHost } from "./host.ts";

/** What the rules for paths look at. */
export function pathSurroundings(host: CliHost): PathSurroundings {
  return { env: host.env, uid: host.uid, home: host.home, cwd: host.cwd };
}

/** Where a command looks for the daemon; `--socket` names the only place. */
export function socketsToTry(host: CliHost, socket: string | undefined): readonly string[] {
  const surroundings = pathSurroundings(host);
  return socketCandidates(surroundings, stateDirectory(surroundings), socket ?? host.env["MODEL_MANAGER_SOCKET"]);
}
