// `live`: what is live now, what was live at a time, and what changed between two times.

import type { LiveAtView, LiveDifferenceView } from "../../shared/contract/registry-views.ts";
import type { LiveView } from "../../shared/contract/views.ts";
import { shortTime } from "../format/times.ts";
import type { Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { readAllPages } from "./pages.ts";
import { printTable, type TableColumn } from "./table.ts";

const orNothing = (version: string): string => (version === "" ? "-" : version);
const inTarget = (target: string | undefined): string => (target === undefined ? "" : ` in ${target}`);

const LIVE_COLUMNS: readonly TableColumn<LiveView>[] = [
  { title: "LINE", cell: (row) => row.line },
  { title: "VERSION", cell: (row) => row.version },
  { title: "SINCE", cell: (row) => shortTime(row.since) },
  { title: "PINNED", cell: (row) => (row.pinned ? "pinned" : ""), role: () => "warn" },
  { title: "SHA256", cell: (row) => row.sha256.slice(0, 12) },
  { title: "WHY", cell: (row) => row.reason },
];

async function showNow(context: CliContext, target: string | undefined): Promise<void> {
  const client = await context.client();
  const list = await readAllPages((page) =>
    client.call("live.list", { ...page, ...(target === undefined ? {} : { target }) }, context.signal),
  );
  if (context.json) await context.document(list);
  else await printTable(context, LIVE_COLUMNS, list.items, `nothing is live${inTarget(target)}`);
}

const AT_COLUMNS: readonly TableColumn<LiveAtView>[] = [
  { title: "LINE", cell: (row) => row.line },
  { title: "VERSION", cell: (row) => orNothing(row.version) },
  { title: "SINCE", cell: (row) => (row.since === null ? "-" : shortTime(row.since)) },
  { title: "UNTIL", cell: (row) => (row.until === null ? "now" : shortTime(row.until)) },
  { title: "SHA256", cell: (row) => orNothing(row.sha256.slice(0, 12)) },
  { title: "ACTION", cell: (row) => row.action?.replace("_", " ") ?? "-" },
  { title: "BY", cell: (row) => orNothing(row.actor) },
  { title: "LOADED", cell: (row) => orNothing(row.clients.map(({ client_id, version }) => `${client_id} ${version}`).join(", ")) },
  { title: "WHY", cell: (row) => row.reason },
];

async function showAt(context: CliContext, target: string | undefined, at: string): Promise<void> {
  const client = await context.client();
  let read = at;
  const list = await readAllPages(async (page) => {
    const answer = await client.call("live.at", { ...page, at: read, ...(target === undefined ? {} : { target }) }, context.signal);
    read = answer.at;
    return answer;
  });
  if (context.json) return context.document({ at: read, ...list });
  await context.line(`at ${read}`);
  await printTable(context, AT_COLUMNS, list.items, `nothing was live${inTarget(target)}`);
}

const DIFF_COLUMNS: readonly TableColumn<LiveDifferenceView>[] = [
  { title: "LINE", cell: (row) => row.line },
  { title: "BEFORE", cell: (row) => orNothing(row.before) },
  { title: "AFTER", cell: (row) => orNothing(row.after) },
  { title: "CHANGES", align: "right", cell: (row) => String(row.changes) },
];

async function showDiff(context: CliContext, target: string | undefined, times: readonly [string, string]): Promise<void> {
  const client = await context.client();
  let [from, to] = times;
  const list = await readAllPages(async (page) => {
    const answer = await client.call("live.diff", { ...page, from, to, ...(target === undefined ? {} : { target }) }, context.signal);
    ({ from, to } = answer);
    return answer;
  });
  if (context.json) return context.document({ from, to, ...list });
  await context.line(`from ${from} to ${to}`);
  await printTable(context, DIFF_COLUMNS, list.items, `the same was live${inTarget(target)}`);
}

const USAGE = "live [LINE|SOURCE] [--at TIME | --diff T1 T2]";

/** `live`, `live --at TIME`, `live --diff T1 T2`, each for a line, a namespace or everything. */
export const LIVE: Command = {
  words: "live",
  summary: "what is live now, what was live at a time, and what changed between two times",
  arguments: [{ name: "[target]", field: "target" }],
  options: [
    { flags: "--at <time>", help: "what was live at this time, and which client had loaded what by then (RFC 3339; UTC without a zone)" },
    { flags: "--diff <times...>", help: "T1 T2: only lines on which something else was live at the second time" },
  ],
  async run(context, given) {
    const at = given.option("at");
    const [from, to, last, ...more] = given.list("diff");
    // The option takes every word behind it: a third one is the target.
    const target = given.positional(0) ?? last;
    const isTwice = given.positional(0) !== undefined && last !== undefined;
    if (isTwice || more.length > 0 || (at !== undefined && from !== undefined)) throw new UsageError(USAGE);
    if (from !== undefined) {
      if (to === undefined) throw new UsageError(`--diff needs two times: ${USAGE}`);
      await showDiff(context, target, [from, to]);
    } else if (at !== undefined) await showAt(context, target, at);
    else await showNow(context, target);
    return EXIT.done;
  },
};
