// What a model answers for rows, by the kind of answer, and as JSON text in which each number reads back as the same float32.

import type { PredictionKind } from "../../../shared/contract/model-operations.ts";
import { rejected, type Rejected } from "../rejected.ts";
import { floatText } from "../xgboost/write/float-text.ts";
import type { Evaluator } from "./evaluator.ts";

/** The numbers of `values.length / outputs` rows, one row after the other. */
export interface Answers {
  readonly ok: true;
  readonly values: Float32Array | Int32Array;
  /** Numbers of one row. Of contributions: (features + 1) for each output of the model, the bias last. */
  readonly outputs: number;
}

/** Numbers of one answer; more would not fit beside the model. */
const MOST_NUMBERS = 2 ** 27;

/**
 * Asks for one kind of answer. Refused: leaves of a linear model, contributions of vector leaves, and more numbers than fit into memory. Throws a
 * RangeError for rows of a wrong length.
 */
export function answerRows(evaluator: Evaluator, kind: PredictionKind, rows: Float32Array, count: number): Answers | Rejected {
  const outputs = answerWidth(evaluator, kind);
  // A class number is made from all margins of its row.
  if (count * Math.max(outputs, evaluator.outputs) > MOST_NUMBERS)
    return rejected(`${count} rows of ${outputs} numbers each are too many for one answer; ask for fewer rows`);
  switch (kind) {
    case "margin":
      return { ok: true, values: evaluator.margins(rows, count), outputs };
    case "prediction":
      return { ok: true, values: evaluator.predictions(rows, count), outputs };
    case "leaf": {
      const found = evaluator.leaves(rows, count);
      return found.ok ? { ok: true, values: found.leaves, outputs } : found;
    }
    case "contribs": {
      const found = evaluator.contributions(rows, count);
      return found.ok ? { ok: true, values: found.contributions, outputs } : found;
    }
  }
}

function answerWidth(evaluator: Evaluator, kind: PredictionKind): number {
  const widths: Readonly<Record<PredictionKind, number>> = {
    margin: evaluator.outputs,
    prediction: evaluator.predictionOutputs,
    leaf: evaluator.trees,
    contribs: evaluator.outputs * (evaluator.features + 1),
  };
  return widths[kind];
}

/**
 * `{"rows": n, "outputs": m, "values": [[…], …]}` on one line. Numbers have the fewest digits that read back as the same float32, −0 is -0.0, NaN is
 * null; JSON has no infinity, but 1e999 reads as one.
 */
export function answersText({ values, outputs }: Pick<Answers, "values" | "outputs">, count: number): string {
  const lines: string[] = [];
  for (let row = 0; row < count; row++)
    lines.push(`[${Array.from(values.subarray(row * outputs, (row + 1) * outputs), numberText).join(",")}]`);
  return `{"rows":${count},"outputs":${outputs},"values":[${lines.join(",")}]}`;
}

/** One float32 as `answersText` prints it. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "null";
  if (!Number.isFinite(value)) return value > 0 ? "1e999" : "-1e999";
  if (Object.is(value, -0)) return "-0.0";
  return Number.isInteger(value) && Math.abs(value) < 2 ** 24 ? String(value) : String(Number(floatText(value)));
}
