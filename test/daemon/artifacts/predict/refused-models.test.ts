// Typed models that no reader gives, but that must not hang, run out of memory or answer nonsense: they are refused, and so are rows of a wrong length.

import { describe, expect, it } from "vitest";
import { createEvaluator } from "../../../../daemon/artifacts/predict/evaluator.ts";
import type { Tree } from "../../../../daemon/artifacts/xgboost/model.ts";
import { createRandom } from "../../../support/soak.ts";
import { evaluatorFor, fixtureCase, fixtureModel } from "./fixture-models.ts";
import { modelOf, randomTree, treesOf } from "./typed-models.ts";

const tree = randomTree(createRandom(3), { features: 3, splits: 2, categorical: 0, leafSize: 1 });
const vectorTree = randomTree(createRandom(3), { features: 3, splits: 2, categorical: 0, leafSize: 2 });
const categorical = randomTree(createRandom(8), { features: 3, splits: 4, categorical: 1, leafSize: 1 });

/** The tree with one number of a list replaced. */
function changed(of: Tree, list: "leftChildren" | "rightChildren" | "splitIndices" | "leafRows", node: number, value: number): Tree {
  const numbers = of[list]?.slice() ?? new Int32Array();
  numbers[node] = value;
  return { ...of, [list]: numbers };
}

describe("a tree", () => {
  it.each([
    ["that leads back to its root", changed(tree, "leftChildren", 0, 0), 1, "node 0 has a child that is none of the 5 nodes"],
    ["that leads in a circle", changed(changed(tree, "leftChildren", 1, 1), "rightChildren", 1, 1), 1, "its nodes lead in a circle"],
    ["with a child beyond its nodes", changed(tree, "rightChildren", 0, 5), 1, "node 0 has a child that is none of the 5 nodes"],
    ["with a negative child", changed(tree, "rightChildren", 0, -1), 1, "node 0 has a child that is none of the 5 nodes"],
    ["that splits by a feature that the model lacks", changed(tree, "splitIndices", 0, 3), 1, "node 0 splits by feature 3 of 3"],
    ["with vector leaves of another size", vectorTree, 3, "its leaves have 2 numbers, but the model has 3 outputs"],
    [
      "with a leaf whose vector lies outside",
      changed(vectorTree, "leafRows", vectorTree.leftChildren.indexOf(-1), 99),
      2,
      "is a leaf without its vector",
    ],
    [
      "with a leaf that names no vector",
      changed(vectorTree, "leafRows", vectorTree.leftChildren.indexOf(-1), -1),
      2,
      "is a leaf without its vector",
    ],
    [
      "whose sets of categories are each the whole list",
      {
        ...categorical,
        categorySegments: categorical.categorySegments.map(() => 0),
        categorySizes: categorical.categorySizes.map(() => categorical.categories.length),
      },
      1,
      "the lists of the tree's categories overlap",
    ],
    [
      "whose sets of categories lie outside",
      { ...categorical, categories: categorical.categories.slice(0, 3) },
      1,
      "the lists of the tree's categories overlap",
    ],
  ] satisfies readonly (readonly [string, Tree, number, string])[])("%s is refused with its number", (_what, bad, outputs, reason) => {
    const good = outputs === 1 ? tree : randomTree(createRandom(3), { features: 3, splits: 2, categorical: 0, leafSize: 1 });
    const made = createEvaluator(modelOf([good, bad], outputs));
    expect(made).toMatchObject({ ok: false, reason: expect.stringMatching(/^tree 1: /) as string });
    expect(made.ok ? "" : made.reason).toContain(reason);
  });

  it("that adds to an output that the model lacks is refused", () => {
    const model = modelOf([tree], 1);
    const bad = { ...model, booster: { ...treesOf(model), treeGroups: Int32Array.of(1) } };
    expect(createEvaluator(bad)).toMatchObject({ reason: "tree 0: it adds to output 1 of 1" });
  });

  it("with a categorical split that names no set sends everything to the left", () => {
    const splitTypes = tree.splitTypes.map((_type, node) => (node === 0 ? 1 : 0));
    const odd = modelOf([{ ...tree, splitTypes }], 1);
    const found = evaluatorFor(odd).leaves(Float32Array.of(1, 1, 1, -5, -5, -5), 2);
    const left = tree.leftChildren[0] ?? 0;
    const below = tree.leftChildren[left] === -1 ? [left] : [tree.leftChildren[left], tree.rightChildren[left]];
    expect(found.ok && Array.from(found.leaves).every((leaf) => below.includes(leaf))).toBe(true);
  });
});

describe("a linear model", () => {
  it("with too few weights is refused", () => {
    const model = fixtureModel(fixtureCase("3.4.1", "gblinear"));
    const bad = { ...model, booster: { kind: "linear" as const, weights: new Float32Array(3), rounds: 1 } };
    expect(createEvaluator(bad)).toMatchObject({
      reason: "the linear model has 3 weights, not one for each of 8 features and a bias, times 1",
    });
  });

  it("before its first round gives the base margin", () => {
    const model = fixtureModel(fixtureCase("3.4.1", "gblinear"));
    const empty = { ...model, booster: { kind: "linear" as const, weights: new Float32Array(), rounds: 0 } };
    expect(evaluatorFor(empty).margins(new Float32Array(8), 1)[0]).toBe(model.baseScore[0]);
  });
});

describe("rows", () => {
  it("of a wrong length are the caller's fault", () => {
    const evaluator = evaluatorFor(modelOf([tree], 1));
    expect(() => evaluator.margins(new Float32Array(7), 2)).toThrow(new RangeError("7 values are not 2 rows of 3"));
    expect(() => evaluator.leaves(new Float32Array(6), 1)).toThrow("6 values are not 1 rows of 3");
    expect(() => evaluator.predictions(new Float32Array(6), 2, new Float32Array(3))).toThrow("3 base margins are not 2 rows of 1");
  });

  it("of which there are none give nothing", () => {
    const evaluator = evaluatorFor(modelOf([tree], 1));
    expect(evaluator.margins(new Float32Array(), 0)).toHaveLength(0);
    expect(evaluator.contributions(new Float32Array(), 0)).toMatchObject({ ok: true, contributions: new Float32Array() });
  });
});
