// The intercept in the spelling of a release, such that its own link gives the margins that the model's own release computes.

import { outputValue } from "../../predict/outputs.ts";
import { baseMargins } from "../../predict/links.ts";
import { objectiveRules, type Link } from "../../predict/objectives.ts";
import { summationOrder, type Release, type SummationOrder } from "../../predict/release.ts";
import type { XgboostModel } from "../model.ts";
import { floatText } from "../write/float-text.ts";
import { layoutOf } from "../write/layouts.ts";
import { isSpelledExactly } from "../write/score-text.ts";
import { foldIntercepts } from "./fold-intercepts.ts";
import { floatsNear } from "./floats-near.ts";
import { fitted, minorText, refused, type Fitted, type Refusal, type Step, type Target } from "./target.ts";

/**
 * Keeps, converts or folds the base score. Kept when the release's link makes the same margins of it; converted when some score has them; else the
 * margins go into the leaves of each output's first tree, and the release adds 0.
 */
export const fitIntercept: Step = (model, target, source) => {
  const own = baseMargins(source, source.version);
  if (!own.ok) return refused(own.reason, "train the model again with a base_score in the objective's range");
  const scores = [storedScores(model, target), convertedScores(model, target, own.margins)];
  const kept = scores.find((baseScore) => baseScore !== undefined && hasMargins(model, target, baseScore, own.margins));
  if (kept === undefined) return folded(model, target, source, own.margins);
  // In another layout's document the score is one that was found, not one to be estimated yet: 3.1 and later apply no link to the latter.
  const isWithinLayout = layoutOf(source.version) === target.layout;
  const scored = withScore(model, kept);
  return fitted(isWithinLayout ? scored : { ...scored, boostFromAverage: false }, ...orderNotes(source, target));
};

/** Leaves are summed in another order than in the model's own release. Margins of 0 and of one tree come out the same. */
function orderNotes(source: XgboostModel, target: Target): readonly string[] {
  const { booster } = source;
  if (booster.kind === "linear" || booster.trees.length <= (booster.trees[0]?.leafSize === 1 ? source.outputs : 1)) return [];
  const own = orderOf(source, source.version);
  const theirs = orderOf(source, target.release);
  if (own === theirs) return [];
  return [
    `XGBoost ${minorText(target.release)} adds the intercept ${theirs === "base-last" ? "after" : "before"} the leaves, XGBoost ${minorText(source.version)} ${theirs === "base-last" ? "before" : "after"} them: margins may differ in their last bits`,
  ];
}

function orderOf(model: XgboostModel, release: Release): SummationOrder {
  return summationOrder(release, model.booster.kind === "trees" && model.booster.treeWeights !== undefined);
}

function withScore(model: XgboostModel, baseScore: Float32Array): XgboostModel {
  return { ...model, baseScore, isBaseMargin: false };
}

/** True when the release reads exactly these scores and makes exactly these margins of them. */
function hasMargins(model: XgboostModel, { release, layout }: Target, baseScore: Float32Array, margins: Float32Array): boolean {
  if (!baseScore.every((score) => isSpelledExactly(score, layout.score))) return false;
  const made = baseMargins(withScore(model, baseScore), release);
  return made.ok && made.margins.every((margin, output) => Object.is(margin, margins[output]));
}

/** The stored scores, as one where the release stores one; undefined when they differ there. */
function storedScores(model: XgboostModel, { layout }: Target): Float32Array | undefined {
  if (model.isBaseMargin) return undefined;
  return layout.score === "listText" ? model.baseScore : oneScore(model.baseScore);
}

function oneScore(scores: Float32Array): Float32Array | undefined {
  if (scores.length === 1) return scores;
  const [first = 0] = scores;
  return scores.every((score) => Object.is(score, first)) ? Float32Array.of(first) : undefined;
}

/** Scores whose margins are these; undefined when some margin is no score's. */
function convertedScores(model: XgboostModel, target: Target, margins: Float32Array): Float32Array | undefined {
  const found: number[] = [];
  for (const margin of margins) {
    const score = scoreOf(model, target, margin);
    if (score === undefined) return undefined;
    found.push(score);
  }
  const scores = Float32Array.from(found);
  const one = oneScore(scores);
  return target.layout.score === "listText" ? (one ?? scores) : one;
}

/** How far around the inverse of a margin its score is looked for, in floats. Rounding moves it by a few. */
const SEARCH = 64;

function scoreOf(model: XgboostModel, target: Target, margin: number): number | undefined {
  const rules = objectiveRules(model.objective.name, target.release);
  if (rules === undefined || rules.link === "expectile") return undefined;
  const single = { ...model, outputs: 1 };
  const inverse =
    rules.link === "logit"
      ? outputValue("sigmoid", target.release, margin)
      : outputValue(rules.link === "log" ? "exp" : "identity", target.release, margin);
  const scores = floatsNear(inverse, SEARCH).filter((score) => hasMargins(single, target, Float32Array.of(score), Float32Array.of(margin)));
  // Several scores may have the margin. The one of fewest digits is most likely what the trainer gave.
  return scores.toSorted((a, b) => floatText(a).length - floatText(b).length)[0];
}

/** The score whose margin is 0. */
const ZERO_SCORE: Readonly<Record<Exclude<Link, "expectile">, number>> = { identity: 0, log: 1, logit: 0.5 };

function folded(model: XgboostModel, target: Target, source: XgboostModel, margins: Float32Array): Fitted | Refusal {
  const release = minorText(target.release);
  const link = objectiveRules(model.objective.name, target.release)?.link ?? "expectile";
  const booster = link === "expectile" ? undefined : foldIntercepts(model, margins);
  if (booster === undefined || link === "expectile")
    return refused(
      `the intercepts ${Array.from(margins, String).join(", ").slice(0, 200)} cannot be written so that XGBoost ${release} predicts with them`,
      `use XGBoost ${minorText(source.version)} or a later release`,
    );
  const notes = [
    `the intercepts are in the leaves of each output's first tree, since XGBoost ${release} cannot hold them as its base_score: give no base_margin with this document, and do not train on from it`,
  ];
  if (orderOf(source, source.version) === "base-last")
    notes.push(`XGBoost ${minorText(source.version)} adds the intercept after the leaves: margins may differ in their last bits`);
  return {
    ...fitted({ ...withScore(model, Float32Array.of(ZERO_SCORE[link])), boostFromAverage: false, booster }, ...notes),
    isFolded: true,
  };
}
