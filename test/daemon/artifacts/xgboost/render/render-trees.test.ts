// What happens to trees and category sets for each release. That the margins are the same is up to matrix.test.ts.

import { describe, expect, it } from "vitest";
import type { XgboostModel } from "../../../../../daemon/artifacts/xgboost/model.ts";
import { modelOf, rendered, treesOf } from "./rendered.ts";

describe("trees", () => {
  it("of dart have their weights where the release looks for them", () => {
    const model = modelOf("3.4.1", "dart");
    const weights = Array.from(treesOf(model).treeWeights ?? []);
    const shapes = ["3.2", "3.3", "3.4"].map((release) => {
      const { learner, model: document } = rendered(model, release);
      const { name, weight_drop: beside } = learner.gradient_booster;
      return {
        name,
        isNested: learner.gradient_booster.gbtree !== undefined,
        beside: beside?.map(Math.fround),
        inside: document.weight_drop?.map(Math.fround),
      };
    });
    expect(shapes).toEqual([
      { name: "dart", isNested: true, beside: weights, inside: undefined },
      { name: "gbtree", isNested: false, beside: weights, inside: undefined },
      { name: "gbtree", isNested: false, beside: undefined, inside: weights },
    ]);
  });

  it("with vector leaves have them in base_weights up to 3.1 and in leaf_weights since", () => {
    const old = rendered(modelOf("2.1.4-synthetic", "vector_leaf"), "3.2").model.trees[0];
    const leaves = old?.left_children.flatMap((left, node) => (left === -1 ? [node] : [])) ?? [];
    expect(leaves.map((node) => old?.right_children[node])).toEqual(leaves.map((_node, row) => row));
    expect(old?.leaf_weights).toHaveLength(2 * leaves.length);
    const back = rendered(modelOf("3.4.1", "vector_leaf"), "3.1").model.trees[0];
    expect(back?.leaf_weights).toBeUndefined();
    expect(back?.right_children.filter((_right, node) => back.left_children[node] === -1)).toEqual(
      Array.from({ length: (back?.left_children.length ?? 0) / 2 + 0.5 }, () => -1),
    );
    expect(back?.base_weights).toHaveLength(2 * (back?.left_children.length ?? 0));
  });

  it("with vector leaves are one tree an output up to 1.7", () => {
    const model = modelOf("3.4.1", "vector_leaf_forest");
    const { model: document, notes } = rendered(model, "1.7");
    const rounds = (treesOf(model).roundBounds?.length ?? 0) - 1;
    const parallel = treesOf(model).numParallelTree;
    expect(document.trees).toHaveLength(2 * treesOf(model).trees.length);
    expect(document.tree_info).toEqual(
      Array.from({ length: rounds }, () => [0, 1].flatMap((output) => Array.from({ length: parallel }, () => output))).flat(),
    );
    expect(document.trees.every((tree) => tree.parents[0] === 2147483647)).toBe(true);
    expect(notes.join()).toMatch(/2 trees with one output each/);
  });

  it("with vector leaves are one tree an output in dart up to 3.2, which reads them wrongly", () => {
    const model = modelOf("3.4.1", "vector_leaf_dart");
    const own = treesOf(model).trees.length;
    expect(rendered(model, "3.3").model.trees).toHaveLength(own);
    const { learner, model: document, notes } = rendered(model, "3.2");
    expect(document.trees).toHaveLength(2 * own);
    expect(learner.gradient_booster.weight_drop).toHaveLength(2 * own);
    expect(notes.join()).toMatch(/no vector leaves in dart/);
  });

  it("lose deleted nodes for 1.0 only, which refuses them", () => {
    const model = modelOf("1.2.1", "pruned");
    const nodes = treesOf(model).trees[0]?.leftChildren.length ?? 0;
    expect(rendered(model, "1.1").model.trees[0]?.left_children).toHaveLength(nodes);
    const { model: document, notes } = rendered(model, "1.0");
    expect(document.trees[0]?.left_children).toHaveLength(nodes - (treesOf(model).trees[0]?.numDeleted ?? 0));
    expect(document.trees[0]?.tree_param["num_deleted"]).toBeUndefined();
    expect(notes.join()).toMatch(/leaves have other numbers/);
  });

  it("have words for flags up to 1.5, numbers since, and counts of leaf children up to 1.2", () => {
    const model = modelOf("2.1.4", "reg_base_auto");
    expect(typeof rendered(model, "1.5").model.trees[0]?.default_left[0]).toBe("boolean");
    expect(typeof rendered(model, "1.6").model.trees[0]?.default_left[0]).toBe("number");
    expect(rendered(model, "1.2").model.trees[0]?.leaf_child_counts).toHaveLength(treesOf(model).trees[0]?.leftChildren.length ?? 0);
    expect(rendered(model, "1.3").model.trees[0]?.leaf_child_counts).toBeUndefined();
  });

  it("that are none have their rounds, without which 2.0 and later do not predict", () => {
    expect(rendered(modelOf("1.5.2", "zero_trees"), "1.5").model.iteration_indptr).toEqual([0]);
    expect(rendered(modelOf("1.5.2", "zero_trees"), "2.1").model.iteration_indptr).toEqual([0]);
  });

  it("that are none have a base score that is not to be estimated, to which 3.1 and later would apply no link", () => {
    const model = modelOf("2.1.4", "zero_trees");
    for (const release of ["1.5", "3.4"])
      expect(rendered({ ...model, boostFromAverage: true }, release).learner.learner_model_param["boost_from_average"]).toBe("0");
    expect(rendered(modelOf("1.2.1", "gblinear"), "1.2").text).toContain('"boosted_rounds":1');
  });

  it("lose the values of a frame's categories up to 3.0, with a word about it", () => {
    const model = modelOf("3.4.1", "cat_frame");
    expect(rendered(model, "3.1").model.cats?.enc.length).toBeGreaterThan(0);
    const { model: document, notes } = rendered(model, "3.0");
    expect(document.cats).toBeUndefined();
    expect(notes.join()).toMatch(/give categories as their codes/);
    expect(rendered(modelOf("3.4.1", "cat"), "3.0").notes).toEqual([]);
  });
});

/** One tree that splits feature 0 by {1}, default right, and by {40}: the largest known code. */
function categoricalModel(version: XgboostModel["version"]): XgboostModel {
  const like = modelOf("2.1.4", "cat");
  const tree = {
    numFeature: like.numFeature,
    leftChildren: Int32Array.of(1, 3, -1, -1, -1),
    rightChildren: Int32Array.of(2, 4, -1, -1, -1),
    parents: Int32Array.of(2147483647, 0, 0, 1, 1),
    splitIndices: Uint32Array.of(0, 0, 0, 0, 0),
    splitConditions: Float32Array.of(0, 0, 1, 2, 3),
    defaultLeft: Uint8Array.of(0, 0, 0, 0, 0),
    splitTypes: Uint8Array.of(1, 1, 0, 0, 0),
    categoryNodes: Int32Array.of(0, 1),
    categorySegments: Float64Array.of(0, 1),
    categorySizes: Float64Array.of(1, 1),
    categories: Int32Array.of(1, 2000),
    lossChanges: new Float32Array(5),
    sumHessian: new Float32Array(5),
    baseWeights: new Float32Array(5),
    leafSize: 1,
    leafVectors: undefined,
    leafRows: undefined,
    numDeleted: 0,
  };
  return { ...like, version, booster: { ...treesOf(like), trees: [tree], treeGroups: Int32Array.of(0), roundBounds: Int32Array.of(0, 1) } };
}

describe("category sets", () => {
  it("reach for 1.6 over every code that the model knows, by a code that it does not know", () => {
    const { model, notes } = rendered(categoricalModel([2, 1, 4]), "1.6");
    // 2000 lies in the word that ends with 2015.
    expect(model.trees[0]?.categories).toEqual([1, 2015, 2000]);
    expect(notes.join()).toMatch(/codes up to 1022 and for those that the model knows/);
  });

  it("of 1.6 name the codes that it sends right beyond their end", () => {
    const { model, notes } = rendered(categoricalModel([1, 6, 2]), "2.1");
    const beyond = Array.from({ length: 2000 - 31 }, (_, place) => 32 + place);
    expect(model.trees[0]?.categories).toEqual([1, ...beyond, 2000]);
    expect(notes.join()).toMatch(/in the default direction/);
  });

  it("stay as they are within one release, and where the default direction is left", () => {
    expect(rendered(categoricalModel([1, 6, 2]), "1.6.1").model.trees[0]?.categories).toEqual([1, 2000]);
    const model = categoricalModel([2, 1, 4]);
    const left = {
      ...model,
      booster: { ...treesOf(model), trees: treesOf(model).trees.map((tree) => ({ ...tree, defaultLeft: tree.defaultLeft.map(() => 1) })) },
    };
    expect(rendered(left, "1.6").model.trees[0]?.categories).toEqual([1, 2000]);
  });
});
