// Commands that look across lines and times: lines, compare, rank, history verify, outcome.

import type { Output } from "../../shared/contract/operations.ts";
import type { ComparisonView, LineSummaryView, RankedView } from "../../shared/contract/registry-views.ts";
import { printable } from "../format/cell-width.ts";
import { compact, signed } from "../format/numbers.ts";
import { shortTime } from "../format/times.ts";
import { wholeNumber, type Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { LINE } from "./line-commands.ts";
import { readAllPages } from "./pages.ts";
import { VERSION_ARGUMENT } from "./promote-commands.ts";
import { outcomeText } from "./send-move.ts";
import { printFields, printTable, type TableColumn } from "./table.ts";

const LINES_COLUMNS: readonly TableColumn<LineSummaryView>[] = [
  { title: "LINE", cell: (row) => row.line },
  { title: "POLICY", cell: (row) => row.policy },
  { title: "LIVE", cell: (row) => (row.version === "" ? "-" : row.version) + (row.pinned ? " pinned" : "") },
  { title: "SINCE", cell: (row) => (row.live_since === null ? "-" : shortTime(row.live_since)) },
  { title: "NEWEST", cell: (row) => (row.newest === "" ? "-" : row.newest) },
  { title: "VERSIONS", align: "right", cell: (row) => String(row.versions) },
  { title: "STAGED", align: "right", cell: (row) => String(row.staged) },
  { title: "TESTING", align: "right", cell: (row) => String(row.testing), role: (row) => (row.testing > 0 ? "accent" : "plain") },
  {
    title: "STATE",
    cell: (row) => (row.degraded === "" ? "ok" : `degraded: ${row.degraded}`),
    role: (row) => (row.degraded === "" ? "plain" : "bad"),
  },
];

/** `lines [NAMESPACE]` */
export const LINES: Command = {
  words: "lines",
  arguments: [{ name: "[namespace]", field: "namespace" }],
  async run(context, given) {
    const client = await context.client();
    const namespace = given.positional(0);
    const list = await readAllPages((page) =>
      client.call("line.list", { ...page, ...(namespace === undefined ? {} : { namespace }) }, context.signal),
    );
    if (context.json) await context.document(list);
    else await printTable(context, LINES_COLUMNS, list.items, namespace === undefined ? "there are no lines" : `${namespace} has no lines`);
    return EXIT.done;
  },
};

/** Values of metrics beside the one that ranks: more would not fit a screen. */
const MORE_METRICS = 5;

function rankColumns(by: string, rows: readonly RankedView[]): readonly TableColumn<RankedView>[] {
  const others = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))].filter((name) => name !== by);
  const metric = (name: string): TableColumn<RankedView> => ({
    title: name.toUpperCase(),
    align: "right",
    cell: ({ metrics }) => (metrics[name] === undefined ? "-" : compact(metrics[name])),
  });
  return [
    { title: "RANK", align: "right", cell: (row) => String(row.rank) },
    { title: "VERSION", cell: (row) => row.version },
    {
      title: "STATUS",
      cell: (row) => row.status,
      role: (row) => (row.status === "failed" ? "bad" : row.status === "production" ? "good" : "plain"),
    },
    { title: by.toUpperCase(), align: "right", cell: (row) => (row.value === null ? "-" : compact(row.value)), role: () => "strong" },
    ...others.toSorted().slice(0, MORE_METRICS).map(metric),
    { title: "ACTIVATED", cell: (row) => (row.activated_at === null ? "-" : shortTime(row.activated_at)) },
    { title: "DEACTIVATED", cell: (row) => (row.deactivated_at === null ? "-" : shortTime(row.deactivated_at)) },
  ];
}

/** `rank LINE --by METRIC` */
export const RANK: Command = {
  words: "rank",
  arguments: [LINE],
  options: [
    { flags: "--by <metric-name>", field: "by" },
    { flags: "--ascending", help: "the smallest value first" },
    { flags: "--limit <count>", help: "at most so many versions (default: 20)" },
  ],
  async run(context, given) {
    const by = given.option("by");
    if (by === undefined) throw new UsageError("rank LINE --by METRIC: name the metric, such as sharpe");
    const limit = given.option("limit");
    const input = {
      ...{ line: given.needed(0), by },
      ...(given.isSet("ascending") ? { order: "asc" as const } : {}),
      ...(limit === undefined ? {} : { limit: wholeNumber(limit, "--limit") }),
    };
    const list = await (await context.client()).call("version.rank", input, context.signal);
    if (context.json) await context.document(list);
    else await printTable(context, rankColumns(by, list.items), list.items, `${list.line} has no versions`);
    return EXIT.done;
  },
};

type Paired = ComparisonView["paired"][number];
type Delta = ComparisonView["metrics"][number];

const number = (value: number | null): string => (value === null ? "-" : compact(value));

const PAIRED_COLUMNS: readonly TableColumn<Paired>[] = [
  { title: "SERIES", cell: (row) => row.column },
  { title: "DATES", align: "right", cell: (row) => String(row.dates) },
  { title: "DIFFERENCE", align: "right", cell: (row) => signed(row.mean_difference, 6) },
  { title: "INTERVAL", cell: (row) => `${signed(row.low, 6)} to ${signed(row.high, 6)} (${compact(row.confidence * 100)} %)` },
  { title: "T", align: "right", cell: (row) => number(row.t) },
  { title: "P", align: "right", cell: (row) => number(row.p) },
];

async function printComparison(context: CliContext, view: ComparisonView): Promise<void> {
  const { first, second } = view;
  const isOneLine = first.line === second.line;
  const title = (side: ComparisonView["first"]): string => (isOneLine ? side.version : `${side.line} ${side.version}`);
  await context.line(
    printable(
      `${first.line} ${first.version} (${first.status}) and ${isOneLine ? "" : `${second.line} `}${second.version} (${second.status})`,
    ),
  );
  const columns: readonly TableColumn<Delta>[] = [
    { title: "METRIC", cell: (row) => row.name },
    { title: title(first), align: "right", cell: (row) => number(row.first) },
    { title: title(second), align: "right", cell: (row) => number(row.second) },
    { title: "DIFFERENCE", align: "right", cell: (row) => (row.difference === null ? "-" : signed(row.difference, 6)) },
  ];
  await printTable(context, columns, view.metrics, "no metrics");
  await printFields(context, [
    ["factors added", view.factors_added.join(", ")],
    ["factors removed", view.factors_removed.join(", ")],
  ]);
  if (view.paired.length > 0) await printTable(context, PAIRED_COLUMNS, view.paired, "");
  if (view.paired_note !== "") await context.line(printable(`paired comparison: ${view.paired_note}`));
}

/** `compare LINE V1 V2` */
export const COMPARE: Command = {
  words: "compare",
  arguments: [LINE, VERSION_ARGUMENT, { name: "<other-version>", field: "other_version", help: "the version to compare it with" }],
  options: [{ flags: "--with <line>", field: "other_line" }],
  async run(context, given) {
    const other = given.option("with");
    const input = {
      ...{ line: given.needed(0), version: given.needed(1), other_version: given.needed(2) },
      ...(other === undefined ? {} : { other_line: other }),
    };
    const view = await (await context.client()).call("version.compare", input, context.signal);
    if (context.json) await context.document(view);
    else await printComparison(context, view);
    return EXIT.done;
  },
};

async function printProof(context: CliContext, proof: Output<"history.verify">): Promise<void> {
  await printFields(context, [
    ["history", proof.valid ? "as it was written" : "CHANGED", proof.valid ? "good" : "bad"],
    ["moves", String(proof.moves)],
    ["broken at", proof.broken_at === null ? "" : `event ${proof.broken_at}`, "bad"],
    ["detail", proof.detail],
    ["newest hash", proof.hash],
  ]);
}

/** `history verify`: exit code 1 when the chain is broken. */
export const HISTORY_VERIFY: Command = {
  words: "history verify",
  async run(context) {
    const proof = await (await context.client()).call("history.verify", {}, context.signal);
    if (context.json) await context.document(proof);
    else await printProof(context, proof);
    return proof.valid ? EXIT.done : EXIT.failed;
  },
};

/** `outcome REQUEST_ID`: exit code 1 when no move was made with this id. */
export const OUTCOME: Command = {
  words: "outcome",
  arguments: [{ name: "<request-id>", field: "request_id", help: "the id that was sent with the move" }],
  async run(context, given) {
    const outcome = await (await context.client()).call("move.outcome", { request_id: given.needed(0) }, context.signal);
    if (context.json) await context.document(outcome);
    else await context.line(outcome.found ? outcomeText(outcome) : "no move was made with this id");
    return outcome.found ? EXIT.done : EXIT.failed;
  },
};
