// From a model's base score to the margin that the sum of its trees is added to.

import { rejected, type Rejected } from "../rejected.ts";
import type { XgboostModel } from "../xgboost/model.ts";
import { logFloat } from "./float-math.ts";
import { objectiveRules, type Link, type ObjectiveRules } from "./objectives.ts";
import { outputValue } from "./outputs.ts";
import { isBefore, releaseText, type Release } from "./release.ts";
import { SMALL, softplusInverseFloat } from "./softplus.ts";

/** One float32 for each output, or why there is none. */
export type BaseMargins = { readonly ok: true; readonly margins: Float32Array } | Rejected;

/**
 * The base margin of each output as a release of XGBoost computes it. Refused: an objective that it does not have, a base score outside the
 * objective's range. Source: src/learner.cc and ProbToMargin of src/objective.
 */
export function baseMargins(model: XgboostModel, release: Release): BaseMargins {
  const name = model.objective.name;
  const rules = objectiveRules(name, release);
  if (rules === undefined) return rejected(`objective "${name}" is none of XGBoost's: what its base score and outputs mean is not known`);
  const scores = baseScores(model, release, rules);
  if (scores.isMargin) return { ok: true, margins: scores.values };
  const range = scoreRange(name, rules.link, release);
  const fault = scores.values.find((score) => !range.holds(score));
  if (fault !== undefined)
    return rejected(`base_score ${fault} of ${name} is not ${range.text}: XGBoost ${releaseText(release)} refuses it`);
  return { ok: true, margins: linked(scores.values, rules.link, release) };
}

/** Base scores that a release accepts. */
interface ScoreRange {
  readonly text: string;
  holds(score: number): boolean;
}

const ANYTHING: ScoreRange = { text: "any number", holds: () => true };
const OPEN: ScoreRange = { text: "between 0 and 1", holds: (score) => score > 0 && score < 1 };
const CLOSED: ScoreRange = { text: "from 0 to 1", holds: (score) => score >= 0 && score <= 1 };
const POSITIVE: ScoreRange = { text: "above 0", holds: (score) => score > 0 };

function scoreRange(name: string, link: Link, release: Release): ScoreRange {
  if (link === "logit") return isBefore(release, 3, 2) ? OPEN : CLOSED;
  return name === "reg:gamma" && !isBefore(release, 3, 1) ? POSITIVE : ANYTHING;
}

/** Base scores spread over the outputs. `isMargin`: no link is to be applied. */
function baseScores(
  model: XgboostModel,
  release: Release,
  rules: ObjectiveRules,
): { readonly values: Float32Array; readonly isMargin: boolean } {
  const last = model.booster.kind === "linear" ? 1 : model.baseScore.length;
  // Linear models take the first of several scores for every output, in all releases that store several.
  const stored = Float32Array.from({ length: model.outputs }, (_, output) => model.baseScore[output % last] ?? 0);
  if (!model.isBaseMargin) return { values: stored, isMargin: false };
  // From 1.1 on, the margin in a file from before 1.0 is turned back into a score first. That loses nothing but rounding, except for hinge.
  if (isBefore(release, 1, 1) || model.objective.name.startsWith("multi:")) return { values: stored, isMargin: true };
  return { values: stored.map((margin) => outputValue(rules.output, release, margin)), isMargin: false };
}

function linked(scores: Float32Array, link: Link, release: Release): Float32Array {
  switch (link) {
    case "identity":
      return scores;
    case "log":
      return scores.map(logFloat);
    case "logit":
      return scores.map((score) => logit(isBefore(release, 3, 2) ? score : Math.min(Math.max(score, SMALL), Math.fround(1 - SMALL))));
    case "expectile":
      return scores.map((score, output) => {
        const step = Math.fround(Math.fround(score - (scores[output - 1] ?? 0)) - SMALL);
        return output === 0 ? score : softplusInverseFloat(step);
      });
  }
}

/** ln(p ÷ (1 − p)), in XGBoost's steps of float32. */
function logit(probability: number): number {
  return -logFloat(Math.fround(Math.fround(1 / probability) - 1));
}
