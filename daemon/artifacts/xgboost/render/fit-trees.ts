// Trees as a release can read them: deleted nodes, splits by category, categories of the training frame.

import { hasFrameCategories } from "../write/category-fields.ts";
import { layoutOf } from "../write/layouts.ts";
import { PADDED_TO, padCategorySets, SPELLED_TO, spellOutOverflow } from "./category-range.ts";
import { compactTree } from "./compact-tree.ts";
import { fitted, minorText, refused, type Step } from "./target.ts";

/** Nodes that pruning left over are taken out where the release refuses them. */
export const fitDeletedNodes: Step = (model, { layout, release }) => {
  const { booster } = model;
  if (booster.kind === "linear" || layout.hasDeletedNodes) return fitted(model);
  const trees = booster.trees.map(compactTree);
  if (trees.every((tree, number) => tree === booster.trees[number])) return fitted(model);
  return fitted(
    { ...model, booster: { ...booster, trees } },
    `nodes left over by pruning are taken out, since XGBoost ${minorText(release)} refuses them: leaves have other numbers`,
  );
};

/** Splits by category need a release that knows them. */
export const fitCategoricalSplits: Step = (model, { layout, release }) => {
  const { booster } = model;
  if (booster.kind === "linear") return fitted(model);
  const tree = booster.trees.findIndex(({ categoryNodes }) => categoryNodes.length > 0);
  if (tree < 0) return fitted(model);
  if (!layout.hasCategoricalSplits)
    return refused(
      `tree ${tree} splits by category, and XGBoost ${minorText(release)} would take the split for a numeric one without a word`,
      "upgrade the client to XGBoost 1.5 or later",
    );
  return layout.checksCategorySign
    ? fitted(model)
    : fitted(model, `XGBoost ${minorText(release)} takes a category between -1 and 0, which is none, for 0`);
};

/**
 * Sets that reach far enough for 1.6, or that say what it does beyond their end. For categories that the model does not know, the two ways of deciding
 * stay different: so this step comes after the proof.
 */
export const fitCategoryRange: Step = (model, { layout, release }, source) => {
  const { booster } = model;
  const isSourceChecked = layoutOf(source.version)?.checksCategoryRange ?? true;
  if (booster.kind === "linear" || isSourceChecked === layout.checksCategoryRange) return fitted(model);
  const changed = isSourceChecked ? padCategorySets(booster) : spellOutOverflow(booster);
  if (changed === undefined) return fitted(model);
  const difference =
    "XGBoost 1.6 sends a category beyond the last 32 that a split's set reaches into in the default direction, other releases send it left";
  if (changed === "too many") return fitted(model, `${difference}: rows with such categories get other margins`);
  return fitted(
    { ...model, booster: changed },
    `${difference}: sets are extended, so that XGBoost ${minorText(release)} decides as XGBoost ${minorText(source.version)} for all codes up to ${isSourceChecked ? PADDED_TO : SPELLED_TO} and for those that the model knows`,
  );
};

/** The training frame's category values stay with releases that know them. */
export const fitFrameCategories: Step = (model, { layout, release }) => {
  const { booster } = model;
  if (booster.kind === "linear" || layout.hasFrameCategories || !hasFrameCategories(booster.categories)) return fitted(model);
  return fitted(
    { ...model, booster: { ...booster, categories: undefined } },
    `XGBoost ${minorText(release)} knows no category values: give categories as their codes in the order of training`,
  );
};
