// One XGBoost model as every reader gives it and every writer, evaluator and view takes it, whatever release and format it came from.

import type { JsonObject, JsonValue } from "../json/json-value.ts";

/** How the bytes of a model were written; a pickle's snapshot is one of these too. */
export type ModelEncoding = "json" | "ubjson" | "binary";

/** A model of any release from 0.72 to 3.4. Numbers are float32 values as stored; nothing is estimated, clamped or linked here. */
export interface XgboostModel {
  readonly encoding: ModelEncoding;
  /** Major, minor, patch of the writer. [0, 0, 0] for the legacy binary of releases before 1.0, which store none. */
  readonly version: readonly [number, number, number];
  readonly objective: ModelObjective;
  readonly numFeature: number;
  /** As stored: 0 or 1 when there are no classes. */
  readonly numClass: number;
  /** As stored; 1 when the document has none. */
  readonly numTarget: number;
  /** How many numbers a row's margin has: the largest of 1, numClass and numTarget. */
  readonly outputs: number;
  /** One entry for all outputs, or one an output. In the space of the prediction, unless `isBaseMargin`. */
  readonly baseScore: Float32Array;
  /** True for the legacy binary before 1.0, whose base score went through the link already. */
  readonly isBaseMargin: boolean;
  /** 1.7 and later: the base score was to be estimated from the data. Undefined when the document does not say. */
  readonly boostFromAverage: boolean | undefined;
  /** Empty when the model has none. */
  readonly featureNames: readonly string[];
  readonly featureTypes: readonly string[];
  /** `learner.attributes`, in stored order. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly booster: TreeBooster | LinearBooster;
}

export interface ModelObjective {
  readonly name: string;
  /** The other members of `learner.objective` as stored (`reg_loss_param` and such); empty for the legacy binary, where `attributes` may hold them. */
  readonly parameters: JsonObject;
}

export interface TreeBooster {
  readonly kind: "trees";
  readonly trees: readonly Tree[];
  /** The output that each tree adds to. */
  readonly treeGroups: Int32Array;
  /** Trees of one round and output; 1 unless it is a forest. */
  readonly numParallelTree: number;
  /** `iteration_indptr` (2.0 and later): where each round's trees begin, and the end. */
  readonly roundBounds: Int32Array | undefined;
  /** dart: the weight of each tree. Undefined for gbtree, also when 3.4 wrote an empty list. */
  readonly treeWeights: Float32Array | undefined;
  /** `cats` (3.1 and later) as stored: the category values of the training frame. */
  readonly categories: JsonValue | undefined;
}

/**
 * Parallel arrays over nodes; node 0 is the root. Formats: XGBoost's include/xgboost/tree_model.h and src/tree/io_utils.h.
 * Statistics that a format does not have are filled with 0.
 */
export interface Tree {
  /** Features that the tree was grown for. */
  readonly numFeature: number;
  /** −1 for a leaf. For vector leaves, `rightChildren` of a leaf is never a child (see `leafRows`). */
  readonly leftChildren: Int32Array;
  readonly rightChildren: Int32Array;
  /** The root's is 2147483647, or −1 in trees of vector leaves; as stored. */
  readonly parents: Int32Array;
  /** 4294967295 (or 2147483647 in JSON) marks a deleted node, which nothing points to. */
  readonly splitIndices: Uint32Array;
  /** The threshold of a numeric split, the value of a leaf; of no meaning at a categorical split. */
  readonly splitConditions: Float32Array;
  /** 1: a missing value goes left. */
  readonly defaultLeft: Uint8Array;
  /** 0 numeric, 1 categorical. */
  readonly splitTypes: Uint8Array;
  /** Categorical nodes, ascending; of `categoryNodes[i]` the set is `categories[categorySegments[i] … + categorySizes[i])`. A value in it goes right. */
  readonly categoryNodes: Int32Array;
  readonly categorySegments: Float64Array;
  readonly categorySizes: Float64Array;
  readonly categories: Int32Array;
  /** Gain of each split. */
  readonly lossChanges: Float32Array;
  /** Hessian sum (cover) of each node. */
  readonly sumHessian: Float32Array;
  /** Weight that the node would have as a leaf; for vector leaves one row of `leafSize` numbers a node. */
  readonly baseWeights: Float32Array;
  /** Numbers of one leaf: 1, or the number of targets in trees of vector leaves. */
  readonly leafSize: number;
  /** Vector leaves only: `leafSize` numbers for each row. */
  readonly leafVectors: Float32Array | undefined;
  /** Vector leaves only: the row of `leafVectors` of each node; −1 for a split. */
  readonly leafRows: Int32Array | undefined;
  readonly numDeleted: number;
}

export interface LinearBooster {
  readonly kind: "linear";
  /** (features + 1) × outputs, the bias row last; empty before the first round. */
  readonly weights: Float32Array;
  /** `boosted_rounds` (1.4 and later). */
  readonly rounds: number | undefined;
}
