// The answers of a linear booster.

import { rejected } from "../rejected.ts";
import type { LinearBooster } from "../xgboost/model.ts";
import type { BoosterAnswersResult } from "./booster-answers.ts";
import type { RoundRange } from "./rounds.ts";

/** Prepares the weights of a linear model. Refused: a range of rounds, which linear models do not keep apart, and weights of a wrong number. */
export function linearAnswers(
  booster: LinearBooster,
  features: number,
  outputs: number,
  rounds: RoundRange | undefined,
): BoosterAnswersResult {
  if (rounds !== undefined) return rejected("a linear model has no rounds to choose from");
  const size = (features + 1) * outputs;
  if (booster.weights.length !== 0 && booster.weights.length !== size)
    return rejected(
      `the linear model has ${booster.weights.length} weights, not one for each of ${features} features and a bias, times ${outputs}`,
    );
  // Before the first round there are none: all count as 0.
  const { weights } = booster;
  return {
    ok: true,
    answers: {
      trees: 0,
      addMargins: (rows, count, margins) => addMargins({ features, outputs, weights }, rows, count, margins),
      leaves: () => rejected("a linear model has no leaves"),
      addContributions(rows, count, contributions) {
        addContributions({ features, outputs, weights }, rows, count, contributions);
        return undefined;
      },
    },
  };
}

/** Of each feature one number an output, the biases last. */
interface LinearWeights {
  readonly features: number;
  readonly outputs: number;
  readonly weights: Float32Array;
}

/**
 * Base margin, plus the bias, plus each feature that is not missing, in their order, rounded to float32 at each step. Every release does so.
 * Source: Pred of src/gbm/gblinear.cc.
 */
function addMargins({ features, outputs, weights }: LinearWeights, rows: Float32Array, count: number, margins: Float32Array): void {
  for (let place = 0; place < count * outputs; place++) {
    const output = place % outputs;
    const begin = ((place - output) / outputs) * features;
    let sum = Math.fround((margins[place] ?? 0) + (weights[features * outputs + output] ?? 0));
    for (let feature = 0; feature < features; feature++) {
      const value = rows[begin + feature] ?? 0;
      if (!Number.isNaN(value)) sum = Math.fround(sum + Math.fround(value * (weights[feature * outputs + output] ?? 0)));
    }
    margins[place] = sum;
  }
}

function addContributions(
  { features, outputs, weights }: LinearWeights,
  rows: Float32Array,
  count: number,
  contributions: Float32Array,
): void {
  for (let place = 0; place < count * outputs; place++) {
    const output = place % outputs;
    const begin = ((place - output) / outputs) * features;
    const at = place * (features + 1);
    for (let feature = 0; feature < features; feature++) {
      const value = rows[begin + feature] ?? 0;
      if (!Number.isNaN(value)) contributions[at + feature] = value * (weights[feature * outputs + output] ?? 0);
    }
    contributions[at + features] = weights[features * outputs + output] ?? 0;
  }
}
