// What each release of XGBoost writes and needs to read: THE table of model documents, 1.0 to 3.4.
// Seen in documents of the published wheels, and proved by loading ours into each of them.

import { isBefore, type Release } from "../../predict/release.ts";

/** Where the leaves of vector-leaf trees stand: nowhere, in `base_weights`, or in `leaf_weights` with their rows in `right_children`. */
export type VectorLeaves = "none" | "base_weights" | "leaf_weights";

/** How `base_score` is spelled: a text for the inexact parser of 1.0 and 1.1, an exact text, or the text of a list with one entry an output. */
export type ScoreSpelling = "roughText" | "text" | "listText";

/** Where dart keeps its weights: round a nested gbtree, beside the model, or in the model. */
export type DartLayout = "nested" | "beside" | "inside";

/** One layout of model documents; it holds from `since` on until the next one. */
export interface Layout {
  /** First release with this layout. */
  readonly since: readonly [number, number];
  readonly hasUbjson: boolean;
  readonly score: ScoreSpelling;
  /** `default_left` as false and true; else 0 and 1. */
  readonly hasWordFlags: boolean;
  /** `leaf_child_counts` of trees. */
  readonly hasLeafChildCounts: boolean;
  /** `num_deleted` of trees, without which deleted nodes are refused. */
  readonly hasDeletedNodes: boolean;
  /** `split_type` and the category lists of trees. */
  readonly hasCategoryFields: boolean;
  /** Splits by category are predicted by their sets. Before, they are taken for numeric ones without a word. */
  readonly hasCategoricalSplits: boolean;
  /** A category between −1 and 0 is none. In 1.5 it counts as 0. */
  readonly checksCategorySign: boolean;
  /** A code beyond the last 32-bit word of a node's set goes left. In 1.6 it goes right. */
  readonly checksCategoryRange: boolean;
  /** `feature_names` and `feature_types` of the learner. */
  readonly hasFeatureNames: boolean;
  /** `num_target` of the learner and `num_parallel_tree` of the booster: several targets can be predicted. */
  readonly hasTargets: boolean;
  /** `boost_from_average` of the learner. */
  readonly hasBoostFromAverage: boolean;
  /** `size_leaf_vector` of the booster; that of a tree with plain leaves is 0 then, and 1 afterwards. */
  readonly hasBoosterLeafSize: boolean;
  /** `iteration_indptr` of the model. */
  readonly hasRoundBounds: boolean;
  readonly vectorLeaves: VectorLeaves;
  /** dart predicts trees with vector leaves. Before, it makes something else of them without a word. */
  readonly hasVectorDart: boolean;
  /** `cats` of the model: the category values of the training frame. */
  readonly hasFrameCategories: boolean;
  readonly dart: DartLayout;
}

const FIRST: Layout = {
  since: [1, 0],
  hasUbjson: false,
  score: "roughText",
  hasWordFlags: true,
  hasLeafChildCounts: true,
  hasDeletedNodes: false,
  hasCategoryFields: false,
  hasCategoricalSplits: false,
  checksCategorySign: false,
  checksCategoryRange: true,
  hasFeatureNames: false,
  hasTargets: false,
  hasBoostFromAverage: false,
  hasBoosterLeafSize: true,
  hasRoundBounds: false,
  vectorLeaves: "none",
  hasVectorDart: false,
  hasFrameCategories: false,
  dart: "nested",
};

/** What each release changed. */
const CHANGES: readonly (Partial<Layout> & Pick<Layout, "since">)[] = [
  { since: [1, 1], hasDeletedNodes: true },
  { since: [1, 2], score: "text" },
  { since: [1, 3], hasLeafChildCounts: false, hasCategoryFields: true },
  { since: [1, 4], hasFeatureNames: true },
  { since: [1, 5], hasCategoricalSplits: true },
  { since: [1, 6], hasUbjson: true, hasWordFlags: false, hasTargets: true, checksCategorySign: true, checksCategoryRange: false },
  { since: [1, 7], hasBoostFromAverage: true, checksCategoryRange: true },
  { since: [2, 0], hasBoosterLeafSize: false, hasRoundBounds: true, vectorLeaves: "base_weights" },
  { since: [3, 1], score: "listText", hasFrameCategories: true },
  { since: [3, 2], vectorLeaves: "leaf_weights" },
  { since: [3, 3], dart: "beside", hasVectorDart: true },
  { since: [3, 4], dart: "inside" },
];

const LAYOUTS: readonly Layout[] = CHANGES.reduce<readonly Layout[]>(
  (layouts, change) => [...layouts, { ...(layouts.at(-1) ?? FIRST), ...change }],
  [FIRST],
);

/** The layout of the newest release that is known here. */
export const NEWEST_LAYOUT: Layout = LAYOUTS.at(-1) ?? FIRST;

/** The layout that a release writes and reads; newer releases than known ones have the newest layout. Undefined before 1.0, which has no JSON. */
export function layoutOf(release: Release): Layout | undefined {
  return LAYOUTS.findLast(({ since: [major, minor] }) => !isBefore(release, major, minor));
}
