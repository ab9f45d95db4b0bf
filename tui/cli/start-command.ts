// `npm start` on a terminal: a daemon that is there or one of our own, the paths registered, the UI; in the end our own daemon is stopped.

import path from "node:path";
import { daemonSocket, stateDirectory } from "../../shared/domain/paths.ts";
import { isDaemonAnswering } from "../client/is-answering.ts";
import { pathSurroundings, socketsToTry } from "./sockets.ts";
import { openDaemonChild, type DaemonChild } from "./daemon-child.ts";
import { demoModels, openDemoPlace, type DemoPlace } from "./demo.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import type { CliHost } from "./host.ts";
import type { UiRequest } from "./open-ui.ts";
import { flagValue, type StartPlan } from "./start-plan.ts";

/** Starts the daemon of this package, with a log beside its state. */
async function startDaemon(host: CliHost, plan: StartPlan): Promise<DaemonChild> {
  const surroundings = pathSurroundings(host);
  const stateDir = stateDirectory(surroundings);
  const logFile = path.join(stateDir, "daemon.log");
  await host.stderr.write(`starting the daemon (log: ${logFile})\n`);
  return openDaemonChild({
    program: path.join(host.packageRoot, "dist/model-managerd.js"),
    args: plan.daemonFlags,
    env: { ...host.env },
    logFile,
    socketPaths: [daemonSocket(surroundings, stateDir)],
    signal: host.signal,
  });
}

/** Flags that say where the daemon keeps its things, as the variables that they override. */
function placeOfFlags({ daemonFlags }: StartPlan): Readonly<Record<string, string>> {
  const stateDir = flagValue(daemonFlags, "--state-dir");
  const socket = flagValue(daemonFlags, "--socket");
  return {
    ...(stateDir === undefined ? {} : { MODEL_MANAGER_STATE_DIR: stateDir }),
    ...(socket === undefined ? {} : { MODEL_MANAGER_SOCKET: socket }),
  };
}

/**
 * Runs the whole of it and returns the exit code. A daemon that answers is used as it is (flags for a daemon are refused then: it would not
 * get them); one that was started here ends with the UI.
 */
export async function runStart(plan: StartPlan, given: CliHost, openUi: (request: UiRequest) => Promise<number>): Promise<number> {
  using place: DemoPlace | undefined = plan.isDemo ? openDemoPlace() : undefined;
  const host: CliHost = { ...given, env: { ...given.env, ...place?.env, ...placeOfFlags(plan) } };
  try {
    const demoPath = demoModels(host.packageRoot);
    if (plan.isDemo && demoPath === undefined) throw new Error("the demo models are part of a checkout; this package comes without them");
    const sockets = socketsToTry(host, undefined);
    const isThere = await isDaemonAnswering(sockets, "npm start");
    if (isThere && plan.daemonFlags.length > 0) {
      throw new Error(`a daemon is running already and would not get ${plan.daemonFlags.join(" ")}; stop it first, or leave them out`);
    }
    await using _daemon: DaemonChild | undefined = isThere ? undefined : await startDaemon(host, plan);
    const registerPaths = [...(plan.isDemo && demoPath !== undefined ? [demoPath] : []), ...plan.paths];
    return await openUi({ socketPaths: sockets, registerPaths, demoPath });
  } catch (error) {
    if (host.signal.aborted) return EXIT.interrupted;
    await host.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodeOf(error);
  }
}
