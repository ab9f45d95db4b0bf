// Rounds of boosting and the trees that they made.

import { intFromText } from "../lenient.ts";
import { rejected, type Rejected } from "../rejected.ts";
import type { TreeBooster, XgboostModel } from "../xgboost/model.ts";

/** Rounds from `begin` up to (not including) `end`, as `iteration_range` of XGBoost's Python package. */
export interface RoundRange {
  readonly begin: number;
  readonly end: number;
}

export type TreeRange = { readonly ok: true; readonly begin: number; readonly end: number } | Rejected;

/**
 * The trees of some rounds; of all trees without a range. Refused: a range that is empty, upside down or beyond the model's rounds.
 * Files before 2.0 do not say where rounds begin: there each has one tree an output, times the trees of a forest.
 */
export function treesOfRounds(booster: TreeBooster, outputs: number, rounds: RoundRange | undefined): TreeRange {
  const trees = booster.trees.length;
  if (rounds === undefined) return { ok: true, begin: 0, end: trees };
  const bounds = booster.roundBounds;
  const perRound = booster.numParallelTree * (booster.trees.some((tree) => tree.leafSize > 1) ? 1 : outputs);
  const count = bounds !== undefined && bounds.length > 0 ? bounds.length - 1 : Math.ceil(trees / perRound);
  const { begin, end } = rounds;
  if (!(Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && begin < end && end <= count))
    return rejected(`rounds ${begin} to ${end} are no range within the model's ${count} rounds`);
  const boundary = (round: number): number => Math.min(trees, bounds?.[round] ?? round * perRound);
  return { ok: true, begin: boundary(begin), end: boundary(end) };
}

/** The rounds up to the best one, with which scikit-learn's wrappers predict after an early stop. Undefined when the attributes name none. */
export function bestRounds(model: XgboostModel): RoundRange | undefined {
  const best = intFromText(model.attributes.get("best_iteration") ?? "");
  return typeof best === "number" && best >= 0 ? { begin: 0, end: best + 1 } : undefined;
}
