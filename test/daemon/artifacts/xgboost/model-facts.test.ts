// The summary of a model: importance to the last digit as XGBoost's get_score gives it (importance.json, made by importance_scores.py), sizes, rounds.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { modelFacts, type ModelFacts } from "../../../../daemon/artifacts/xgboost/model-facts.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { describeNeeding, pythonWithScience } from "../../../support/requirements.ts";

/** What Python printed of one document. */
interface Scores {
  readonly rounds: number;
  readonly scores: Readonly<Record<string, Readonly<Record<string, number | readonly number[]>>>>;
}

const GOLDEN = JSON.parse(readFileSync(new URL("importance.json", import.meta.url), "utf8")) as Readonly<Record<string, Scores>>;

const SMALL = fileURLToPath(new URL("../../../fixtures/versions-small/", import.meta.url));

function modelOf(name: string): XgboostModel {
  const read = readXgboost(readFileSync(SMALL + name));
  if (!read.ok) throw new Error(read.reason);
  return read.model;
}

/** Our summary of a small document. */
function small(name: string): ModelFacts {
  return modelFacts(modelOf(`${name}.json`));
}

const KINDS = ["weight", "gain", "cover", "total_gain", "total_cover"] as const;

/** Our summary in the form of the golden file. */
function scoresOf({ rounds, booster, importance, coefficients }: ModelFacts, names: readonly string[]): Scores {
  if (booster === "gblinear") {
    const weights = coefficients.map((row, feature) => [names[feature] ?? `f${feature}`, row.length === 1 ? row[0] : row]);
    return { rounds: rounds ?? -1, scores: { weight: Object.fromEntries(weights) as Record<string, number> } };
  }
  const scores = KINDS.map((kind) => [kind, Object.fromEntries(importance.map((row) => [row.name, row[kind] ?? -1]))] as const);
  return { rounds: rounds ?? -1, scores: Object.fromEntries(scores) };
}

function ourScores(name: string): Scores {
  const model = modelOf(name);
  return scoresOf(modelFacts(model), model.featureNames);
}

describe("get_score of XGBoost 3.4.1", () => {
  it.each(Object.keys(GOLDEN))("%s", (name) => {
    expect(ourScores(name)).toEqual(GOLDEN[name]);
  });
});

describeNeeding(pythonWithScience(), "get_score of the installed XGBoost", () => {
  it("is the same, to the last digit", () => {
    const names = Object.keys(GOLDEN).filter((name) => /^(1\.7|2\.1)/.test(name));
    const script = fileURLToPath(new URL("importance_scores.py", import.meta.url));
    const run = spawnSync(pythonWithScience().command, [script, ...names.map((name) => SMALL + name)], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(Object.fromEntries(names.map((name) => [name, ourScores(name)]))).toEqual(JSON.parse(run.stdout));
  });
});

describe("sizes", () => {
  it("of trees of several classes", () => {
    expect(small("3.0.5-forest_softprob")).toMatchObject({
      booster: "gbtree",
      objective: "multi:softprob",
      num_feature: 8,
      outputs: 3,
      num_trees: 12,
      num_parallel_tree: 2,
      rounds: 2,
      depth: 3,
      has_vector_leaves: false,
      categorical_splits: 0,
    });
  });

  it("leaves are one more than the splits of each tree; deleted nodes do not count", () => {
    const pruned = small("1.7.6-pruned");
    expect(pruned.leaves).toBe(pruned.splits + pruned.num_trees);
    const { version, booster } = small("3.4.1-dart");
    expect({ version, booster }).toEqual({ version: [3, 4, 1], booster: "dart" });
    expect(small("1.7.6-cat").categorical_splits).toBeGreaterThan(0);
  });

  it("vector leaves before 3.2 have no statistics, which is not the same as none", () => {
    const old = small("2.1.4-vector_leaf");
    expect(old.has_vector_leaves).toBe(true);
    expect(old.rounds).toBe(2);
    expect(old.importance.every(({ weight, gain, total_cover }) => weight > 0 && gain === null && total_cover === null)).toBe(true);
  });

  it("rounds are counted where the document has no bounds of them: a tree of vector leaves serves all outputs", () => {
    for (const [name, rounds] of [
      ["3.4.1-vector_leaf_forest", 2],
      ["3.0.5-forest_softprob", 2],
    ] as const) {
      const { booster, ...model } = modelOf(`${name}.json`);
      if (booster.kind !== "trees") throw new Error("no trees");
      expect(modelFacts({ ...model, booster: { ...booster, roundBounds: undefined } }).rounds).toBe(rounds);
    }
  });

  it("gblinear has a coefficient for each feature and output, and no trees", () => {
    const linear = small("3.0.5-gblinear_softprob");
    expect(linear).toMatchObject({ booster: "gblinear", num_trees: 0, rounds: 3, importance: [] });
    expect(linear.coefficients.map((row) => row.length)).toEqual(Array.from({ length: 8 }, () => 3));
  });

  it("a model of no rounds is summarised, too", () => {
    expect(small("1.7.6-zero_trees")).toMatchObject({ num_trees: 0, rounds: 0, leaves: 0, depth: 0, importance: [] });
  });
});
