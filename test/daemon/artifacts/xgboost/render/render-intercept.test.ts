// Where the intercept of a model goes, and in which spelling, for each release. That the margins are the same is up to matrix.test.ts.

import { describe, expect, it } from "vitest";
import { baseMargins } from "../../../../../daemon/artifacts/predict/links.ts";
import type { XgboostModel } from "../../../../../daemon/artifacts/xgboost/model.ts";
import { floatText } from "../../../../../daemon/artifacts/xgboost/write/float-text.ts";
import { modelOf, rendered, treesOf } from "./rendered.ts";

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

  it("of a file from before 1.0 is a score's margin for every probability that a trainer may have given", () => {
    const old = modelOf("0.90", "logistic_base_given");
    for (let percent = 1; percent < 100; percent++) {
      const linked = baseMargins({ ...old, isBaseMargin: false, baseScore: Float32Array.of(percent / 100) }, [1, 2, 0]);
      if (!linked.ok) throw new Error(linked.reason);
      const { learner, notes } = rendered({ ...old, baseScore: linked.margins }, "1.2");
      expect(notes.join(), `${percent} %`).not.toMatch(/intercept/);
      expect(learner.learner_model_param["base_score"]).toBe(floatText(Math.fround(percent / 100)));
      const score = Float32Array.of(Number(learner.learner_model_param["base_score"]));
      expect(baseMargins({ ...old, isBaseMargin: false, baseScore: score }, [1, 2, 0])).toEqual(linked);
    }
  });
});
