// The answers of trees: which leaves rows end in, and what these add up to.

import { rejected } from "../rejected.ts";
import type { TreeBooster } from "../xgboost/model.ts";
import type { BoosterAnswers, BoosterAnswersResult } from "./booster-answers.ts";
import { createContributionSum, pathValues, type PathValues } from "./contributions.ts";
import { createDescent, type Descent, type LeafVisitor } from "./descent.ts";
import { createForest, type Forest } from "./forest.ts";
import { isBefore, summationOrder, type Release, type SummationOrder } from "./release.ts";
import { treesOfRounds, type RoundRange } from "./rounds.ts";

/** What is asked of the trees. */
export interface TreeOptions {
  readonly release: Release;
  /** The base margin of each output. */
  readonly base: Float32Array;
  readonly rounds: RoundRange | undefined;
  readonly summation: SummationOrder | undefined;
  /** As `inplace_predict` rounds. */
  readonly inplace: boolean;
}

/** Prepares the trees of a model. Refused: trees that cannot be descended, rounds that the model does not have. */
export function treeAnswers(booster: TreeBooster, features: number, outputs: number, options: TreeOptions): BoosterAnswersResult {
  const range = treesOfRounds(booster, outputs, options.rounds);
  if (!range.ok) return range;
  const { release } = options;
  const differs = options.inplace && booster.treeWeights !== undefined && !isBefore(release, 1, 4) && isBefore(release, 3, 3);
  const flat = createForest(differs ? throughBase(booster, options.base) : booster, features, outputs);
  if (!flat.ok) return flat;
  const order = options.summation ?? summationOrder(release, booster.treeWeights !== undefined);
  return {
    ok: true,
    answers: answersOf({ booster, forest: flat.forest, features, outputs, release, order, begin: range.begin, end: range.end }),
  };
}

/**
 * The booster with leaves as dart's in-place prediction sees them: it adds a leaf to the base margin, takes that away again and then applies the
 * tree's weight. Source: Dart::InplacePredict of src/gbm/gbtree.cc.
 */
function throughBase(booster: TreeBooster, base: Float32Array): TreeBooster {
  const trees = booster.trees.map((tree, number) => {
    const margin = base[booster.treeGroups[number] ?? 0] ?? 0;
    const leaf = (value: number): number => Math.fround(Math.fround(margin + value) - margin);
    return { ...tree, splitConditions: tree.splitConditions.map((value, node) => (tree.leftChildren[node] === -1 ? leaf(value) : value)) };
  });
  return { ...booster, trees };
}

interface Prepared {
  readonly booster: TreeBooster;
  readonly forest: Forest;
  readonly features: number;
  readonly outputs: number;
  readonly release: Release;
  readonly order: SummationOrder;
  /** The trees that answer. */
  readonly begin: number;
  readonly end: number;
}

function answersOf({ booster, forest, features, outputs, release, order, begin, end }: Prepared): BoosterAnswers {
  const descent: Descent = createDescent(forest, features);
  let values: PathValues | undefined;

  return {
    trees: end - begin,

    addMargins(rows, count, margins) {
      if (order === "base-first") {
        descent.run(rows, count, begin, end, leafAdder(forest, outputs, margins));
        return;
      }
      // Without trees nothing is added, which keeps −0; before 1.1 a 0 is.
      if (begin === end && !isBefore(release, 1, 1)) return;
      const sums = new Float32Array(margins.length);
      descent.run(rows, count, begin, end, leafAdder(forest, outputs, sums));
      for (const [place, sum] of sums.entries()) margins[place] = (margins[place] ?? 0) + sum;
    },

    leaves(rows, count) {
      const trees = end - begin;
      const found = new Int32Array(count * trees);
      descent.run(rows, count, begin, end, (tree, first, held, leaves, from) => {
        for (let row = 0; row < held; row++) found[(first + row) * trees + tree - begin] = forest.nodeIds[leaves[from + row] ?? 0] ?? 0;
      });
      return { ok: true, leaves: found };
    },

    addContributions(rows, count, contributions) {
      if (forest.groups.includes(-1)) return rejected("XGBoost has no approximate contributions for trees with vector leaves");
      values ??= pathValues(booster, forest);
      const sum = createContributionSum(forest, values, features, isBefore(release, 1, 0) ? "at-once" : "tree-by-tree", contributions);
      descent.run(rows, count, begin, end, (tree, first, held, leaves, from) => {
        const group = forest.groups[tree] ?? 0;
        for (let row = 0; row < held; row++) sum.add(tree, leaves[from + row] ?? 0, ((first + row) * outputs + group) * (features + 1));
      });
      return undefined;
    },
  };
}

/** Adds what the leaves hold to `sums`, a number for each row and output, each step rounded to float32. */
function leafAdder(forest: Forest, outputs: number, sums: Float32Array): LeafVisitor {
  const { groups, leafValues } = forest;
  return (tree, first, count, leaves, from) => {
    const group = groups[tree] ?? 0;
    if (group < 0) {
      addVectors(forest, tree, first, count, leaves, from, outputs, sums);
      return;
    }
    for (let row = 0, at = first * outputs + group; row < count; row++, at += outputs)
      sums[at] = (sums[at] ?? 0) + (leafValues[leaves[from + row] ?? 0] ?? 0);
  };
}

function addVectors(
  forest: Forest,
  tree: number,
  first: number,
  count: number,
  leaves: Int32Array,
  from: number,
  outputs: number,
  sums: Float32Array,
): void {
  const vectors = forest.vectors[tree];
  const weight = forest.weights?.[tree];
  for (let row = 0, at = first * outputs; row < count; row++, at += outputs) {
    const vector = (forest.vectorRows[leaves[from + row] ?? 0] ?? 0) * outputs;
    for (let output = 0; output < outputs; output++) {
      const value = vectors?.[vector + output] ?? 0;
      sums[at + output] = (sums[at + output] ?? 0) + (weight === undefined ? value : Math.fround(weight * value));
    }
  }
}
