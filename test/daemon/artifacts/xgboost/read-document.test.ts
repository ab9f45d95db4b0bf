// What the typed model takes from documents: every spelling of the base score, every layout, and faults that only the typed reading sees.

import { describe, expect, it } from "vitest";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { releaseCases } from "./release-cases.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A document of a release, bare NaN as null, so that a test can change it. */
function document(release: string, name: string): { [key: string]: Json } {
  const found = releaseCases(release).find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`no case ${name} in ${release}`);
  return JSON.parse(found.read("model.json").toString("utf8").replaceAll("NaN", "0")) as { [key: string]: Json };
}

/** The document with one member changed; `path` names members and places. */
function changed(source: { [key: string]: Json }, path: string, value: Json | undefined): Buffer {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const holder = keys.reduce<Json>((node, key) => (node as Record<string, Json>)[key] ?? null, source) as Record<string, Json>;
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return Buffer.from(JSON.stringify(source));
}

function model(bytes: Uint8Array): XgboostModel {
  const read = readXgboost(bytes);
  if (!read.ok) throw new Error(read.reason);
  return read.model;
}

const PARAM = "learner.learner_model_param";
const MODEL = "learner.gradient_booster.model";

describe("base_score", () => {
  it.each<readonly [Json, readonly number[]]>([
    ["5E-1", [0.5]],
    ["0.500000", [0.5]],
    ["[5E-1]", [0.5]],
    [" [ 1E-1 ] ", [Math.fround(0.1)]],
    ["-1.2892547E-1", [Math.fround(-0.12892547)]],
    ["1E-45", [2 ** -149]],
    ["16777217.0000000001", [16777218]],
    ["NaN", [Number.NaN]],
    [0.1, [Math.fround(0.1)]],
    [[0.25], [0.25]],
  ])("%j", (spelling, expected) => {
    expect([...model(changed(document("2.1.4", "one_leaf"), `${PARAM}.base_score`, spelling)).baseScore]).toEqual(expected);
  });

  it("one entry an output from 3.1 on, also one for all", () => {
    const several = document("3.1.3", "softprob");
    expect(model(changed(several, `${PARAM}.base_score`, "[1E-1,2E-1,3E-1]")).baseScore).toEqual(Float32Array.of(0.1, 0.2, 0.3));
    expect(model(changed(several, `${PARAM}.base_score`, "[1E-1]")).baseScore).toEqual(Float32Array.of(0.1));
  });

  it.each<readonly [Json | undefined, string]>([
    ["", 'base_score is "", not a number'],
    ["[]", 'base_score is "[]", not a number'],
    ["0.5x", 'base_score is "0.5x", not a number'],
    ["0x10", 'base_score is "0x10", not a number'],
    ["[0.5,]", 'base_score is "[0.5,]", not a number'],
    [true, "base_score is true, not a number"],
    [["0.5"], "base_score is 0.5, not a number"],
    [undefined, "base_score is null, not a number"],
    ["[0.5,0.5]", "base_score has 2 entries for 1 outputs"],
  ])("%j is refused", (spelling, reason) => {
    expect(readXgboost(changed(document("2.1.4", "one_leaf"), `${PARAM}.base_score`, spelling))).toEqual({ ok: false, offset: 0, reason });
  });
});

describe("fields", () => {
  it("of a forest of several classes", () => {
    const read = model(Buffer.from(JSON.stringify(document("3.4.1", "forest_softprob"))));
    expect(read).toMatchObject({
      encoding: "json",
      version: [3, 4, 1],
      numFeature: 8,
      numClass: 3,
      numTarget: 1,
      outputs: 3,
      isBaseMargin: false,
      objective: { name: "multi:softprob", parameters: { softmax_multiclass_param: { num_class: "3" } } },
      booster: { kind: "trees", numParallelTree: 2, roundBounds: Int32Array.of(0, 6, 12), treeWeights: undefined },
    });
    if (read.booster.kind !== "trees") throw new Error("no trees");
    expect([...read.booster.treeGroups]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  });

  it("boost_from_average is true, false, or not told", () => {
    expect(model(changed(document("2.1.4", "one_leaf"), `${PARAM}.boost_from_average`, "1")).boostFromAverage).toBe(true);
    expect(model(changed(document("2.1.4", "one_leaf"), `${PARAM}.boost_from_average`, "0")).boostFromAverage).toBe(false);
    expect(model(changed(document("2.1.4", "one_leaf"), `${PARAM}.boost_from_average`, undefined)).boostFromAverage).toBeUndefined();
  });

  it("attributes in their order, however they are called", () => {
    const bytes = changed(document("2.1.4", "one_leaf"), "learner.attributes", JSON.parse('{"z":"1","__proto__":"2","a":"3"}') as Json);
    expect([...model(bytes).attributes]).toEqual([
      ["z", "1"],
      ["__proto__", "2"],
      ["a", "3"],
    ]);
  });

  it("the category values of the training frame, from 3.1 on", () => {
    const read = model(Buffer.from(JSON.stringify(document("3.4.1", "cat_frame"))));
    if (read.booster.kind !== "trees") throw new Error("no trees");
    expect(read.booster.categories).toMatchObject({ enc: expect.any(Array) as unknown[], feature_segments: expect.any(Array) as number[] });
    expect(read.booster.trees[0]).toMatchObject({ categoryNodes: expect.any(Int32Array) as Int32Array });
    expect(read.booster.trees.some((tree) => tree.categories.length > 0)).toBe(true);
  });

  it("dart has a weight for each tree in each of its three layouts", () => {
    const old = document("2.1.4", "dart");
    const booster = (old["learner"] as { gradient_booster: { gbtree: { model: { [key: string]: Json } }; weight_drop: Json } })
      .gradient_booster;
    const weights = Float32Array.from(booster.weight_drop as number[]);
    const layouts: Json[] = [
      { name: "dart", gbtree: { model: booster.gbtree.model, name: "gbtree" }, weight_drop: booster.weight_drop },
      { name: "dart", model: booster.gbtree.model, weight_drop: booster.weight_drop },
      { name: "gbtree", model: { ...booster.gbtree.model, weight_drop: booster.weight_drop } },
    ];
    for (const layout of layouts) {
      const read = model(changed(document("2.1.4", "dart"), "learner.gradient_booster", layout));
      expect(read.booster).toMatchObject({ kind: "trees", treeWeights: weights });
    }
  });

  it("vector leaves lie in base_weights up to 3.1 and in leaf_weights from 3.2 on", () => {
    for (const [release, rows] of [
      ["2.1.4", "base"],
      ["3.1.3", "base"],
      ["3.2.0", "leaf"],
      ["3.4.1", "leaf"],
    ] as const) {
      const source = document(release, "vector_leaf");
      const read = model(Buffer.from(JSON.stringify(source)));
      if (read.booster.kind !== "trees") throw new Error("no trees");
      for (const [number, tree] of read.booster.trees.entries()) {
        const written = (source as { learner: { gradient_booster: { model: { trees: { [name: string]: number[] }[] } } } }).learner
          .gradient_booster.model.trees[number];
        const left = written?.["left_children"] ?? [];
        for (const [node, child] of left.entries()) {
          const row = child >= 0 ? -1 : rows === "base" ? node : written?.["right_children"]?.[node];
          expect(tree.leafRows?.[node]).toBe(row);
        }
        const stored = written?.[rows === "base" ? "base_weights" : "leaf_weights"] ?? [];
        expect(tree.leafVectors).toEqual(Float32Array.from(stored));
      }
    }
  });
});

describe("faults of the typed reading", () => {
  it.each<readonly [string, Json | undefined, RegExp]>([
    ["version", undefined, /^version is missing/],
    ["version", [2, 1], /^version is no list of three whole numbers/],
    ["version", [2, 1, -4], /^version is no list/],
    ["version", [2, "1", 4], /^version is no list/],
    [`${PARAM}.num_class`, "2000000000", /^the model has 2000000000 outputs/],
    ["learner.attributes", { a: 5 }, /^attribute "a" is 5, not a text/],
    ["learner.attributes", [], /^attributes is no object/],
    ["learner.feature_names", ["a", "b", "c", "d", "e", "f", "g", "h", 9], /^feature_names entry 8 is no text/],
    ["learner.feature_types", ["float"], /^feature_types has 1 entries for 8 features/],
    [`${MODEL}.trees.1.id`, 2, /^tree 1: its id is 2/],
    [`${MODEL}.trees.0.tree_param.num_deleted`, "7", /^tree 0: num_deleted is 7, but \d+ nodes are deleted/],
    [`${MODEL}.trees.0.tree_param.size_leaf_vector`, "3", /^tree 0: its leaves have 3 numbers, but the model has 1 outputs/],
    [`${MODEL}.trees.0.base_weights.0`, "x", /^tree 0 node 0: its base_weights entry is no number/],
    [`${MODEL}.trees.0.sum_hessian.1`, null, /^tree 0 node 1: its sum_hessian entry is no number/],
    [`${MODEL}.trees.0.parents.1`, 0.5, /^tree 0 node 1: its parent is 0.5/],
    [`${MODEL}.trees.0.left_children.1`, 2147483648, /^tree 0 node 1: child index 2147483648 is outside/],
  ])("%s = %j", (path, value, reason) => {
    expect(readXgboost(changed(document("2.1.4", "pruned"), path, value))).toEqual({
      ok: false,
      offset: 0,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it("sets of categories ascend by node and are not empty", () => {
    const sets = (): { [key: string]: Json } => document("2.1.4", "cat");
    const tree = `${MODEL}.trees.0`;
    expect(readXgboost(changed(sets(), `${tree}.categories_sizes.0`, 0))).toMatchObject({
      reason: expect.stringMatching(/its set of categories is empty/) as string,
    });
    expect(readXgboost(changed(sets(), `${tree}.categories_nodes.0`, 5))).toMatchObject({
      reason: expect.stringMatching(/they must ascend/) as string,
    });
    expect(readXgboost(changed(sets(), `${tree}.categories_segments.0`, 1e300))).toMatchObject({
      reason: expect.stringMatching(/lie outside the list/) as string,
    });
  });

  it("a leaf names a row that there is", () => {
    const source = document("3.4.1", "vector_leaf");
    const trees = (source as { learner: { gradient_booster: { model: { trees: { left_children: number[] }[] } } } }).learner
      .gradient_booster.model.trees;
    const leaf = trees[0]?.left_children.indexOf(-1) ?? 0;
    expect(readXgboost(changed(source, `${MODEL}.trees.0.right_children.${leaf}`, 999))).toMatchObject({
      reason: expect.stringMatching(/its leaf vector is row 999 of \d+/) as string,
    });
  });

  it.each(["", " ", "[]", "{", "{}", "5", "null", "x", "\0\0\0\0", '{"Model":5}', '{"Config":{}}', "binf", "CONFIG-offset:", "{L"])(
    "%j is no model",
    (text) => {
      expect(readXgboost(Buffer.from(text))).toMatchObject({ ok: false, reason: expect.any(String) as string });
    },
  );
});
