// What is said about a model: nothing that is not there, and harm in words.

import { expect, test } from "vitest";
import { globalTexts, modelFacts, parameterFacts } from "../../../tui/format/model-facts.ts";
import { modelViewOf } from "../../support/sample-answers.ts";

function told(changes: Parameters<typeof modelViewOf>[1], label: string) {
  return modelFacts(modelViewOf("alpha/BTC", changes)).find((fact) => fact.label === label);
}

const PICKLE = modelViewOf("alpha/BTC").pickle;

test("a converted document is told from one of the files", () => {
  expect(told({}, "document")?.text).toMatch(/^converted from the model pickle, sha256 a{12}$/);
  expect(told({ document: "model_json" }, "document")?.text).toMatch(/^model\.json of the files/);
});

test.each([
  ["absent", "", "dim", "the trainer gave no golden rows"],
  ["not_checked", "it is not JSON", "warn", "not checked: it is not JSON"],
  ["passed", "", "good", "passed: its margins are those of the golden rows"],
  ["failed", "row 3 differs", "bad", "failed: row 3 differs"],
] as const)("golden %s", (golden, detail, role, text) => {
  expect(told({ golden, golden_detail: detail }, "golden")).toEqual({ label: "golden", text, role });
});

test("calls of unknown functions are bad and named, without them the pickle is plain", () => {
  expect(told({}, "pickle")).toMatchObject({ role: "bad", text: expect.stringContaining("1 call of unknown functions") as unknown });
  if (PICKLE === null) throw new Error("the sample has a pickle");
  expect(told({ pickle: { ...PICKLE, unknown_calls: [], container: "zlib" } }, "pickle")).toMatchObject({
    role: "plain",
    text: "xgboost.sklearn.XGBRegressor, protocol 4, packed zlib, 2 globals, no unknown calls",
  });
  expect(told({ pickle: null }, "pickle")?.text).toBe("no model pickle, or none that can be read");
});

test("the globals list marks what would be called, and says how many are not listed", () => {
  if (PICKLE === null) throw new Error("the sample has a pickle");
  const globals = [...PICKLE.globals, "os.system"];
  const rows = globalTexts({ ...PICKLE, globals, globals_total: 10, unknown_calls: ["os.system", "builtins.eval"] });
  expect(rows).toEqual([
    { text: "xgboost.sklearn.XGBRegressor", role: "plain" },
    { text: "unknown, and called: os.system", role: "bad" },
    { text: "unknown, and called: builtins.eval", role: "bad" },
    { text: "and 7 more", role: "dim" },
  ]);
});

test("forests, linear models and models without a version say so", () => {
  expect(told({ num_parallel_tree: 10 }, "trees")?.text).toBe("40 in 40 rounds, 10 at a time; depth 4, 240 splits, 280 leaves");
  const linear = { booster: "gblinear", num_trees: 0, coefficients: [[1], [2]] };
  expect(told(linear, "linear")?.text).toBe("2 features with coefficients in 40 rounds");
  expect(told(linear, "trees")).toBeUndefined();
  expect(told({ xgboost_version: "0.0.0" }, "booster")?.text).toBe("gbtree, written by an XGBoost that left no version");
});

test("an objective of the client's own is a warning, and so is what the pickle's reader passed over", () => {
  if (PICKLE === null) throw new Error("the sample has a pickle");
  const facts = modelFacts(modelViewOf("alpha/BTC", { pickle: { ...PICKLE, client_objective: "my_loss" } }));
  expect(facts.filter(({ role }) => role === "warn").map(({ text }) => text)).toEqual([
    "the objective my_loss is the client's own: only it can make predictions of margins",
    "2 bytes follow the pickle and are ignored",
  ]);
});

test("base scores are float32 texts, many of them counted, and parameters keep their form", () => {
  expect(told({ base_score: [Math.fround(0.1), null] }, "base score")?.text).toBe("0.1, nan");
  expect(told({ base_score: Array.from({ length: 12 }, () => 0.5) }, "base score")?.text).toMatch(/^(0\.5, ){7}0\.5 and 4 more$/);
  const parameters: [string, unknown][] = [
    ["a", ""],
    ["b", null],
    ["c", { d: [1, 2] }],
    ["e", 12345678901234567890n],
    ["f", { $: "float", v: "nan" }],
    ["g", { $: "tuple", v: [1, { $: "npscalar", dtype: "<f4", v: 0.5 }] }],
  ];
  expect(parameterFacts({ parameters }).map(({ text }) => text)).toEqual([
    '""',
    "null",
    '{"d":[1,2]}',
    "12345678901234567890",
    "nan",
    "[1,0.5]",
  ]);
});
