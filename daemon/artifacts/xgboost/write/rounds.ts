// Where the trees of each boosting round begin.

import type { TreeBooster } from "../model.ts";

/**
 * `iteration_indptr` of a booster with `outputs` outputs: as stored, or, for documents of 1.7 and before, counted as XGBoost does from the trees of
 * one round. A last round that is cut short ends where the trees end.
 */
export function roundBounds(booster: TreeBooster, outputs: number): Int32Array {
  if (booster.roundBounds !== undefined && booster.roundBounds.length > 0) return booster.roundBounds;
  const count = booster.trees.length;
  const isVector = booster.trees.some((tree) => tree.leafSize > 1);
  const perRound = booster.numParallelTree * (isVector ? 1 : outputs);
  return Int32Array.from({ length: Math.ceil(count / perRound) + 1 }, (_, round) => Math.min(count, round * perRound));
}
