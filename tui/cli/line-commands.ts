// Commands that look at one line: show, ic, curve, factors, versions, history.

import type { CurveView, FactorsView, LineView, MoveView, VersionView } from "../../shared/contract/views.ts";
import { icBarLines } from "../charts/ic-bars.ts";
import { icBarRows } from "../charts/ic-rows.ts";
import { curveLines } from "../charts/curve-chart.ts";
import { metricNames } from "../charts/curve-facts.ts";
import { GOLDEN_WORDS } from "../format/model-facts.ts";
import { byteSize, compact, signed } from "../format/numbers.ts";
import { shortTime } from "../format/times.ts";
import type { ArgumentSpec, Command, Given, OptionSpec } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { gatesText, isRefused } from "./gate-table.ts";
import { jsonFields } from "./json-fields.ts";
import { readAllPages } from "./pages.ts";
import { paperText } from "./paper-text.ts";
import { printFields, printTable, type TableColumn } from "./table.ts";

/** The argument of every command on a line. */
export const LINE: ArgumentSpec = { name: "<line>", field: "line" };
/** The option of commands that look at one version. */
export const VERSION: OptionSpec = {
  flags: "--version <version>",
  field: "version",
  help: "a version label such as v3 (default: the live version)",
};

const FILE_COLUMNS: readonly TableColumn<LineView["artifacts"][number]>[] = [
  { title: "FILE", cell: (file) => file.path },
  { title: "KIND", cell: (file) => file.kind },
  { title: "SIZE", align: "right", cell: (file) => byteSize(file.size_bytes) },
  { title: "MODIFIED", cell: (file) => shortTime(file.modified_at) },
  { title: "SHA256", cell: (file) => file.sha256.slice(0, 12) },
];

/** What the operations on a line take. */
export function lineInput(given: Given): { readonly line: string; readonly version?: string } {
  const version = given.option("version");
  return { line: given.needed(0), ...(version === undefined ? {} : { version }) };
}

async function printLine(context: CliContext, view: LineView): Promise<void> {
  const { group, live, model_meta: meta } = view;
  const dates = [group.train_start_date, group.train_end_date].map((date) => date ?? "?").join(" to ");
  await printFields(context, [
    ["line", group.line, "strong"],
    ["symbol", group.symbol],
    ["return", group.return_name],
    ["features", `${group.feature_dim}, ${group.factor_count} factors named`],
    ["policy", group.policy],
    ["state", group.ready ? "ready" : "not ready", group.ready ? "good" : "warn"],
    ["degraded", group.degraded, "bad"],
    ["live", live === null ? "nothing" : `${live.version}, created ${shortTime(live.created_at)}`, live === null ? "warn" : "plain"],
    ["since", live === null ? "" : `${shortTime(live.status_since)}: ${live.reason} [${live.actor}]`],
    ["pinned", group.pinned ? "yes: new files do not go live until `resume`" : "no", group.pinned ? "warn" : "plain"],
    ["sha256", live?.sha256 ?? ""],
    ["golden", live === null ? "" : live.golden.replace("_", " ")],
    ["versions", String(view.version_count)],
    ["trained on", group.train_start_date === null && group.train_end_date === null ? "" : dates],
    ["changed", shortTime(group.changed_at)],
  ]);
  for (const [title, fields] of [
    ["model", jsonFields(meta)],
    ["info", jsonFields(view.info_summary)],
  ] as const) {
    if (fields.length === 0) continue;
    await context.line(`\n${context.paint(title, "strong")}`);
    await printFields(context, fields);
  }
  await context.line("");
  await printTable(context, FILE_COLUMNS, view.artifacts, "no files");
  for (const warning of group.warnings) await context.remark(`warning: ${warning}`);
}

/** `show LINE` */
export const SHOW: Command = {
  words: "show",
  arguments: [LINE],
  options: [VERSION],
  async run(context, given) {
    const view = await (await context.client()).call("line.show", lineInput(given), context.signal);
    if (context.json) await context.document(view);
    else await printLine(context, view);
    return EXIT.done;
  },
};

/** `ic LINE`: bars by factor; those of the model without a row say so. */
export const IC: Command = {
  words: "ic",
  arguments: [LINE],
  options: [VERSION],
  async run(context, given) {
    const client = await context.client();
    const input = lineInput(given);
    const ic = await client.call("line.ic", input, context.signal);
    if (context.json) {
      await context.document(ic);
      return EXIT.done;
    }
    const factors = await client.call("line.factors", input, context.signal);
    await context.line(`${ic.line} ${ic.version}: Kendall tau by factor`);
    const { width, charset } = context;
    for (const line of icBarLines(icBarRows(ic, factors), { width, charset })) await context.line(line);
    return EXIT.done;
  },
};

async function printCurves(context: CliContext, view: CurveView, metric: string | undefined): Promise<void> {
  await context.line(`${view.line} ${view.version}: training curves`);
  const metrics = metric === undefined ? metricNames(view) : [metric];
  if (metrics.length === 0) await context.line("no training curves in these files");
  for (const name of metrics) {
    await context.line("");
    const { width, charset } = context;
    for (const line of curveLines(view, { width, height: 20, charset, metric: name })) await context.line(line);
  }
}

/** `curve LINE [--metric M]` */
export const CURVE: Command = {
  words: "curve",
  arguments: [LINE],
  options: [{ flags: "--metric <metric>", field: "metric" }, VERSION],
  async run(context, given) {
    const metric = given.option("metric");
    const input = { ...lineInput(given), ...(metric === undefined ? {} : { metric }) };
    const view = await (await context.client()).call("line.curve", input, context.signal);
    if (context.json) await context.document(view);
    else await printCurves(context, view, metric);
    return EXIT.done;
  },
};

const FACTOR_COLUMNS: readonly TableColumn<FactorsView["items"][number]>[] = [
  { title: "DIM", align: "right", cell: (row) => String(row.dim) },
  { title: "FACTOR", cell: (row) => (row.factor_name === "" ? "(no name)" : row.factor_name) },
  {
    title: "TAU",
    align: "right",
    cell: (row) => signed(row.kendall_tau),
    role: (row) => (row.kendall_tau === null ? "dim" : row.kendall_tau < 0 ? "bad" : "good"),
  },
];

/** `factors LINE` */
export const FACTORS: Command = {
  words: "factors",
  arguments: [LINE],
  options: [VERSION],
  async run(context, given) {
    const view = await (await context.client()).call("line.factors", lineInput(given), context.signal);
    if (context.json) await context.document(view);
    else await printTable(context, FACTOR_COLUMNS, view.items, "the model has no features");
    return EXIT.done;
  },
};

/** `staged, testing` while paper trading goes on. */
function statusText({ status, paper }: VersionView): string {
  return status === "staged" && paper !== null && paper.stopped_at === null ? "staged, testing" : status;
}

/** `ic=0.05 sharpe=1.2`, cut after the first few; `-` without metrics. */
function metricsText(metrics: Readonly<Record<string, number>>): string {
  const all = Object.entries(metrics).map(([name, value]) => `${name}=${compact(value)}`);
  if (all.length === 0) return "-";
  return all.length <= SHOWN_METRICS ? all.join(" ") : `${all.slice(0, SHOWN_METRICS).join(" ")} +${all.length - SHOWN_METRICS}`;
}

const SHOWN_METRICS = 6;

const VERSION_COLUMNS: readonly TableColumn<VersionView>[] = [
  { title: "VERSION", cell: (row) => row.version },
  { title: "STATUS", cell: statusText, role: (row) => (row.status === "failed" ? "bad" : row.live ? "good" : "plain") },
  { title: "LIVE", cell: (row) => (row.live ? "live" : ""), role: () => "good" },
  { title: "CREATED", cell: (row) => shortTime(row.created_at) },
  { title: "SINCE", cell: (row) => shortTime(row.status_since) },
  { title: "SHA256", cell: (row) => (row.sha256 === "" ? "-" : row.sha256.slice(0, 12)) },
  { title: "TRAINED TO", cell: (row) => row.train_end_date ?? "-" },
  {
    title: "GOLDEN",
    cell: (row) => (row.golden === "absent" ? "-" : row.golden.replace("_", " ")),
    role: (row) => (row.golden === "absent" ? "dim" : GOLDEN_WORDS[row.golden].role),
  },
  {
    title: "WARNINGS",
    align: "right",
    cell: (row) => String(row.warnings.length),
    role: (row) => (row.warnings.length > 0 ? "warn" : "plain"),
  },
  { title: "METRICS", cell: (row) => metricsText(row.metrics) },
  { title: "GATES", cell: (row) => gatesText(row.gates) || "-", role: (row) => (isRefused(row.gates) ? "warn" : "plain") },
  { title: "PAPER", cell: (row) => paperText(row.paper) || "-" },
  { title: "BYTES", cell: (row) => (row.bytes_kept ? "kept" : "no longer kept"), role: (row) => (row.bytes_kept ? "plain" : "dim") },
  { title: "BY", cell: (row) => row.actor },
  { title: "WHY", cell: (row) => row.reason },
];

/** `versions LINE` */
export const VERSIONS: Command = {
  words: "versions",
  arguments: [LINE],
  async run(context, given) {
    const line = given.needed(0);
    const client = await context.client();
    const list = await readAllPages((page) => client.call("line.versions", { line, ...page }, context.signal));
    if (context.json) await context.document(list);
    else await printTable(context, VERSION_COLUMNS, list.items, `${line} has no versions`);
    return EXIT.done;
  },
};

const MOVE_COLUMNS: readonly TableColumn<MoveView>[] = [
  { title: "SEQUENCE", align: "right", cell: (row) => String(row.sequence) },
  { title: "TIME", cell: (row) => shortTime(row.at) },
  { title: "VERSION", cell: (row) => row.version },
  { title: "ACTION", cell: (row) => row.action },
  { title: "FROM", cell: (row) => row.from_status ?? "-" },
  { title: "TO", cell: (row) => row.to_status },
  { title: "GATES", cell: movedGates, role: (row) => (row.gates_skipped ? "warn" : "plain") },
  { title: "BY", cell: (row) => row.actor },
  { title: "WHY", cell: (row) => row.reason },
];

/** What the gates said when it was decided; whether somebody overrode them. */
function movedGates({ gates, gates_skipped }: MoveView): string {
  const said = gatesText(gates);
  if (!gates_skipped) return said === "" ? "-" : said;
  return said === "" ? "skipped" : `skipped (${said})`;
}

/** `history LINE` */
export const HISTORY: Command = {
  words: "history",
  arguments: [LINE],
  async run(context, given) {
    const line = given.needed(0);
    const client = await context.client();
    const list = await readAllPages((page) => client.call("line.history", { line, ...page }, context.signal));
    if (context.json) await context.document(list);
    else await printTable(context, MOVE_COLUMNS, list.items, `${line} has no history`);
    return EXIT.done;
  },
};
