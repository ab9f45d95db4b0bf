// `predict`: what a model answers for rows of a file; the daemon's model of a symbol, or a model in a file.

import { AppError } from "../../shared/contract/errors.ts";
import type { PredictionKind } from "../../shared/contract/model-operations.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { lineName } from "../../shared/domain/names.ts";
import { absolutePath } from "../../shared/domain/paths.ts";
import { counted } from "../format/numbers.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import type { Command, Given } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { askFileVerb, STDIN } from "./file-child.ts";
import { deliverModel } from "./model-answer.ts";
import { orderColumns, questionsOf, type FeatureRow, type RowsFile } from "./predict-rows.ts";
import { jsonValues, printPredictions, type Predictions } from "./prediction-table.ts";

/** The flags that ask for something else than the prediction. */
const KIND_FLAGS = ["margin", "leaf", "contribs"] as const satisfies readonly PredictionKind[];

const USAGE = "predict SOURCE SYMBOL --rows FILE, or predict --file MODEL --rows FILE (FILE is .csv, .npy, or - for stdin)";

function kindOf(given: Given): PredictionKind {
  const kinds = KIND_FLAGS.filter((flag) => given.isSet(flag));
  if (kinds.length > 1) throw new UsageError(`predict gives one thing at a time: ${kinds.map((kind) => `--${kind}`).join(" or ")}`);
  return kinds[0] ?? "prediction";
}

/** Text that our own program printed as JSON: its shape is trusted. */
function fromChild<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** `predict --file`: asks no daemon. */
async function predictByFile(context: CliContext, file: string, rowsFile: string, kind: PredictionKind): Promise<number> {
  const flag = kind === "prediction" ? [] : [`--${kind}`];
  const { code, stdout } = await askFileVerb(context, ["predict", absolutePath(file, context.host), "--rows", rowsFile, ...flag, "--json"]);
  if (code !== EXIT.done) return code;
  // Its document is the one that is wanted, with numbers that would not survive being read and written once more.
  if (context.json) await context.host.stdout.write(stdout);
  else await printPredictions(context, kind, fromChild<Predictions>(stdout), []);
  return EXIT.done;
}

/** The version that GetModel would answer with, or why there is none. */
async function findVersion(
  context: CliContext,
  client: DaemonClient,
  given: Given,
): Promise<{ readonly line: string; readonly version: string } | { readonly refusal: string }> {
  const source = given.needed(0);
  const input = {
    source,
    symbol: given.positional(1) ?? "",
    group_key: given.option("groupKey") ?? "",
    version: given.option("version") ?? "",
  };
  // Leaving the loop calls the rest off: only the head is wanted.
  for await (const part of client.stream("model.get", input, context.signal)) {
    if (part.part === "refused") return { refusal: part.message };
    if (part.part === "head") return { line: lineName(source, part.metadata.group_key), version: part.metadata.version };
    break;
  }
  throw new AppError("internal", "the daemon did not begin its answer with a head");
}

type Answer = Output<"model.predict">;

/** Asks as often as it takes; all answers are of one version. */
async function askDaemon(
  context: CliContext,
  client: DaemonClient,
  chosen: { readonly line: string; readonly version: string },
  rows: readonly FeatureRow[],
  kind: PredictionKind,
): Promise<Answer> {
  let whole: Answer | undefined;
  for (const question of questionsOf(rows)) {
    const answer = await client.call("model.predict", { ...chosen, rows: question, kind }, context.signal);
    if (whole === undefined) whole = answer;
    else {
      for (const values of answer.values) whole.values.push(values);
      whole.rows += answer.rows;
    }
  }
  if (whole === undefined) throw new AppError("internal", "nothing was asked");
  return whole;
}

async function predictByDaemon(context: CliContext, given: Given, rowsFile: string, kind: PredictionKind): Promise<number> {
  const { code, stdout } = await askFileVerb(context, ["rows", rowsFile, "--json"]);
  if (code !== EXIT.done) return code;
  const client = await context.client();
  const chosen = await findVersion(context, client, given);
  if ("refusal" in chosen) return deliverModel(context, { outcome: "refused", message: chosen.refusal }, undefined);
  const { items } = await client.call("line.factors", chosen, context.signal);
  const features = items.toSorted((a, b) => a.dim - b.dim).map(({ factor_name }) => factor_name);
  const { rows, remark } = orderColumns(fromChild<RowsFile>(stdout), features, `${chosen.line} ${chosen.version}`);
  if (remark !== "") await context.remark(remark);
  const answer = await askDaemon(context, client, chosen, rows, kind);
  // On one line: an indented matrix has a line for each number.
  if (context.json) await context.item({ ...answer, values: jsonValues(kind, answer.values) });
  else {
    await context.line(`${answer.line} ${answer.version}: ${kind} of ${counted(answer.rows, "row")}`);
    await printPredictions(context, kind, answer, features);
  }
  return EXIT.done;
}

/** `predict SOURCE SYMBOL --rows FILE`, and `predict --file MODEL --rows FILE`. */
export const PREDICT: Command = {
  words: "predict",
  arguments: [
    { name: "[source]", help: "a source" },
    { name: "[symbol]", help: "a symbol; the best group of it unless --group-key names one" },
  ],
  options: [
    { flags: "--rows <file>", help: "rows of features in the model's order, or by name: .csv, .npy, or - for stdin" },
    { flags: "--file <file>", help: "a model document or pickle to ask instead; needs no running daemon" },
    { flags: "--group-key <key>", help: "the group" },
    { flags: "--version <version>", field: "version" },
    { flags: "--margin", help: "the sum of the leaves, before the objective's transformation" },
    { flags: "--leaf", help: "the leaf of each tree" },
    { flags: "--contribs", help: "what each feature adds to the margin, and the bias" },
  ],
  async run(context, given) {
    const kind = kindOf(given);
    const rows = given.option("rows");
    if (rows === undefined) throw new UsageError(USAGE);
    const rowsFile = rows === STDIN ? rows : absolutePath(rows, context.host);
    const file = given.option("file");
    const ofDaemon = [given.positional(0), given.positional(1), given.option("groupKey"), given.option("version")];
    if (file === undefined && ofDaemon[0] !== undefined && ofDaemon[1] !== undefined)
      return predictByDaemon(context, given, rowsFile, kind);
    if (file === undefined || ofDaemon.some((one) => one !== undefined)) throw new UsageError(USAGE);
    return predictByFile(context, file, rowsFile, kind);
  },
};
