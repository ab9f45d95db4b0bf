// `model LINE`: what the model of a line is: summary, importance, parameters, pickle.

import type { ModelView } from "../../shared/contract/model-operations.ts";
import { coefficientRows, featureNames, importanceLines, importanceRows, MEASURE_WORDS } from "../charts/importance-bars.ts";
import { printable } from "../format/cell-width.ts";
import { globalTexts, modelFacts, parameterFacts, type ModelFact } from "../format/model-facts.ts";
import { lineText } from "../format/styled.ts";
import { wholeNumber, type Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { LINE, lineInput, VERSION } from "./line-commands.ts";
import { printFields } from "./table.ts";

/** Features in the text unless more are asked for. */
const TOP = 20;

function fieldsOf(facts: readonly ModelFact[]): readonly (readonly [string, string, ModelFact["role"]])[] {
  return facts.map(({ label, text, role }) => [label, text, role]);
}

async function printTitle(context: CliContext, title: string): Promise<void> {
  await context.line(`\n${context.paint(title, "strong")}`);
}

async function printBars(context: CliContext, view: ModelView, names: readonly string[], top: number): Promise<void> {
  const { width, charset } = context;
  const isLinear = view.coefficients.length > 0;
  const all = isLinear ? coefficientRows(view, names) : importanceRows(view, "total_gain");
  const rows = all.slice(0, top);
  const total = isLinear ? all.length : view.importance_total;
  if (rows.length === 0) return;
  await printTitle(
    context,
    isLinear ? `coefficients, ${rows.length} of ${total}` : `importance by ${MEASURE_WORDS.total_gain}, ${rows.length} of ${total}`,
  );
  for (const line of importanceLines(rows, { width, charset, isSigned: isLinear })) await context.line(lineText(line).trimEnd());
}

async function printModel(context: CliContext, view: ModelView, names: readonly string[], top: number): Promise<void> {
  await context.line(`${view.line} ${view.version}`);
  await printFields(context, fieldsOf(modelFacts(view)));
  await printBars(context, view, names, top);
  const parameters = parameterFacts(view);
  if (parameters.length > 0) {
    await printTitle(context, "parameters");
    await printFields(context, fieldsOf(parameters));
  }
  if (view.pickle === null) return;
  await printTitle(context, "globals of the pickle (none was looked up)");
  for (const { text, role } of globalTexts(view.pickle)) await context.line(context.paint(printable(text), role));
}

/** `model LINE [--top N]` */
export const MODEL: Command = {
  words: "model",
  arguments: [LINE],
  options: [VERSION, { flags: "--top <count>", field: "importance", help: `features to list (default: ${TOP}; with --json 200)` }],
  async run(context, given) {
    const asked = given.option("top");
    const top = asked === undefined ? undefined : wholeNumber(asked, "--top");
    const client = await context.client();
    const input = lineInput(given);
    const wanted = context.json ? top : (top ?? TOP);
    const view = await client.call("line.model", { ...input, ...(wanted === undefined ? {} : { importance: wanted }) }, context.signal);
    if (context.json) {
      await context.document(view);
      return EXIT.done;
    }
    const factors = view.coefficients.length > 0 ? await client.call("line.factors", input, context.signal) : undefined;
    await printModel(context, view, featureNames(factors), top ?? TOP);
    return EXIT.done;
  },
};
