// A typed model as the fields of a document of one release.

import type { Release } from "../../predict/release.ts";
import type { LinearBooster, TreeBooster, XgboostModel } from "../model.ts";
import { frameCategoryFields } from "./category-fields.ts";
import { LooseNumbers, type FieldObject } from "./fields.ts";
import type { Layout } from "./layouts.ts";
import { objectiveFields } from "./objectives.ts";
import { roundBounds } from "./rounds.ts";
import { scoreText } from "./score-text.ts";
import { treeFields } from "./tree-fields.ts";

/**
 * The document that `release` writes for a model. Four members are there although the release does not write them, because later ones refuse or misread
 * a document without: the block of reg:gamma, and what tells that a model is trained: rounds of gblinear (up to 1.4), and for a model that has none
 * `iteration_indptr` (up to 1.7) and `boost_from_average` (up to 1.6). The model must suit the layout: see render/.
 */
export function documentFields(model: XgboostModel, layout: Layout, release: Release): FieldObject {
  return {
    version: Array.from(release),
    learner: {
      attributes: Object.fromEntries(model.attributes),
      ...(layout.hasFeatureNames ? { feature_names: model.featureNames, feature_types: model.featureTypes } : {}),
      gradient_booster: model.booster.kind === "linear" ? linearFields(model.booster) : boosterFields(model.booster, model, layout),
      learner_model_param: {
        base_score: scoreText(model.baseScore, layout.score),
        num_class: String(model.numClass),
        num_feature: String(model.numFeature),
        ...(layout.hasTargets ? { num_target: String(model.numTarget) } : {}),
        ...(layout.hasBoostFromAverage || !hasRounds(model) ? { boost_from_average: model.boostFromAverage === true ? "1" : "0" } : {}),
      },
      objective: objectiveFields(model.objective, model.numClass, release),
    },
  };
}

/** 3.1 and later take a model without rounds for one whose base score is still to be estimated, and apply no link to it, unless they are told. */
function hasRounds({ booster }: XgboostModel): boolean {
  return booster.kind === "linear" ? booster.weights.length > 0 : booster.trees.length > 0;
}

/** How many rounds there were is not always stored; where there are weights, there was one. */
function linearFields(booster: LinearBooster): FieldObject {
  const atLeast = booster.weights.length > 0 ? 1 : 0;
  return { model: { weights: booster.weights, boosted_rounds: Math.max(booster.rounds ?? 0, atLeast) }, name: "gblinear" };
}

/** gbtree or dart; where dart keeps its weights depends on the release. */
function boosterFields(booster: TreeBooster, model: XgboostModel, layout: Layout): FieldObject {
  const weights = booster.treeWeights === undefined ? undefined : new LooseNumbers(booster.treeWeights);
  const trees = treesFields(booster, model, layout);
  if (weights === undefined) return { model: trees, name: "gbtree" };
  switch (layout.dart) {
    case "nested":
      return { gbtree: { model: trees, name: "gbtree" }, name: "dart", weight_drop: weights };
    case "beside":
      return { model: trees, name: "gbtree", weight_drop: weights };
    case "inside":
      return { model: { ...trees, weight_drop: weights }, name: "gbtree" };
  }
}

function treesFields(booster: TreeBooster, model: XgboostModel, layout: Layout): FieldObject {
  return {
    ...(layout.hasFrameCategories ? { cats: frameCategoryFields(booster.categories) } : {}),
    gbtree_model_param: {
      ...(layout.hasTargets ? { num_parallel_tree: String(booster.numParallelTree) } : {}),
      num_trees: String(booster.trees.length),
      ...(layout.hasBoosterLeafSize ? { size_leaf_vector: "0" } : {}),
    },
    ...(layout.hasRoundBounds || booster.trees.length === 0
      ? { iteration_indptr: new LooseNumbers(roundBounds(booster, model.outputs)) }
      : {}),
    tree_info: new LooseNumbers(booster.treeGroups),
    trees: booster.trees.map((tree, id) => treeFields(tree, id, layout)),
  };
}
