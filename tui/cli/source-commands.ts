// Commands on sources: add, list, remove, refresh, symbols.

import { POLICIES } from "../../shared/domain/lifecycle.ts";
import { absolutePath } from "../../shared/domain/paths.ts";
import { splitLineName } from "../../shared/domain/names.ts";
import type { Output } from "../../shared/contract/operations.ts";
import type { GroupView, SourceView } from "../../shared/contract/views.ts";
import { AppError } from "../../shared/contract/errors.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import { counted } from "../format/numbers.ts";
import { shortTime } from "../format/times.ts";
import type { Command } from "./command.ts";
import { confirm, REASON, requireConsent, YES } from "./confirm.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { readAllPages } from "./pages.ts";
import { followScan } from "./scan-progress.ts";
import { printTable, type TableColumn } from "./table.ts";

const SOURCE_COLUMNS: readonly TableColumn<SourceView>[] = [
  { title: "NAME", cell: (row) => row.name },
  { title: "POLICY", cell: (row) => row.policy },
  { title: "SYMBOLS", align: "right", cell: (row) => String(row.symbol_count) },
  { title: "GROUPS", align: "right", cell: (row) => String(row.group_count) },
  { title: "READY", align: "right", cell: (row) => String(row.ready_count) },
  {
    title: "DEGRADED",
    align: "right",
    cell: (row) => String(row.degraded_count),
    role: (row) => (row.degraded_count > 0 ? "bad" : "plain"),
  },
  {
    title: "WARNINGS",
    align: "right",
    cell: (row) => String(row.warnings.length),
    role: (row) => (row.warnings.length > 0 ? "warn" : "plain"),
  },
  { title: "SCANNED", cell: (row) => (row.scanned_at === null ? "not yet" : shortTime(row.scanned_at)) },
  { title: "STATE", cell: stateText, role: (row) => (row.degraded === "" ? "plain" : "bad") },
  { title: "DIRECTORY", cell: (row) => row.root_path },
];

function stateText(source: SourceView): string {
  if (source.degraded !== "") return `degraded: ${source.degraded}`;
  const { state, done, total } = source.scan;
  return state === "idle" ? "ok" : `${state} ${done}/${total}`;
}

/** `source list` */
export const SOURCE_LIST: Command = {
  words: "source list",
  async run(context) {
    const list = await (await context.client()).call("source.list", {}, context.signal);
    if (context.json) await context.document(list);
    else await printTable(context, SOURCE_COLUMNS, list.items, "no sources; `model-manager source add PATH` registers a directory");
    return EXIT.done;
  },
};

async function findSource(client: DaemonClient, name: string, signal: AbortSignal): Promise<SourceView | undefined> {
  const { items } = await client.call("source.list", {}, signal);
  return items.find((source) => source.name === name);
}

async function printScanned(context: CliContext, source: SourceView): Promise<void> {
  const counts = [
    counted(source.symbol_count, "symbol"),
    counted(source.group_count, "group"),
    `${source.ready_count} ready`,
    ...(source.degraded_count > 0 ? [`${source.degraded_count} degraded`] : []),
    counted(source.warnings.length, "warning"),
  ];
  await context.line(`${source.name}: ${counts.join(", ")}`);
  if (source.degraded !== "") await context.remark(`degraded: ${source.degraded}`);
  for (const warning of source.warnings) await context.remark(`warning: ${warning}`);
}

/** `source add PATH`: waits for the first scan and says what it found. */
export const SOURCE_ADD: Command = {
  words: "source add",
  arguments: [{ name: "<path>", field: "path" }],
  options: [
    { flags: "--name <name>", field: "name" },
    { flags: "--policy <policy>", field: "policy", choices: POLICIES },
    { flags: "--replace", field: "replace" },
  ],
  async run(context, given) {
    const client = await context.client();
    const name = given.option("name");
    const policy = POLICIES.find((one) => one === given.option("policy"));
    const added = await client.call(
      "source.add",
      {
        // The daemon has another working directory, and maybe another home.
        path: absolutePath(given.needed(0), context.host),
        replace: given.isSet("replace"),
        ...(name === undefined ? {} : { name }),
        ...(policy === undefined ? {} : { policy }),
      },
      context.signal,
    );
    await followScan(context, client, added.name);
    const scanned = await findSource(client, added.name, context.signal);
    if (scanned === undefined) throw new AppError("conflict", `source ${added.name} was removed while it was being scanned`);
    if (context.json) await context.document(scanned);
    else await printScanned(context, scanned);
    return EXIT.done;
  },
};

/** `source remove NAME` */
export const SOURCE_REMOVE: Command = {
  words: "source remove",
  arguments: [{ name: "<name>", field: "name" }],
  options: [REASON, YES],
  async run(context, given) {
    const isYes = given.isSet("yes");
    requireConsent(context, isYes, "source remove");
    const name = given.needed(0);
    const client = await context.client();
    if (!isYes) {
      const source = await findSource(client, name, context.signal);
      if (source === undefined)
        throw new AppError("not_found", `no source named ${JSON.stringify(name)}; \`model-manager source list\` shows them`);
      const what = `${name} (${source.root_path}): its ${counted(source.group_count, "group")} will no longer be served; history and files stay`;
      if (!(await confirm(context, isYes, `Remove source ${what}.`))) return EXIT.failed;
    }
    const removed = await client.call("source.remove", { name, reason: given.option("reason") ?? "" }, context.signal);
    if (context.json) await context.document(removed);
    else await context.line(`removed ${removed.name}; ${counted(removed.withdrawn, "line")} withdrawn`);
    return EXIT.done;
  },
};

/** Registered lines have no source. */
function lookedAt({ groups, sources }: Output<"refresh">): string {
  return sources === 0 && groups > 0 ? counted(groups, "line") : `${counted(groups, "group")} of ${counted(sources, "source")}`;
}

/** `refresh [SOURCE[/GROUP]]` */
export const REFRESH: Command = {
  words: "refresh",
  arguments: [{ name: "[target]", help: "SOURCE, SOURCE/GROUP, or a registered line; everything without it" }],
  async run(context, given) {
    const target = given.positional(0);
    const line = target === undefined ? undefined : splitLineName(target);
    const input = line !== undefined ? { source: line.namespace, group_key: line.name } : target !== undefined ? { source: target } : {};
    const done = await (await context.client()).call("refresh", input, context.signal);
    if (context.json) await context.document(done);
    else await context.line(`looked at ${lookedAt(done)}; ${done.changed} read again`);
    return EXIT.done;
  },
};

function groupState(group: GroupView): string {
  if (group.degraded !== "") return `degraded: ${group.degraded}`;
  return group.ready ? "ready" : "not ready";
}

const GROUP_COLUMNS: readonly TableColumn<GroupView>[] = [
  { title: "SYMBOL", cell: (row) => row.symbol },
  { title: "GROUP", cell: (row) => row.group_key },
  { title: "RETURN", cell: (row) => row.return_name },
  { title: "DIM", align: "right", cell: (row) => String(row.feature_dim) },
  { title: "FACTORS", align: "right", cell: (row) => String(row.factor_count) },
  { title: "LIVE", cell: (row) => (row.version === "" ? "-" : row.version) + (row.pinned ? " pinned" : "") },
  { title: "TRAINED TO", cell: (row) => row.train_end_date ?? "-" },
  {
    title: "WARNINGS",
    align: "right",
    cell: (row) => String(row.warnings.length),
    role: (row) => (row.warnings.length > 0 ? "warn" : "plain"),
  },
  { title: "STATE", cell: groupState, role: (row) => (row.degraded !== "" ? "bad" : row.ready ? "good" : "warn") },
];

/** `symbols SOURCE` */
export const SYMBOLS: Command = {
  words: "symbols",
  arguments: [{ name: "<source>", field: "source" }],
  async run(context, given) {
    const source = given.needed(0);
    const client = await context.client();
    const list = await readAllPages((page) => client.call("group.list", { source, ...page }, context.signal));
    if (context.json) await context.document(list);
    else await printTable(context, GROUP_COLUMNS, list.items, `${source} has no groups`);
    return EXIT.done;
  },
};
