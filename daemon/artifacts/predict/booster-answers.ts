// What the kind of booster decides of a model's answers; links, base margins and outputs are the evaluator's.

import type { Rejected } from "../rejected.ts";

export type LeafResult = { readonly ok: true; readonly leaves: Int32Array } | Rejected;

/** Answers of trees or of linear weights, for `count` rows of as many values as the model has features. */
export interface BoosterAnswers {
  /** Trees that answer; 0 for a linear model. */
  readonly trees: number;
  /** Adds to `margins`, which hold the base margins: a number for each row and output. */
  addMargins(rows: Float32Array, count: number, margins: Float32Array): void;
  /** A node's number for each row and tree. */
  leaves(rows: Float32Array, count: number): LeafResult;
  /** Adds to `contributions`, which hold zeros: rows × outputs × (features + 1). Returns why there are none. */
  addContributions(rows: Float32Array, count: number, contributions: Float32Array): Rejected | undefined;
}

export type BoosterAnswersResult = { readonly ok: true; readonly answers: BoosterAnswers } | Rejected;
