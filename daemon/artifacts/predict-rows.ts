// What a model answers for rows, in one call.

import type { PredictionKind } from "../../shared/contract/model-operations.ts";
import { answerRows, type Answers } from "./predict/answers.ts";
import { createEvaluator } from "./predict/evaluator.ts";
import type { Rejected } from "./rejected.ts";
import type { XgboostModel } from "./xgboost/model.ts";

/** Answers for `count` rows of the model's features, NaN = missing. Refused: a model that cannot be evaluated, or has no such answer. */
export function predictRows(model: XgboostModel, kind: PredictionKind, rows: Float32Array, count: number): Answers | Rejected {
  const evaluated = createEvaluator(model);
  return evaluated.ok ? answerRows(evaluated.evaluator, kind, rows, count) : evaluated;
}
