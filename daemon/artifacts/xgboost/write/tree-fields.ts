// One tree as the fields of a model document, in the layout of a release.

import type { Tree } from "../model.ts";
import type { FieldObject } from "./fields.ts";
import type { Layout } from "./layouts.ts";

/** Stands where a threshold has no meaning: at splits by category and at vector leaves. XGBoost itself wrote NaN there up to 3.0.0, this since. */
const NO_THRESHOLD = Math.fround(1e-45);

/** Documents have features without the bit of the default direction; with all others set, a node is deleted. */
const FEATURE_BITS = 0x7fff_ffff;

/** The fields of tree number `id`, by name. The tree must suit the layout: see render/. */
export function treeFields(tree: Tree, id: number, layout: Layout): FieldObject {
  const isVector = tree.leafSize > 1;
  const hasRows = isVector && layout.vectorLeaves === "leaf_weights";
  const hasStatistics = !isVector || hasRows;
  return {
    base_weights: tree.baseWeights,
    ...(layout.hasCategoryFields ? categoryFields(tree) : {}),
    default_left: layout.hasWordFlags ? Array.from(tree.defaultLeft, (flag) => flag !== 0) : tree.defaultLeft,
    id,
    ...(layout.hasLeafChildCounts ? { leaf_child_counts: new Int32Array(tree.leftChildren.length) } : {}),
    ...(hasRows ? { leaf_weights: tree.leafVectors ?? new Float32Array() } : {}),
    left_children: tree.leftChildren,
    ...(hasStatistics ? { loss_changes: tree.lossChanges } : {}),
    parents: tree.parents,
    right_children: hasRows ? leafRowsAsChildren(tree) : tree.rightChildren,
    split_conditions: thresholds(tree),
    split_indices: splitIndices(tree),
    ...(layout.hasCategoryFields ? { split_type: tree.splitTypes } : {}),
    ...(hasStatistics ? { sum_hessian: tree.sumHessian } : {}),
    tree_param: {
      ...(layout.hasDeletedNodes ? { num_deleted: String(tree.numDeleted) } : {}),
      num_feature: String(tree.numFeature),
      num_nodes: String(tree.leftChildren.length),
      size_leaf_vector: isVector || !layout.hasBoosterLeafSize ? String(tree.leafSize) : "0",
    },
  };
}

function categoryFields(tree: Tree): FieldObject {
  return {
    categories: tree.categories,
    categories_nodes: tree.categoryNodes,
    categories_segments: BigInt64Array.from(tree.categorySegments, BigInt),
    categories_sizes: BigInt64Array.from(tree.categorySizes, BigInt),
  };
}

/** From 3.2 on a leaf names its row of `leaf_weights` where a split has its right child. */
function leafRowsAsChildren(tree: Tree): Int32Array {
  const { leafRows } = tree;
  return leafRows === undefined
    ? tree.rightChildren
    : tree.rightChildren.map((right, node) => (leafRows[node] === -1 ? right : (leafRows[node] ?? -1)));
}

/** A document with a bare NaN is refused by strict JSON parsers, and at these nodes nothing reads it. */
function thresholds(tree: Tree): Float32Array {
  const { splitConditions, splitTypes, leftChildren, leafSize } = tree;
  if (!splitConditions.some(Number.isNaN)) return splitConditions;
  return splitConditions.map((threshold, node) => {
    const isRead = leftChildren[node] === -1 ? leafSize === 1 : splitTypes[node] !== 1;
    return Number.isNaN(threshold) && !isRead ? NO_THRESHOLD : threshold;
  });
}

function splitIndices(tree: Tree): Int32Array {
  const indices = new Int32Array(tree.splitIndices.length);
  for (let node = 0; node < indices.length; node++) indices[node] = (tree.splitIndices[node] ?? 0) & FEATURE_BITS;
  return indices;
}
