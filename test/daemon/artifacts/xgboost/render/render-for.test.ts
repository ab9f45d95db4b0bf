// What a rendering changes, for which release, and what it refuses. That the margins are the same is up to matrix.test.ts.

import { describe, expect, it } from "vitest";
import type { TreeBooster, XgboostModel } from "../../../../../daemon/artifacts/xgboost/model.ts";
import { fitModel, renderFor } from "../../../../../daemon/artifacts/xgboost/render/render-for.ts";
import { layoutOf } from "../../../../../daemon/artifacts/xgboost/write/layouts.ts";
import { modelOf, refusalOf, rendered } from "./rendered.ts";

function treesOf(model: XgboostModel): TreeBooster {
  if (model.booster.kind !== "trees") throw new Error("a linear model");
  return model.booster;
}

describe("the intercept", () => {
  it("of one number is a plain text up to 3.0 and a list since", () => {
    const model = modelOf("3.4.1", "reg_base_given");
    expect(rendered(model, "3.1").learner.learner_model_param["base_score"]).toBe("[-1.37E-1]");
    expect(rendered(model, "3.0").learner.learner_model_param["base_score"]).toBe("-1.37E-1");
    expect(rendered(model, "2.1").notes).toEqual([]);
  });

  it("of several numbers is in the leaves of each output's first tree up to 3.0, and the base score is 0", () => {
    const model = modelOf("3.4.1", "multi_otp");
    const { learner, model: document, notes } = rendered(model, "2.1");
    expect([...new Set(model.baseScore)]).toHaveLength(2);
    expect(learner.learner_model_param).toMatchObject({ base_score: "0E0", boost_from_average: "0", num_target: "2" });
    expect(notes.join()).toMatch(/give no base_margin/);
    treesOf(model).trees.forEach((tree, number) => {
      const added = number < 2 ? (model.baseScore[number] ?? 0) : 0;
      const leaves = Array.from(tree.splitConditions, (value, node) =>
        tree.leftChildren[node] === -1 ? Math.fround(value + added) : value,
      );
      expect(document.trees[number]?.split_conditions.map(Math.fround)).toEqual(leaves);
    });
  });

  it("of several numbers stays a list for releases that have lists", () => {
    const { learner, notes } = rendered(modelOf("3.2.0", "multi_otp"), "3.4");
    expect(learner.learner_model_param["base_score"]).toMatch(/^\[[^,]+,[^,]+\]$/);
    expect(notes).toEqual([]);
  });

  it("of a model without trees becomes a round of single leaves when the numbers differ", () => {
    const several = modelOf("3.4.1", "multi_otp");
    const empty: XgboostModel = {
      ...several,
      booster: { ...treesOf(several), trees: [], treeGroups: new Int32Array(), roundBounds: Int32Array.of(0) },
    };
    const { model } = rendered(empty, "2.1");
    expect(model).toMatchObject({ tree_info: [0, 1], iteration_indptr: [0, 2] });
    expect(model.trees.map((tree) => Math.fround(tree.split_conditions[0] ?? 0))).toEqual([...several.baseScore]);
  });

  it("of dart takes the weight of the first tree with it", () => {
    const model = modelOf("3.4.1", "multi_otp_dart");
    const { learner, model: document } = rendered(model, "2.1");
    expect(learner.gradient_booster.weight_drop?.slice(0, 2)).toEqual([1, 1]);
    const [weight = 0, score = 0] = [treesOf(model).treeWeights?.[0], model.baseScore[0]];
    const tree = treesOf(model).trees[0];
    const leaf = tree?.leftChildren.indexOf(-1) ?? -1;
    expect(Math.fround(document.trees[0]?.split_conditions[leaf] ?? 0)).toBe(
      Math.fround(score + Math.fround(weight * (tree?.splitConditions[leaf] ?? 0))),
    );
  });

  it("of binary:logitraw is a probability up to 1.2 and the margin since", () => {
    const old = modelOf("1.2.1", "logitraw_base_given");
    const probability = old.baseScore[0] ?? 0;
    const score = Number(rendered(old, "1.3").learner.learner_model_param["base_score"]);
    expect(score).toBeCloseTo(Math.log(probability / (1 - probability)), 6);
    expect(rendered(old, "1.2").learner.learner_model_param["base_score"]).toBe("2E-1");
  });

  it("of a file from before 1.0 is a margin, whose score is found", () => {
    const old = modelOf("0.90", "logistic_base_given");
    expect(old.isBaseMargin).toBe(true);
    expect(rendered(old, "1.5").learner.learner_model_param["base_score"]).toBe("3E-1");
    // XGBoost itself shifts this one by 0.5.
    const hinge = modelOf("0.90", "hinge");
    expect(rendered(hinge, "1.5").learner.learner_model_param["base_score"]).toBe("5E-1");
  });
});

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

describe("the objective", () => {
  it("has the blocks that the release wants", () => {
    const block = (kind: string, archive: string, release: string): unknown => {
      const { name: _name, ...blocks } = rendered(modelOf(archive, kind), release).learner.objective;
      return Object.keys(blocks);
    };
    expect(block("gamma", "1.7.6", "2.1")).toEqual(["reg_loss_param"]);
    expect(["2.1", "3.0"].map((release) => block("squaredlogerror", "3.4.1", release))).toEqual([["reg_loss_param"], []]);
    expect(["1.7", "2.0"].map((release) => block("rank_ndcg", "3.4.1", release))).toEqual([["lambda_rank_param"], ["lambdarank_param"]]);
    expect(["1.5", "1.6", "1.7"].map((release) => block("pseudohuber", "3.4.1", release))).toEqual([
      ["reg_loss_param"],
      ["pseduo_huber_param"],
      ["pseudo_huber_param"],
    ]);
  });

  it("keeps its parameters under whatever name the release has for the block", () => {
    const model = modelOf("3.4.1", "pseudohuber");
    const steep: XgboostModel = {
      ...model,
      objective: { ...model.objective, parameters: { pseudo_huber_param: { huber_slope: "0.699999988" } } },
    };
    expect(rendered(steep, "1.6").learner.objective["pseduo_huber_param"]).toEqual({ huber_slope: "0.699999988" });
  });

  it("is an older one with the same predictions where the release has no such objective", () => {
    const { learner, notes } = rendered(modelOf("3.4.1", "quantile_single"), "1.7");
    expect(learner.objective.name).toBe("reg:squarederror");
    expect(notes.join()).toMatch(/XGBoost 1.7 has no reg:quantileerror/);
    expect(rendered(modelOf("1.2.1", "aft"), "1.0").learner.objective.name).toBe("survival:cox");
  });

  it("of before 1.0 has the name that it has today", () => {
    expect(rendered(modelOf("0.72.1", "reg_base_auto"), "3.4").learner.objective.name).toBe("reg:squarederror");
    const model = modelOf("0.72.1", "logistic_auto");
    const gpu = { ...model, objective: { ...model.objective, name: "gpu:binary:logistic" } };
    expect(rendered(gpu, "3.4").learner.objective.name).toBe("binary:logistic");
  });

  it("that is not known here is handed on within a layout, with its parameters, and else refused", () => {
    const model = modelOf("3.4.1", "reg_base_half");
    const custom = { ...model, objective: { name: "reg:new", parameters: { new_param: { size: "2" } } } };
    expect(refusalOf(custom, "3.3")).toMatch(/objective "reg:new" is not known here.*use XGBoost 3.4/);
    const { learner, notes } = rendered(custom, "3.4.0");
    expect(learner.objective).toEqual({ name: "reg:new", new_param: { size: "2" } });
    expect(notes.join()).toMatch(/not proved/);
  });
});

describe("a refusal", () => {
  it("says why and what to do", () => {
    expect(refusalOf(modelOf("3.4.1", "cat"), "1.4")).toMatch(
      /tree 0 splits by category, and XGBoost 1.4 would take.* → upgrade the client to XGBoost 1.5/,
    );
    expect(refusalOf(modelOf("3.4.1", "multi_otp"), "1.5")).toMatch(
      /2 targets, and XGBoost 1.5 predicts one → upgrade the client to XGBoost 1.6/,
    );
    expect(refusalOf(modelOf("3.4.1", "expectile"), "3.2")).toMatch(
      /no objective reg:expectileerror.* → upgrade the client to XGBoost 3.3/,
    );
    const half = modelOf("3.4.1", "reg_base_half");
    expect(refusalOf(half, "0.90")).toMatch(/reads no JSON models → upgrade the client to XGBoost 1.0/);
    expect(refusalOf(half, "1.5", "ubj")).toMatch(/reads no UBJSON → ask for JSON/);
    expect(refusalOf(half, "latest")).toMatch(/"latest" is no release of XGBoost → name it as "2.1"/);
  });

  it("comes where the model's own release refuses it, too", () => {
    const model = modelOf("2.1.4", "logistic_base_given");
    expect(refusalOf({ ...model, baseScore: Float32Array.of(1.5) }, "2.1")).toMatch(/base_score 1.5.*→ train the model again/);
  });

  it("comes where an output without a tree would have to hold its intercept", () => {
    const model = modelOf("3.4.1", "multi_otp");
    const lopsided = { ...model, booster: { ...treesOf(model), treeGroups: treesOf(model).treeGroups.map(() => 0) } };
    expect(refusalOf(lopsided, "2.1")).toMatch(/intercepts .* cannot be written .*→ use XGBoost 3.4/);
  });
});

describe("a release", () => {
  it("is read as clients spell it, and stands in the document", () => {
    const model = modelOf("3.4.1", "reg_base_half");
    const version = (text: string): unknown => rendered(model, text).version;
    expect(["2.1", "2.1.3", " v2.1.4 ", "2.1.0rc1", "3.1.0-dev", "2.0.3+cpu"].map(version)).toEqual([
      ...[
        [2, 1, 0],
        [2, 1, 3],
        [2, 1, 4],
        [2, 1, 0],
        [3, 1, 0],
        [2, 0, 3],
      ],
    ]);
    for (const text of ["", "2", "2.x", "two", "2.1.4.5.6", "99999.1", "-1.2"])
      expect(renderFor(model, text), text).toMatchObject({ ok: false });
  });

  it("that is newer than all known ones gets the newest layout, with a word about it", () => {
    const { notes, version } = rendered(modelOf("3.4.1", "dart"), "4.2");
    expect(version).toEqual([4, 2, 0]);
    expect(notes.join()).toMatch(/newer than any known here/);
  });
});

it("keeps attributes and names, and leaves the original as it is", () => {
  const model = modelOf("3.4.1", "attributes");
  const before = structuredClone({ ...model, attributes: [...model.attributes] });
  const { learner } = rendered(model, "1.4");
  expect(learner.attributes).toEqual(Object.fromEntries(model.attributes));
  expect(learner.feature_names).toEqual(model.featureNames);
  expect(rendered(model, "1.3").notes.join()).toMatch(/no feature names/);
  expect({ ...model, attributes: [...model.attributes] }).toEqual(before);
});

it("gives a fitted model the version of its target", () => {
  const layout = layoutOf([1, 7, 6]);
  if (layout === undefined) throw new Error("1.7 has a layout");
  const fit = fitModel(modelOf("3.4.1", "reg_base_half"), { release: [1, 7, 6], layout });
  expect(fit.ok && fit.model.version).toEqual([1, 7, 6]);
});
