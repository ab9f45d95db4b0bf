// Completion of a half-typed command line: commands, flags, choices, and names that the daemon knows.

import { lineName, RESERVED_NAMES } from "../../shared/domain/names.ts";
import { isRegistryType, REGISTRY_TYPES } from "../../shared/domain/registry-types.ts";
import type { Command, OptionSpec } from "./command.ts";
import { allCommands } from "./commands.ts";
import type { NameSource } from "./complete-names.ts";

/** What may stand in a place. `files` and `folders` are the shell's own business. */
export interface Completion {
  /** `open`: the words go on (no space after them). */
  readonly mode: "words" | "open" | "files" | "folders";
  readonly words: readonly string[];
}

type Kind =
  | "line"
  | "target"
  | "namespace"
  | "type"
  | "source"
  | "source_or_file"
  | "symbol"
  | "group"
  | "version"
  | "dataset"
  | "metric"
  | "files"
  | "folders"
  | "nothing"
  | readonly string[];

/** By the name of an argument as the help shows it; a test holds that none is missing. */
export const ARGUMENT_KINDS: Readonly<Record<string, Kind>> = {
  line: "line",
  target: "target",
  source: "source",
  "source-or-file": "source_or_file",
  name: "source",
  symbol: "symbol",
  version: "version",
  "other-version": "version",
  namespace: "namespace",
  type: "type",
  dataset: "dataset",
  "dataset-version": "nothing",
  "request-id": "nothing",
  file: "files",
  path: "folders",
  shell: ["bash", "zsh", "fish"],
};

/** By what stands for an option's value; whatever is not here cannot be known beforehand. */
const OPTION_KINDS: Readonly<Record<string, Kind>> = {
  source: "source",
  symbol: "symbol",
  key: "group",
  version: "version",
  line: "line",
  "metric-name": "metric",
  file: "files",
  path: "files",
  dir: "folders",
};

/** Options before and after every command. */
const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: "--json" },
  { flags: "--plain" },
  { flags: "--socket <path>" },
  { flags: "-h, --help" },
];

const NOTHING: Completion = { mode: "words", words: [] };

/** A command line up to the word at the cursor, understood as far as that goes. */
interface Parsed {
  readonly command: Command | undefined;
  /** Words that are no options, the command's own left out. */
  readonly positionals: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  /** The option whose value is being typed. */
  readonly pending: OptionSpec | undefined;
}

const flagNames = ({ flags }: OptionSpec): readonly string[] => flags.split(/,? /).filter((word) => word.startsWith("-"));
const longName = (option: OptionSpec): string => flagNames(option).at(-1) ?? "";
const placeholder = (text: string): string => /[<[]([a-z-]+)[>\]]/.exec(text)?.[1] ?? "";

function findCommand(words: readonly string[]): Command | undefined {
  const two = words.slice(0, 2).join(" ");
  return allCommands().find((command) => command.words === two) ?? allCommands().find((command) => command.words === words[0]);
}

function optionsOf(command: Command | undefined): readonly OptionSpec[] {
  return [...(command?.options ?? []), ...GLOBAL_OPTIONS];
}

function parse(before: readonly string[]): Parsed {
  const words: string[] = [];
  const options = new Map<string, string>();
  let pending: OptionSpec | undefined;
  for (const word of before) {
    if (pending !== undefined) {
      options.set(longName(pending), word);
      pending = undefined;
      continue;
    }
    if (!word.startsWith("-")) {
      words.push(word);
      continue;
    }
    const at = word.indexOf("=");
    const name = at < 0 ? word : word.slice(0, at);
    const option = optionsOf(findCommand(words)).find((one) => flagNames(one).includes(name));
    if (option === undefined) continue;
    if (at >= 0) options.set(longName(option), word.slice(at + 1));
    else if (placeholder(option.flags) !== "") pending = option;
  }
  const command = findCommand(words);
  return { command, positionals: words.slice(command?.words.split(" ").length ?? 0), options, pending };
}

/** What the words before the cursor say about a place: which source, which line. */
function sourceOf({ command, positionals, options }: Parsed): string {
  const at = command?.arguments?.findIndex(({ name }) => placeholder(name) === "source") ?? -1;
  return options.get("--model-name") ?? positionals[at] ?? "";
}

/** The line whose versions are meant: the argument, or a source with the group that an option names. */
function lineOf(parsed: Parsed): string {
  const group = parsed.options.get("--group-key");
  if (group !== undefined) return lineName(sourceOf(parsed), group);
  const [first = ""] = parsed.positionals;
  return isRegistryType(first) ? lineName("registry", first) : first;
}

const beginning = (words: readonly string[], current: string): readonly string[] => words.filter((word) => word.startsWith(current));

async function namesOf(kind: Kind, parsed: Parsed, current: string, names: NameSource): Promise<Completion> {
  if (typeof kind !== "string") return { mode: "words", words: kind.filter((word) => word.startsWith(current)) };
  switch (kind) {
    case "files":
    case "folders":
      return { mode: kind, words: [] };
    case "line":
    case "target":
      return completeLine(kind, current, names);
    case "namespace":
      return { mode: "words", words: await namespacesOf(current, names) };
    case "type":
      return { mode: "words", words: [...beginning(REGISTRY_TYPES, current), ...(await strategiesOf(current, names))] };
    case "source":
      return { mode: "words", words: await names.sources(current) };
    case "source_or_file": {
      // Files are there without a daemon, too.
      const sources = await names.sources(current).catch(() => []);
      return sources.length > 0 ? { mode: "words", words: sources } : { mode: "files", words: [] };
    }
    case "symbol":
      return { mode: "words", words: await names.symbols(sourceOf(parsed), current) };
    case "group":
      return { mode: "words", words: await names.groups(sourceOf(parsed), current) };
    case "version":
      return { mode: "words", words: await names.versions(lineOf(parsed), current) };
    case "dataset":
      return { mode: "words", words: await names.datasets(current) };
    case "metric":
      return { mode: "words", words: await names.metrics(lineOf(parsed), current) };
    case "nothing":
      return NOTHING;
  }
}

/** Of the reserved namespaces those that a person registers in. */
const REGISTERED = ["registry", "strategy"] as const;

/** Sources, then the namespaces of what is registered. */
async function namespacesOf(current: string, names: NameSource): Promise<readonly string[]> {
  return [...(await names.sources(current)), ...beginning(REGISTERED, current)];
}

/** Strategies as types of `registry …`: only when the word begins so, the four types being there without a daemon. */
async function strategiesOf(current: string, names: NameSource): Promise<readonly string[]> {
  const own = "strategy/";
  if (!current.startsWith(own)) return beginning([own], current);
  return (await names.lines("strategy", current.slice(own.length))).map((name) => own + name);
}

/** The lines of a namespace. All types of the registry are offered: the first version of a type makes its line. */
async function linesOf(namespace: string, current: string, names: NameSource): Promise<readonly string[]> {
  if (!(RESERVED_NAMES as readonly string[]).includes(namespace)) return names.groups(namespace, current);
  const there = await names.lines(namespace, current);
  const possible = namespace === "registry" ? beginning(REGISTRY_TYPES, current) : [];
  return [...new Set([...possible, ...there])];
}

/** `SOURCE/` first, then the groups of that source, as with paths: a catalog may hold many thousand lines. */
async function completeLine(kind: "line" | "target", current: string, names: NameSource): Promise<Completion> {
  const slash = current.indexOf("/");
  if (slash < 0) {
    const sources = await namespacesOf(current, names);
    const open = sources.map((name) => `${name}/`);
    return kind === "line" ? { mode: "open", words: open } : { mode: "words", words: [...sources, ...open] };
  }
  const source = current.slice(0, slash);
  const groups = await linesOf(source, current.slice(slash + 1), names);
  return { mode: "words", words: groups.map((group) => `${source}/${group}`) };
}

/** Completes the last of the words, the others being before it; the program's own name is not among them. Rejects when the daemon cannot be asked. */
export async function complete(words: readonly string[], names: NameSource): Promise<Completion> {
  const current = words.at(-1) ?? "";
  const parsed = parse(words.slice(0, -1));
  const { command, positionals, pending } = parsed;
  if (pending !== undefined)
    return namesOf(pending.choices ?? OPTION_KINDS[placeholder(pending.flags)] ?? "nothing", parsed, current, names);
  const attached = /^(--[a-z-]+)=(.*)$/s.exec(current);
  if (attached !== null) return completeAttached(attached[1] ?? "", attached[2] ?? "", parsed, names);
  if (current.startsWith("-")) {
    const flags = optionsOf(command).map(longName);
    return { mode: "words", words: flags.filter((flag) => flag.startsWith(current)) };
  }
  if (command === undefined) return { mode: "words", words: nextWords(positionals).filter((word) => word.startsWith(current)) };
  const argument = command.arguments?.[positionals.length];
  if (argument === undefined) return NOTHING;
  const found = await namesOf(ARGUMENT_KINDS[placeholder(argument.name)] ?? "nothing", parsed, current, names);
  // Where an argument may stand, so may the second word of another command: `history LINE`, `history verify`.
  const seconds = positionals.length === 0 ? beginning(nextWords(command.words.split(" ")), current) : [];
  return seconds.length === 0 ? found : { mode: found.words.length === 0 ? "words" : found.mode, words: [...seconds, ...found.words] };
}

/** `--name=value`: the value, with the flag before it again. */
async function completeAttached(flag: string, value: string, parsed: Parsed, names: NameSource): Promise<Completion> {
  const option = optionsOf(parsed.command).find((one) => flagNames(one).includes(flag));
  if (option === undefined) return NOTHING;
  const found = await namesOf(option.choices ?? OPTION_KINDS[placeholder(option.flags)] ?? "nothing", parsed, value, names);
  return { ...found, words: found.words.map((word) => `${flag}=${word}`) };
}

/** First words of commands, or the second ones of a group such as `source`. */
function nextWords(typed: readonly string[]): readonly string[] {
  const next = allCommands().flatMap(({ words }) => {
    const parts = words.split(" ");
    return typed.every((word, at) => word === parts[at]) && parts.length > typed.length ? [parts[typed.length] ?? ""] : [];
  });
  return [...new Set(next)];
}
