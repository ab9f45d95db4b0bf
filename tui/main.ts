// The process edge of the terminal program: arguments, signals, exit code; without a command on a terminal, the UI.

import { parseArgs } from "node:util";
import { socketsToTry } from "./cli/sockets.ts";
import { demoModels } from "./cli/demo.ts";
import { EXIT, exitCodeOf } from "./cli/exit-codes.ts";
import { openUi } from "./cli/open-ui.ts";
import { openProcessHost, type ProcessHost } from "./cli/process-host.ts";

/** The options that the UI takes; undefined when there is a command, or anything else. */
function uiOptions(args: readonly string[]): { readonly socket?: string; readonly plain?: boolean } | undefined {
  try {
    return parseArgs({ args: [...args], options: { socket: { type: "string" }, plain: { type: "boolean" } } }).values;
  } catch {
    // Not for the UI: the command line's own parser has the words for what is wrong.
    return undefined;
  }
}

async function run(args: readonly string[], host: ProcessHost): Promise<number> {
  if (args[0] === "__complete") {
    const { runComplete } = await import("./cli/run-complete.ts");
    await runComplete(args.slice(1), host);
    // Whatever was asked too late is not waited for.
    process.exit(EXIT.done);
  }
  const options = uiOptions(args);
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (options !== undefined && hasTerminal) {
    const { socket, plain = false } = options;
    // The UI has handlers of its own for signals and for a terminal that goes away.
    host[Symbol.dispose]();
    try {
      return await openUi({ socketPaths: socketsToTry(host, socket), demoPath: demoModels(host.packageRoot), isPlain: plain });
    } catch (error) {
      await host.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      return exitCodeOf(error);
    }
  }
  // Loaded apart: the UI's first frame need not wait for the commands.
  const { helpText, runCli } = await import("./cli/program.ts");
  if (options === undefined) return runCli(args, host);
  await host.stderr.write(`${await helpText(host)}\nThe UI needs a terminal.\n`);
  return EXIT.usage;
}

/** What a shell expects of a program that a signal has ended. */
const SIGNAL_CODES: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: EXIT.interrupted, SIGTERM: 143, SIGHUP: 129 };

using host = openProcessHost();
const code = await run(process.argv.slice(2), host);
process.exitCode = host.endedBy === undefined ? code : (SIGNAL_CODES[host.endedBy] ?? code);
