// The check of model documents: every kind that XGBoost writes passes, every damage is named by tree and node.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../../daemon/artifacts/json/json-value.ts";
import { readJson } from "../../../../daemon/artifacts/json/read-json.ts";
import { checkModel, type ModelCheck } from "../../../../daemon/artifacts/xgboost/check-model.ts";
import { alphaModel } from "../fixture-groups.ts";

const SMALL = new URL("../../../fixtures/versions-small/", import.meta.url);

function checked(bytes: Uint8Array): ModelCheck {
  const read = readJson(bytes);
  if (!read.ok) throw new Error(read.reason);
  return checkModel(read.value);
}

function small(name: string): Buffer {
  return readFileSync(new URL(`${name}.json`, SMALL));
}

/** A small document with one member changed; `path` names members and places. */
function changed(bytes: Uint8Array, path: string, value: JsonValue | undefined): ModelCheck {
  const read = readJson(bytes);
  if (!read.ok) throw new Error(read.reason);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const holder = keys.reduce<JsonValue>(
    (node, key) => (Array.isArray(node) ? (node[Number(key)] ?? null) : ((node as JsonObject)[key] ?? null)),
    read.value,
  );
  if (Array.isArray(holder)) holder[Number(last)] = value ?? null;
  else if (value === undefined) Reflect.deleteProperty(holder as JsonObject, last);
  else (holder as JsonObject)[last] = value;
  return checkModel(read.value);
}

const MODEL = "learner.gradient_booster.model";
const TREE = `${MODEL}.trees.0`;

describe("documents of real releases", () => {
  const names = readdirSync(SMALL).filter((name) => name.endsWith(".json"));
  it.each(names)("%s is accepted", (name) => {
    const { fault, meta } = checked(readFileSync(new URL(name, SMALL)));
    expect(fault).toBeUndefined();
    expect(meta).toMatchObject({ feature_dim: 8, version: name.split("-")[0]?.split(".").map(Number) });
  });

  it("dart tells its trees although they lie one level deeper", () => {
    expect(checked(small("1.7.6-dart")).meta).toMatchObject({ booster: "dart", num_trees: 5 });
    expect(checked(small("1.7.6-gblinear")).meta).toMatchObject({ booster: "gblinear", num_trees: null });
  });

  it("the best round comes from the attributes; -1 is none", () => {
    expect(checked(small("1.7.6-pruned")).meta?.best_iteration).toBe(2);
    expect(checked(small("1.7.6-zero_trees")).meta?.best_iteration).toBeNull();
  });

  it("dart in the later layouts is accepted, and a gbtree with an empty weight_drop too", () => {
    const read = readJson(small("1.7.6-dart"));
    if (!read.ok) throw new Error(read.reason);
    const learner = (read.value as { learner: JsonObject }).learner;
    const old = learner["gradient_booster"] as { gbtree: { model: JsonObject }; weight_drop: JsonValue };
    const model = old.gbtree.model;
    for (const booster of [
      { name: "dart", model, weight_drop: old.weight_drop },
      { name: "dart", model: { ...model, weight_drop: old.weight_drop } },
      { name: "gbtree", model: { ...model, weight_drop: [] } },
    ]) {
      learner["gradient_booster"] = booster;
      expect(checkModel(read.value).fault).toBeUndefined();
    }
    learner["gradient_booster"] = { name: "dart", model };
    expect(checkModel(read.value).fault).toBe("dart: weight_drop is missing");
    learner["gradient_booster"] = { name: "dart", model, weight_drop: [1] };
    expect(checkModel(read.value).fault).toMatch(/weight_drop is no list of 5 numbers/);
  });

  it("trees without the arrays that early releases lacked are accepted", () => {
    expect(changed(alphaModel(), `${TREE}.split_type`, undefined).fault).toBeUndefined();
    expect(changed(alphaModel(), `${TREE}.categories_nodes`, undefined).fault).toBeUndefined();
  });
});

describe("damage", () => {
  it.each<readonly [string, JsonValue | undefined, RegExp]>([
    ["learner", undefined, /there is no learner/],
    ["learner.learner_model_param", undefined, /learner_model_param is missing/],
    ["learner.learner_model_param.num_feature", undefined, /num_feature is null/],
    ["learner.learner_model_param.num_feature", "12.0", /num_feature is "12.0"/],
    ["learner.learner_model_param.num_feature", "-3", /num_feature is "-3"/],
    ["learner.learner_model_param.num_feature", "4294967296", /num_feature is 4294967296, more than/],
    ["learner.learner_model_param.num_feature", "11", /feature_names has 12 names for 11 features/],
    ["learner.objective", undefined, /objective.name is missing/],
    ["learner.gradient_booster.name", "gbforest", /booster "gbforest" is unknown/],
    [`${MODEL}.trees`, undefined, /has no trees/],
    [`${MODEL}.gbtree_model_param.num_trees`, "99", /num_trees is 99, but there are 100 trees/],
    [`${MODEL}.tree_info.3`, 1, /tree 3: tree_info names output 1 of 1/],
    [`${MODEL}.tree_info`, [0], /tree_info has 1 entries for 100 trees/],
    [`${MODEL}.iteration_indptr.5`, 900, /iteration_indptr entry 6 is 6/],
    [`${TREE}`, 5, /tree 0: num_nodes is no whole number/],
    [`${TREE}.tree_param.num_nodes`, "0", /tree 0 has no nodes/],
    [`${TREE}.tree_param.num_feature`, "13", /tree 0: its num_feature is 13, the model's is 12/],
    [`${TREE}.left_children`, undefined, /tree 0: left_children is missing/],
    [`${TREE}.default_left`, [0], /tree 0: default_left has 1 entries for \d+ nodes/],
    [`${TREE}.sum_hessian`, [], /tree 0: sum_hessian has 0 entries/],
    [`${TREE}.split_indices.0`, 12, /tree 0 node 0: split index 12 is outside the 12 features/],
    [`${TREE}.split_indices.0`, 0.5, /split index 0.5 is outside/],
    [`${TREE}.default_left.0`, 2, /node 0: default_left is 2/],
    [`${TREE}.split_conditions.0`, "x", /node 0: its split_conditions entry is no number/],
    [`${TREE}.split_type.0`, 1, /node 0: it splits by category but has no categories/],
    [`${TREE}.left_children.0`, 0, /node 0: child 0 is the root/],
    [`${TREE}.left_children.0`, 2, /node 0: (child 2 was reached before|its child)/],
    [`${TREE}.left_children.0`, -7, /node 0: child index -7 is outside/],
    [`${TREE}.left_children.0`, -1, /node 0: it has no left child, but right child 2/],
    [`${TREE}.parents.1`, 5, /node 0: its child 1 names node 5 as parent/],
    [`${TREE}.parents.0`, 5, /node 0: its parent is 5/],
  ])("%s = %j is named", (path, value, reason) => {
    expect(changed(alphaModel(), path, value).fault).toMatch(reason);
  });

  it("categories that lie outside their list are named", () => {
    const cat = small("1.7.6-cat");
    expect(changed(cat, `${TREE}.categories_sizes.0`, 5000).fault).toMatch(/tree 0 node \d+: its categories lie outside the list/);
    expect(changed(cat, `${TREE}.categories_nodes.0`, 99).fault).toMatch(/categories_nodes names node 99/);
    expect(changed(cat, `${TREE}.categories.0`, -1).fault).toMatch(/category 0 is -1/);
  });

  it("a gblinear model needs a weight per feature, bias and output", () => {
    expect(changed(small("1.7.6-gblinear"), `${MODEL}.weights`, [1, 2]).fault).toBe(
      "gblinear: 2 weights for 8 features and 1 outputs (9 are needed)",
    );
    expect(changed(small("1.7.6-gblinear"), `${MODEL}.weights.4`, "x").fault).toBe("gblinear: weight 4 is no number");
  });

  it("facts are read leniently although the document is refused", () => {
    const { meta, fault } = changed(alphaModel(), "learner.learner_model_param.num_feature", "3.0");
    expect(fault).toBeDefined();
    expect(meta).toMatchObject({ feature_dim: 0, objective: "reg:squarederror", num_trees: 100, num_parallel_tree: 1, version: [2, 1, 4] });
    expect(changed(alphaModel(), "learner.learner_model_param.num_feature", Infinity).meta?.feature_dim).toBe(0);
    expect(changed(alphaModel(), "learner.learner_model_param.num_feature", -4).meta?.feature_dim).toBe(-4);
    expect(changed(alphaModel(), "version", { deep: [] }).meta?.version).toBeNull();
  });

  it.each(["{}", "[]", "5", "null", '"x"', '{"learner": 5}', '{"learner": []}'])("%s is no model", (text) => {
    expect(checked(Buffer.from(text)).fault).toBeDefined();
  });
});
