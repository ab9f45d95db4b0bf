// The flat forest answers as a plain walk from node to node does, for trees of any shape.

import { describe, expect, it } from "vitest";
import { seedRows } from "../../../../daemon/artifacts/predict/seed-rows.ts";
import type { Tree, XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { createRandom } from "../../../support/soak.ts";
import { differences, evaluatorFor } from "./fixture-models.ts";
import { modelOf, randomTree, treesOf, type Random } from "./typed-models.ts";

/** Where a row goes from a node, as the reference says it in words. */
function childOf(tree: Tree, node: number, row: Float32Array): number {
  const [left, right] = [tree.leftChildren[node] ?? -1, tree.rightChildren[node] ?? -1];
  const value = row[tree.splitIndices[node] ?? 0] ?? Number.NaN;
  if (Number.isNaN(value)) return tree.defaultLeft[node] === 1 ? left : right;
  if (tree.splitTypes[node] !== 1) return value < (tree.splitConditions[node] ?? 0) ? left : right;
  const set = tree.categoryNodes.indexOf(node);
  const begin = tree.categorySegments[set] ?? 0;
  const members = new Set(tree.categories.slice(begin, begin + (tree.categorySizes[set] ?? 0)));
  return value >= 0 && value < 2 ** 24 && members.has(Math.floor(value)) ? right : left;
}

function leafOf(tree: Tree, row: Float32Array): number {
  let node = 0;
  while (tree.leftChildren[node] !== -1) node = childOf(tree, node, row);
  return node;
}

/** Margins of a model of 1.3 or later by the plainest walk. */
function walkedMargins(model: XgboostModel, rows: Float32Array, count: number): Float32Array {
  const booster = treesOf(model);
  const margins = new Float32Array(count * model.outputs);
  for (let number = 0; number < count; number++) {
    const row = rows.subarray(number * model.numFeature, (number + 1) * model.numFeature);
    const own = margins.subarray(number * model.outputs, (number + 1) * model.outputs);
    own.set(model.baseScore);
    for (const [place, tree] of booster.trees.entries()) {
      const leaf = leafOf(tree, row);
      const weight = booster.treeWeights?.[place] ?? 1;
      for (let output = 0; output < tree.leafSize; output++) {
        const target = tree.leafSize === 1 ? (booster.treeGroups[place] ?? 0) : output;
        const value = tree.leafVectors?.[leaf * tree.leafSize + output] ?? tree.splitConditions[leaf] ?? 0;
        own[target] = (own[target] ?? 0) + Math.fround(weight * value);
      }
    }
  }
  return margins;
}

function walkedLeaves(model: XgboostModel, rows: Float32Array, count: number): Float32Array {
  const { trees } = treesOf(model);
  return Float32Array.from({ length: count * trees.length }, (_, place) => {
    const row = Math.floor(place / trees.length);
    const tree = trees[place % trees.length];
    return tree === undefined ? -1 : leafOf(tree, rows.subarray(row * model.numFeature, (row + 1) * model.numFeature));
  });
}

/** A model of any kind that trees come in. */
function randomModel(random: Random): XgboostModel {
  const features = 1 + Math.floor(random() * 12);
  const outputs = 1 + Math.floor(random() * 4);
  const hasVectors = outputs > 1 && random() < 0.3;
  const shape = { features, categorical: random() < 0.4 ? random() : 0, leafSize: hasVectors ? outputs : 1 };
  const most = random() < 0.2 ? 120 : 12;
  const trees = Array.from({ length: 1 + Math.floor(random() * 20) }, () =>
    randomTree(random, { ...shape, splits: Math.floor(random() * most) }),
  );
  return modelOf(trees, outputs, random() < 0.3 ? { weights: Float32Array.from(trees, () => random()) } : {});
}

/** A tree whose left way is `depth` splits deep. */
function chain(depth: number): Tree {
  const nodes = 2 * depth + 1;
  const tree = randomTree(createRandom(1), { features: 2, splits: depth, categorical: 0, leafSize: 1 });
  return {
    ...tree,
    leftChildren: Int32Array.from({ length: nodes }, (_, node) => (node % 2 === 0 && node < nodes - 1 ? node + 2 : -1)),
    rightChildren: Int32Array.from({ length: nodes }, (_, node) => (node % 2 === 0 && node < nodes - 1 ? node + 1 : -1)),
    splitConditions: Float32Array.from({ length: nodes }, (_, node) => node),
  };
}

describe("random forests", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    "seed %i: margins and leaves are those of a plain walk, whatever the number of rows",
    (seed) => {
      const model = randomModel(createRandom(seed + 1));
      const made = seedRows(model, { rows: 140, seed });
      if (!made.ok) throw new Error(made.reason);
      const evaluator = evaluatorFor(model);
      for (const count of [1, 2, 3, 4, 5, 63, 64, 65, 67, 140]) {
        const rows = made.rows.slice(0, count * model.numFeature);
        expect(differences(evaluator.margins(rows, count), walkedMargins(model, rows, count)), `${count} rows`).toBe("");
        const leaves = evaluator.leaves(rows, count);
        expect(differences(leaves.ok ? leaves.leaves : [], walkedLeaves(model, rows, count)), `${count} rows`).toBe("");
      }
    },
  );

  it("a lopsided tree of 5,000 levels beside flat ones", () => {
    const random = createRandom(4);
    const model = modelOf(
      [chain(5000), ...Array.from({ length: 6 }, () => randomTree(random, { features: 2, splits: 3, categorical: 0, leafSize: 1 }))],
      1,
    );
    const rows = Float32Array.of(-1, -1, 5000, 20, 1e9, 1e9, Number.NaN, 3, 8000, 8001, 1, 2, 3, 4);
    const evaluator = evaluatorFor(model);
    for (const count of [1, 7]) {
      const asked = rows.slice(0, 2 * count);
      expect(differences(evaluator.margins(asked, count), walkedMargins(model, asked, count))).toBe("");
    }
  });

  it("a model of many features, of which few are looked at, and one without trees", () => {
    const random = createRandom(5);
    const wide = modelOf([randomTree(random, { features: 100_000, splits: 20, categorical: 0, leafSize: 1 })], 1);
    const rows = Float32Array.from({ length: 700_000 }, (_, place) => ((place * 7919) % 13) / 4 - 1.5);
    expect(differences(evaluatorFor(wide).margins(rows, 7), walkedMargins(wide, rows, 7))).toBe("");
    const empty = modelOf([], 2, { numFeature: 3 });
    expect(Array.from(evaluatorFor(empty).margins(new Float32Array(15), 5))).toEqual([0.5, 1.5, 0.5, 1.5, 0.5, 1.5, 0.5, 1.5, 0.5, 1.5]);
  });

  it("a category of 2^24 or more belongs to no set, though the set may name it", () => {
    const tree = randomTree(createRandom(2), { features: 1, splits: 1, categorical: 1, leafSize: 1 });
    const large = { ...tree, categorySizes: Float64Array.of(3), categories: Int32Array.of(5, 16_777_215, 16_777_216) };
    const rows = Float32Array.of(5, 16_777_215, 16_777_216, 4, Infinity, -0);
    const found = evaluatorFor(modelOf([large], 1)).leaves(rows, 6);
    const [left, right] = [tree.leftChildren[0], tree.rightChildren[0]];
    expect(found).toMatchObject({ ok: true, leaves: Int32Array.from([right, right, left, left, left, left], Number) });
  });

  it("rows that lie anywhere in a larger buffer are read in place", () => {
    const model = randomModel(createRandom(77));
    const all = Float32Array.from({ length: model.numFeature * 9 }, (_, place) => (place % 11) / 4 - 1);
    const part = all.subarray(model.numFeature * 3, model.numFeature * 8);
    expect(differences(evaluatorFor(model).margins(part, 5), walkedMargins(model, part.slice(), 5))).toBe("");
  });
});
