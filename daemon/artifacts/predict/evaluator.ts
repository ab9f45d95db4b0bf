// A model that answers: margins, predictions, leaves and contributions in float32, bit for bit as XGBoost computes them.

import type { Rejected } from "../rejected.ts";
import type { XgboostModel } from "../xgboost/model.ts";
import type { BoosterAnswers, BoosterAnswersResult, LeafResult } from "./booster-answers.ts";
import { linearAnswers } from "./linear-answers.ts";
import { baseMargins } from "./links.ts";
import { objectiveRules, type Output } from "./objectives.ts";
import { predictionsFrom, predictionWidth } from "./outputs.ts";
import type { Release, SummationOrder } from "./release.ts";
import type { RoundRange } from "./rounds.ts";
import { treeAnswers } from "./tree-answers.ts";

/**
 * Raised with every change that can change an answer. It is kept with stored margins, so that an upgrade that changes one is told from a model that
 * was altered.
 */
export const EVALUATOR_VERSION = 1;

/** What is asked of a model beside its plain answer. */
export interface EvaluatorOptions {
  /** Only the trees of these rounds; all by default. Linear models have no rounds to choose from. */
  readonly rounds?: RoundRange | undefined;
  /** The release whose answer is wanted; by default the one that wrote the model. It decides on links, outputs and the order of summation. */
  readonly release?: Release | undefined;
  /** The order of summation when it is not to be the release's. */
  readonly summation?: SummationOrder | undefined;
  /**
   * True: as `Booster.inplace_predict`, which scikit-learn's wrappers call since 1.4. It rounds the trees of dart otherwise from 1.4 to 3.2; everything
   * else is the same.
   */
  readonly inplace?: boolean | undefined;
}

/**
 * Answers for rows of float32 values: `count` rows one after the other, `features` values each, NaN = missing. Category codes are numbers. Results have
 * one row after the other, too. Each method throws a RangeError when `rows` (or `bases`, a base margin for each row and output, in place of the
 * model's) has another length: that is a fault of the caller. Not to be shared between threads.
 */
export interface Evaluator {
  readonly features: number;
  /** Numbers of a row's margin. */
  readonly outputs: number;
  /** Numbers of a row's prediction: one class number for multi:softmax, else as many as the margin. */
  readonly predictionOutputs: number;
  /** Trees that answer; 0 for a linear model. */
  readonly trees: number;
  /** `Booster.predict(output_margin=True)`. */
  margins(rows: Float32Array, count: number, bases?: Float32Array): Float32Array;
  /** `Booster.predict()`. */
  predictions(rows: Float32Array, count: number, bases?: Float32Array): Float32Array;
  /** `Booster.predict(pred_leaf=True)`: the number of each tree's node that the row ends in. Refused for linear models. */
  leaves(rows: Float32Array, count: number): LeafResult;
  /** `Booster.predict(pred_contribs=True, approx_contribs=True)`: rows × outputs × (features + 1), the bias last. Refused for vector leaves. */
  contributions(rows: Float32Array, count: number, bases?: Float32Array): ContributionResult;
}

export type EvaluatorResult = { readonly ok: true; readonly evaluator: Evaluator } | Rejected;
export type ContributionResult = { readonly ok: true; readonly contributions: Float32Array } | Rejected;

/** Prepares a model once for many rows. Refused: an objective that XGBoost does not have, a base score out of range, trees that cannot be descended. */
export function createEvaluator(model: XgboostModel, options: EvaluatorOptions = {}): EvaluatorResult {
  const release = options.release ?? model.version;
  const base = baseMargins(model, release);
  if (!base.ok) return base;
  const answers = answersOf(model, release, base.margins, options);
  if (!answers.ok) return answers;
  const output = objectiveRules(model.objective.name, release)?.output ?? "identity";
  return { ok: true, evaluator: evaluatorOf({ model, release, output, base: base.margins }, answers.answers) };
}

function answersOf(model: XgboostModel, release: Release, base: Float32Array, options: EvaluatorOptions): BoosterAnswersResult {
  const { rounds, summation, inplace = false } = options;
  return model.booster.kind === "linear"
    ? linearAnswers(model.booster, model.numFeature, model.outputs, rounds)
    : treeAnswers(model.booster, model.numFeature, model.outputs, { release, base, rounds, summation, inplace });
}

/** What linear and tree models have in common. */
interface Frame {
  readonly model: XgboostModel;
  readonly release: Release;
  readonly output: Output;
  /** The base margin of each output. */
  readonly base: Float32Array;
}

function evaluatorOf({ model, release, output, base }: Frame, booster: BoosterAnswers): Evaluator {
  const { numFeature: features, outputs } = model;

  function check(rows: Float32Array, count: number, bases?: Float32Array): void {
    if (rows.length !== count * features) throw new RangeError(`${rows.length} values are not ${count} rows of ${features}`);
    if (bases !== undefined && bases.length !== count * outputs)
      throw new RangeError(`${bases.length} base margins are not ${count} rows of ${outputs}`);
  }

  function margins(rows: Float32Array, count: number, bases?: Float32Array): Float32Array {
    check(rows, count, bases);
    const sums = bases === undefined ? new Float32Array(count * outputs) : bases.slice();
    if (bases === undefined) for (let place = 0; place < sums.length; place++) sums[place] = base[place % outputs] ?? 0;
    booster.addMargins(rows, count, sums);
    return sums;
  }

  return {
    features,
    outputs,
    predictionOutputs: predictionWidth(output, outputs),
    trees: booster.trees,
    margins,
    predictions: (rows, count, bases) => predictionsFrom(margins(rows, count, bases), outputs, output, release),
    leaves(rows, count) {
      check(rows, count);
      return booster.leaves(rows, count);
    },
    contributions(rows, count, bases) {
      check(rows, count, bases);
      const contributions = new Float32Array(count * outputs * (features + 1));
      const refusal = booster.addContributions(rows, count, contributions);
      if (refusal !== undefined) return refusal;
      for (let place = 0; place < count * outputs; place++) {
        const bias = place * (features + 1) + features;
        contributions[bias] = (contributions[bias] ?? 0) + ((bases === undefined ? base[place % outputs] : bases[place]) ?? 0);
      }
      return { ok: true, contributions };
    },
  };
}
