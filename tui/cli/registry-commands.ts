// `registry …`: the commands of the older registry with its flags, outputs and exit codes, on the operations of the daemon.

import { accessSync, constants, statSync } from "node:fs";
import type { Output } from "../../shared/contract/operations.ts";
import type { VersionView } from "../../shared/contract/views.ts";
import { STATUSES } from "../../shared/domain/lifecycle.ts";
import { absolutePath } from "../../shared/domain/paths.ts";
import { isRegistryType, REGISTRY_TYPES } from "../../shared/domain/registry-types.ts";
import { shortTime } from "../format/times.ts";
import type { ArgumentSpec, Command, Given, OptionSpec } from "./command.ts";
import { report, type CliContext } from "./context.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { readAllPages } from "./pages.ts";
import { CONTRACT_OPTIONS, MORE_OPTIONS, registrationInput } from "./registration-input.ts";
import { BadArgument, REGISTRY_EXIT, withRegistryCodes } from "./registry-exit-codes.ts";
import { sendMove } from "./send-move.ts";
import { printValidation } from "./status-moves.ts";
import { printTable, type TableColumn } from "./table.ts";

/** Of every command of this group. */
export const REGISTRY_DIR: OptionSpec = { flags: "--registry-dir <path>", help: "taken and ignored: the daemon keeps the registry" };

const TYPE: ArgumentSpec = { name: "<type>", help: `${REGISTRY_TYPES.join(", ")}, or strategy/NAME` };
const VERSION: ArgumentSpec = { name: "<version>", help: "a version label such as v1.0.0" };
const USER: OptionSpec = { flags: "--user <who>", help: "whom the history names beside the user who asks" };
const WHY: OptionSpec = { flags: "--reason <text>", help: "why; kept in the history" };

/** The line of a type. Throws UsageError for anything else, as the older parser did. */
function lineOfType(type: string): string {
  if (isRegistryType(type)) return `registry/${type}`;
  if (/^strategy\/./.test(type)) return type;
  throw new UsageError(`${JSON.stringify(type)} is no model type; there are ${REGISTRY_TYPES.join(", ")}, and strategy/NAME`);
}

/** `risk_model` of registry/risk_model; strategies by their whole name. */
function typeOfLine(line: string): string {
  return line.startsWith("registry/") ? line.slice("registry/".length) : line;
}

/** Throws BadArgument when it is no file, and the system's error when it cannot be read. */
function checkModelFile(context: CliContext, file: string): void {
  const found = statSync(absolutePath(file, context.host), { throwIfNoEntry: false });
  if (found === undefined) throw new BadArgument(`no such file: ${file}`);
  if (!found.isFile()) throw new BadArgument(`no file: ${file}`);
  accessSync(absolutePath(file, context.host), constants.R_OK);
}

const JSON_FLAGS = { datasetVersions: "--dataset-versions", parameters: "--parameters", metrics: "--metrics", config: "--config" } as const;

/** Throws BadArgument for a text that is no JSON object. What Python writes besides JSON, NaN and infinities, is left for the daemon to name. */
function checkJsonFlags(given: Given): void {
  for (const [name, flag] of Object.entries(JSON_FLAGS)) {
    const text = given.option(name);
    if (text !== undefined && !isObjectText(text)) throw new BadArgument(`${flag} is no JSON object: ${text}`);
  }
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/-?\b(?:NaN|Infinity)\b/g, "0"));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    // No JSON at all.
    return false;
  }
}

/** `registry register TYPE PATH` */
const REGISTER: Command = {
  words: "registry register",
  summary: "keep a model file as a new staged version; never runs anything in it",
  arguments: [TYPE, { name: "<file>", help: "the model file" }],
  options: [...CONTRACT_OPTIONS, ...MORE_OPTIONS, WHY],
  async run(context, given) {
    const line = lineOfType(given.needed(0));
    const input = registrationInput(context, given, { line, file: given.needed(1), createdBy: "model_cli" });
    checkModelFile(context, given.needed(1));
    checkJsonFlags(given);
    if (input.skip_lineage_check === true) await context.remark("warning: the lineage check is skipped");
    if (!context.json) await context.line(`registering ${typeOfLine(line)} ${input.version} ...`);
    const done = await sendMove(context, (client, request_id) =>
      client.call("registry.register", { ...input, request_id }, context.signal),
    );
    return report(context, done, async ({ registration, warnings }) => {
      await context.line(`model id: ${registration.model_id}`);
      for (const warning of warnings) await context.remark(`warning: ${warning}`);
    });
  },
};

/** The reason that a move of these commands is kept with. */
function reasonOf(given: Given, verb: string): string {
  const user = given.option("user");
  const skipped = given.isSet("skipGates") ? " --skip-gates" : "";
  return given.option("reason") ?? `registry ${verb}${skipped}${user === undefined ? "" : `, for ${user}`}`;
}

const orNone = (version: string): string => (version === "" ? "none" : version);

/** `registry promote TYPE VERSION`; never asks. */
const PROMOTE: Command = {
  words: "registry promote",
  summary: "make a staged version the production version, after its gates",
  arguments: [TYPE, VERSION],
  options: [USER, { flags: "--skip-gates", help: "for admins; the history says so" }, WHY],
  async run(context, given) {
    const line = lineOfType(given.needed(0));
    const reason = reasonOf(given, "promote");
    const input = { line, version: given.needed(1), reason, skip_gates: given.isSet("skipGates") };
    const done = await sendMove(context, (client, request_id) => client.call("line.promote", { ...input, request_id }, context.signal));
    return report(context, done, async () => {
      if (!done.changed) return context.line(`${typeOfLine(line)} ${done.version} is in production already`);
      await context.line(`promoted ${typeOfLine(line)} ${done.version} to production`);
      await context.line(`previous version: ${orNone(done.previous_version)}`);
      await context.line(`new version: ${done.version}`);
    });
  },
};

/** `registry rollback TYPE`; never asks. */
const ROLLBACK: Command = {
  words: "registry rollback",
  summary: "go back to the version that was in production before",
  arguments: [TYPE],
  options: [USER, WHY],
  async run(context, given) {
    const line = lineOfType(given.needed(0));
    const input = { line, reason: reasonOf(given, "rollback") };
    const done = await sendMove(context, (client, request_id) => client.call("line.rollback", { ...input, request_id }, context.signal));
    return report(context, done, () =>
      context.line(`rolled back ${typeOfLine(line)} from ${orNone(done.previous_version)} to ${done.version}`),
    );
  },
};

/** One version as these commands show it. */
function listed(view: VersionView) {
  return {
    model_id: view.registration?.model_id ?? "",
    model_type: typeOfLine(view.line),
    version: view.version,
    status: view.status,
    created_at: view.created_at,
    checksum: (view.registration?.checksum_sha256 ?? view.sha256).slice(0, 16),
  };
}

const LIST_COLUMNS: readonly TableColumn<ReturnType<typeof listed>>[] = [
  { title: "Model Type", cell: (row) => row.model_type },
  { title: "Version", cell: (row) => row.version },
  {
    title: "Status",
    cell: (row) => row.status,
    role: (row) => (row.status === "failed" ? "bad" : row.status === "production" ? "good" : "plain"),
  },
  { title: "Created", cell: (row) => shortTime(row.created_at) },
  { title: "Checksum", cell: (row) => row.checksum },
];

/** `registry list [TYPE]`: with --json an array, as it always was. */
const LIST: Command = {
  words: "registry list",
  summary: "versions of a type, or of all types, newest first",
  arguments: [{ name: "[type]", help: `${TYPE.help ?? ""}; strategy: all strategies` }],
  options: [{ flags: "--status <status>", help: "only versions of this status", choices: STATUSES }],
  async run(context, given) {
    const type = given.positional(0);
    const target = type === undefined ? "registry" : type === "strategy" ? type : lineOfType(type);
    const status = STATUSES.find((one) => one === given.option("status"));
    const client = await context.client();
    const list = await readAllPages<Output<"version.list">["items"][number]>((page) =>
      client.call("version.list", { ...page, target, ...(status === undefined ? {} : { status }) }, context.signal),
    );
    const rows = list.items.map(listed);
    if (context.json) await context.document(rows);
    else await printTable(context, LIST_COLUMNS, rows, "no models");
    return EXIT.done;
  },
};

/** `registry validate TYPE VERSION` */
const VALIDATE: Command = {
  words: "registry validate",
  summary: "check a version's stored bytes and its metadata",
  arguments: [TYPE, VERSION],
  async run(context, given) {
    const input = { line: lineOfType(given.needed(0)), version: given.needed(1) };
    const found = await (await context.client()).call("version.validate", input, context.signal);
    await printValidation(context, found);
    return found.valid ? REGISTRY_EXIT.done : REGISTRY_EXIT.refused;
  },
};

/** All of them. */
export const REGISTRY_COMMANDS: readonly Command[] = [
  withRegistryCodes(REGISTER),
  withRegistryCodes(PROMOTE),
  // Nothing to go back to counted as not found.
  withRegistryCodes(ROLLBACK, { wrong_state: REGISTRY_EXIT.notFound }),
  withRegistryCodes(LIST),
  withRegistryCodes(VALIDATE),
];
