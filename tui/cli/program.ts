// From a command line to a command: the table as a commander program, the global options, and how everything ends.

import { Command as Program, CommanderError, Option } from "commander";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { OperationName } from "../../shared/contract/operations.ts";
import type { ArgumentSpec, Command, Given, OptionSpec } from "./command.ts";
import { COMMANDS, OTHER_COMMANDS } from "./commands.ts";
import { createContext } from "./context.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { loadHelpTexts, NO_HELP, type HelpTexts } from "./help-texts.ts";
import type { CliHost } from "./host.ts";
import { REGISTRY_DIR } from "./registry-commands.ts";

type Options = Readonly<Record<string, unknown>>;

/** A command, and the operation whose words describe it. */
interface Entry {
  readonly command: Command;
  readonly operation: OperationName | undefined;
}

/** Every command, in the order of the help. */
function allEntries(): readonly Entry[] {
  const own = (Object.keys(COMMANDS) as OperationName[]).flatMap((operation): Entry[] => {
    const command = COMMANDS[operation];
    return "notACommand" in command ? [] : [{ command, operation }];
  });
  return [...own, ...OTHER_COMMANDS.map((command) => ({ command, operation: undefined }))];
}

/** Options of every command of a group. */
const GROUP_OPTIONS: Readonly<Record<string, readonly OptionSpec[]>> = { registry: [REGISTRY_DIR] };

/** Words that only stand before others: `source`. */
const GROUPS: Readonly<Record<string, string>> = {
  source: "registered directories",
  service: "the daemon under systemd",
  paper: "paper trading of staged versions",
  policy: "gates of lines and namespaces",
  dataset: "current versions of datasets",
  compat: "versions against the datasets of today",
  registry: "the commands of the older registry, with its flags and exit codes",
};

/** A group without a command prints its help and ends with this; where a contract says otherwise. */
const BARE_EXIT: Readonly<Record<string, number>> = { registry: EXIT.failed };

function toGiven(positionals: readonly unknown[], options: Options): Given {
  const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    positional: (at) => textOf(positionals[at]),
    needed(at) {
      const text = textOf(positionals[at]);
      if (text === undefined) throw new Error(`argument ${at} of the command is not declared as needed`);
      return text;
    },
    option: (name) => textOf(options[name]),
    isSet: (name) => options[name] === true,
    flag(name) {
      const value = options[name];
      return typeof value === "boolean" ? value : undefined;
    },
    list(name) {
      const value = options[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

/** Adds one command to the program; `use` gets what was typed when it is called. */
function addCommand(
  parent: Program,
  name: string,
  entry: Entry,
  texts: HelpTexts,
  use: (command: Command, given: Given, options: Options) => Promise<void>,
): Program {
  const { command, operation } = entry;
  const describe = ({ field, help }: ArgumentSpec | OptionSpec): string =>
    help ?? (operation === undefined || field === undefined ? "" : texts.field(operation, field));
  const added = parent
    .command(name)
    .summary("")
    .description(command.summary ?? (operation === undefined ? "" : texts.summary(operation)));
  for (const argument of command.arguments ?? []) added.argument(argument.name, describe(argument));
  for (const spec of command.options ?? []) {
    const option = new Option(spec.flags, describe(spec));
    added.addOption(spec.choices === undefined ? option : option.choices([...spec.choices]));
  }
  const count = command.arguments?.length ?? 0;
  // commander calls with the positional values, then the options and the command itself.
  added.action((...given: readonly unknown[]) =>
    // With those of its group and the program.
    use(command, toGiven(given.slice(0, count), added.optsWithGlobals<Options>()), added.optsWithGlobals<Options>()),
  );
  return added;
}

/** Writes of commander, kept in order with our own. */
interface Written {
  readonly toError: boolean;
  readonly text: string;
}

function createProgram(host: CliHost, texts: HelpTexts, written: Written[], finish: (code: number) => void): Program {
  const program = new Program("model-manager");
  program
    .description(
      "Sees and steers the catalog of trading models that model-managerd keeps. Without arguments on a terminal it opens the UI.",
    )
    .option("--json", "one JSON document instead of text (a stream: one document a line)")
    .option("--plain", "no colours, ASCII only")
    .option("--socket <path>", "the daemon's Unix socket (MODEL_MANAGER_SOCKET)")
    .addHelpText(
      "after",
      "\nLINE is NAMESPACE/NAME: SOURCE/GROUP_KEY, registry/TYPE, strategy/NAME. Exit codes: 0 done, 1 failed, 2 usage or no such model (get), 3 no daemon, 4 refused, 130 interrupted.\n--version alone prints the program's version.",
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => written.push({ toError: false, text }),
      writeErr: (text) => written.push({ toError: true, text }),
      getOutHelpWidth: () => host.stdout.columns ?? 100,
      getErrHelpWidth: () => host.stderr.columns ?? 100,
    });
  const use = async (command: Command, given: Given, options: Options): Promise<void> => {
    const socket = typeof options["socket"] === "string" ? options["socket"] : undefined;
    const context = createContext(host, { json: options["json"] === true, plain: options["plain"] === true, socket });
    try {
      finish(await command.run(context, given));
    } finally {
      context.close();
    }
  };
  const groups = new Map<string, Program>();
  for (const entry of allEntries()) {
    const [first = "", second] = entry.command.words.split(" ");
    if (second === undefined) {
      groups.set(first, addCommand(program, first, entry, texts, use));
      continue;
    }
    const group = groups.get(first) ?? openGroup(program, first);
    groups.set(first, group);
    addCommand(group, second, entry, texts, use);
  }
  return program;
}

function openGroup(program: Program, name: string): Program {
  const group = program.command(name).description(GROUPS[name] ?? "");
  for (const { flags, help } of GROUP_OPTIONS[name] ?? []) group.option(flags, help);
  return group;
}

/** True when help is going to be printed, as far as one can tell beforehand. */
function wantsHelp(args: readonly string[]): boolean {
  const words = args.filter((arg) => !arg.startsWith("-"));
  return (
    args.some((arg) => arg === "--help" || arg === "-h") ||
    words[0] === "help" ||
    words.length === 0 ||
    (words.length === 1 && Object.hasOwn(GROUPS, words[0] ?? ""))
  );
}

function programVersion(host: CliHost): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(host.packageRoot, "package.json"), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";
}

/** What a person is told about an error. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function endWith(host: CliHost, args: readonly string[], error: unknown): Promise<number> {
  // commander has said its piece; help that was asked for is no error.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    return error.code === "commander.help" ? (BARE_EXIT[args.find((arg) => !arg.startsWith("-")) ?? ""] ?? EXIT.usage) : EXIT.usage;
  }
  if (host.signal.aborted) return EXIT.interrupted;
  await host.stderr.write(`error: ${messageOf(error)}\n`);
  return exitCodeOf(error);
}

/** Runs one command line (without the program's name) to its end. Never rejects for what a user, a daemon or a file can do; returns the exit code. */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    await host.stdout.write(`${programVersion(host)}\n`);
    return EXIT.done;
  }
  let code: number = EXIT.done;
  const written: Written[] = [];
  const texts = wantsHelp(args) ? await loadHelpTexts() : NO_HELP;
  const program = createProgram(host, texts, written, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    code = await endWith(host, args, error);
  }
  for (const { toError, text } of written) await (toError ? host.stderr : host.stdout).write(text);
  return host.signal.aborted ? EXIT.interrupted : code;
}

/** The help, as without arguments; for where no terminal is there to open the UI on. */
export async function helpText(host: CliHost): Promise<string> {
  return createProgram(host, await loadHelpTexts(), [], () => undefined).helpInformation();
}
