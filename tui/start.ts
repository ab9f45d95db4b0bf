// The process edge of `npm start`: a terminal gets the UI with a daemon behind it, everybody else the daemon itself in the foreground.

import path from "node:path";
import { pathToFileURL } from "node:url";
import { demoModels, openDemoPlace } from "./cli/demo.ts";
import { openUi } from "./cli/open-ui.ts";
import { openProcessHost } from "./cli/process-host.ts";
import { runStart } from "./cli/start-command.ts";
import { daemonArguments, parseStartPlan } from "./cli/start-plan.ts";

/** Turns this process into the daemon, so that its pid, its signals and its exit code are the daemon's. */
async function becomeDaemon(packageRoot: string, args: readonly string[]): Promise<void> {
  const program = path.join(packageRoot, "dist/model-managerd.js");
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}

const host = openProcessHost();
// npm runs its scripts in the package's folder and says where the person was.
const plan = parseStartPlan(process.argv.slice(2), host.env["INIT_CWD"] ?? host.cwd, host.home);
const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;

if (plan.isHeadless || !hasTerminal) {
  host[Symbol.dispose]();
  if (plan.isDemo) {
    const place = openDemoPlace();
    Object.assign(process.env, place.env);
    process.on("exit", () => place[Symbol.dispose]());
  }
  await becomeDaemon(host.packageRoot, daemonArguments(plan, demoModels(host.packageRoot)));
} else {
  process.exitCode = await runStart(plan, host, (request) => {
    host[Symbol.dispose]();
    return openUi(request);
  });
}
