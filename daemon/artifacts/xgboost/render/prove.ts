// Whether a model that was made to suit a release still gives the margins of the original.

import { compareMargins } from "../../predict/compare-margins.ts";
import { createEvaluator } from "../../predict/evaluator.ts";
import { summationOrder, type SummationOrder } from "../../predict/release.ts";
import { seedRows } from "../../predict/seed-rows.ts";
import type { XgboostModel } from "../model.ts";
import { minorText, refused, type Refusal, type Target } from "./target.ts";

/** Rows that both models are asked for; the first seven have the same value everywhere, the others stand at the model's own thresholds. */
const ROWS = 64;
/** Of very wide models fewer rows are made, but not fewer than these. */
const LEAST_ROWS = 8;
const MOST_VALUES = 2 ** 18;
const SEED = 1;

/**
 * Compares the margins of the original, by its own release, and of the fitted model, by the target's, on seeded rows, bit for bit. Sums are added in one
 * order for both: that of the original's release, or with the intercept first where the intercepts are in the leaves. Undefined when all are equal.
 */
export function disproof(source: XgboostModel, model: XgboostModel, target: Target, isFolded: boolean): Refusal | undefined {
  const rows = Math.max(LEAST_ROWS, Math.min(ROWS, Math.floor(MOST_VALUES / source.numFeature)));
  const seeded = seedRows(source, { rows, seed: SEED });
  if (!seeded.ok) return unprovable(seeded.reason, source);
  const isDart = source.booster.kind === "trees" && source.booster.treeWeights !== undefined;
  const summation: SummationOrder = isFolded ? "base-first" : summationOrder(source.version, isDart);
  const own = createEvaluator(source, { release: source.version, summation });
  if (!own.ok) return unprovable(own.reason, source);
  const theirs = createEvaluator(model, { release: target.release, summation });
  if (!theirs.ok) return unprovable(theirs.reason, source);
  const expected = own.evaluator.margins(seeded.rows, seeded.count);
  const difference = compareMargins(expected, theirs.evaluator.margins(seeded.rows, seeded.count), source.outputs);
  if (difference === undefined) return undefined;
  return unprovable(
    `seeded row ${difference.row} would have the margin ${difference.got} in XGBoost ${minorText(target.release)} and has ${difference.expected}`,
    source,
  );
}

function unprovable(reason: string, source: XgboostModel): Refusal {
  return refused(`the document could not be proved to predict the same: ${reason}`, `use XGBoost ${minorText(source.version)}`);
}
