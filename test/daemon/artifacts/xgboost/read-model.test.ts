// Model documents read from their bytes say what parsing them whole says, whatever is changed in them.

import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "../../../../daemon/artifacts/json/read-json.ts";
import { checkModel } from "../../../../daemon/artifacts/xgboost/check-model.ts";
import { readPlainTrees } from "../../../../daemon/artifacts/xgboost/plain-trees.ts";
import { readModelDocument } from "../../../../daemon/artifacts/xgboost/read-model.ts";
import { alphaModel } from "../fixture-groups.ts";

const SMALL = new URL("../../../fixtures/versions-small/", import.meta.url);

/** The same by parsing the whole document. */
function parsed(bytes: Uint8Array): unknown {
  const read = readJson(bytes);
  if (!read.ok) return read;
  const rewritten = read.text.includes("\r") ? read.text.replaceAll(/\r\n?/g, "\n") : undefined;
  return { ok: true, ...checkModel(read.value), rewritten };
}

function expectSame(text: string): void {
  const bytes = Buffer.from(text);
  const [ours, theirs] = [readModelDocument(bytes), parsed(bytes)];
  // Very many of them are the same, and the test runner's comparison takes its time.
  if (!isDeepStrictEqual(ours, theirs)) expect(ours, text).toEqual(theirs);
}

/** Trees as they stand in the bytes; undefined when they are not of the usual kind. */
function plainTrees(text: string): ReturnType<typeof readPlainTrees> {
  return readPlainTrees(Buffer.from(text), text.indexOf("[", text.indexOf('"trees":')));
}

const TREE =
  '{"base_weights":[0.5,-1.5E-2,2],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],' +
  '"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],"loss_changes":[3.5,0,0],"parents":[2147483647,0,0],"right_children":[2,-1,-1],' +
  '"split_conditions":[0.25,1e-3,-7],"split_indices":[1,0,0],"split_type":[0,0,0],"sum_hessian":[9,4,5],' +
  '"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"3","size_leaf_vector":"1"}}';
const MODEL =
  '{"learner":{"attributes":{"best_iteration":"1"},"feature_names":["a","b"],"gradient_booster":{"model":{"gbtree_model_param":' +
  `{"num_parallel_tree":"1","num_trees":"2"},"iteration_indptr":[0,1,2],"tree_info":[0,0],"trees":[${TREE},${TREE}]},"name":"gbtree"},` +
  '"learner_model_param":{"num_class":"0","num_feature":"2","num_target":"1"},"objective":{"name":"reg:squarederror"}},"version":[2,1,4]}';

/** The model with its trees among the attributes and a text where they belong. */
function elsewhere(text: string): string {
  const trees = `[${TREE},${TREE}]`;
  return MODEL.replace(trees, JSON.stringify(text).replaceAll("\\\\", "\\")).replace('"best_iteration":"1"', `"trees":${trees}`);
}

/** Pieces that documents are made of, and some that they must not hold. */
const PIECES = [
  ...["0", "1", "2", "3", "-1", "-0", "01", "1.", ".5", "1.0", "1e2", "1E+2", "1e", "+1", "--1", "2147483647", "2147483648", "-2147483648"],
  ...[
    "99999999999",
    "9007199254740993",
    "0.12345678901234567890",
    "NaN",
    "-Infinity",
    "true",
    "false",
    "null",
    '"1"',
    '"x"',
    '""',
    "[]",
    "{}",
  ],
  ...["[0]", ",", ":", "[", "]", "{", "}", '"', "\\", '\\"', " ", "\n", "\r", "\t", "\u00e4", "\0", '"trees":', '"trees":[],', '"id":1,'],
  ...['"left_children":[1,-1,-1],', '"num_nodes":"3",', "\\u0074rees", '"trees checked in place"', '"\\u0074rees checked in place"'],
];

describe("real documents", () => {
  it.each(readdirSync(SMALL).filter((name) => name.endsWith(".json")))("%s", (name) => {
    expectSame(readFileSync(new URL(name, SMALL), "utf8"));
  });

  it("a usual one is read in place, with line breaks and spaces too", () => {
    const text = alphaModel().toString("utf8");
    const spaced = JSON.stringify(JSON.parse(MODEL), null, 2);
    for (const document of [text, MODEL, spaced]) {
      expect(plainTrees(document)).toMatchObject({ highestSplit: expect.any(Number) as number });
      expectSame(document);
    }
    expect(plainTrees(text)).toMatchObject({ count: 100, features: 12 });
    expectSame(spaced.replaceAll("\n", "\r\n"));
    expect(readModelDocument(Buffer.from(spaced.replaceAll("\n", "\r\n")))).toMatchObject({ rewritten: spaced });
  });

  it("trees with categories, vector leaves or a deleted node are none of the usual kind", () => {
    for (const name of ["1.7.6-cat", "2.1.4-vector_leaf"]) {
      expect(plainTrees(readFileSync(new URL(`${name}.json`, SMALL), "utf8"))).toBeUndefined();
    }
  });
});

describe("changed documents", () => {
  it.each(PIECES)("%j in the place of any character of a tree says the same", (piece) => {
    const [begin, end] = [MODEL.indexOf(TREE), MODEL.indexOf(TREE) + TREE.length];
    for (let at = begin; at < end; at++) expectSame(MODEL.slice(0, at) + piece + MODEL.slice(at + 1));
  });

  it("pieces put in, taken out and exchanged anywhere say the same", () => {
    const change = fc.record({ at: fc.nat(MODEL.length), taken: fc.nat(12), put: fc.constantFrom("", ...PIECES) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let text = MODEL;
        for (const { at, taken, put } of changes) text = text.slice(0, at) + put + text.slice(at + taken);
        expectSame(text);
      }),
      { numRuns: 3000 },
    );
  });

  it("numbers exchanged for others say the same", () => {
    const numbers = [...MODEL.matchAll(/-?\d+(?:\.\d+)?(?:[eE]-?\d+)?/g)].map(({ index, 0: number }) => [index, number.length] as const);
    fc.assert(
      fc.property(fc.constantFrom(...numbers), fc.constantFrom(...PIECES.slice(0, 31)), ([at, length], piece) => {
        expectSame(MODEL.slice(0, at) + piece + MODEL.slice(at + length));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["trees that stand in no model", MODEL.replace('"trees":', '"trees":5,"x":').replace('"name":"gbtree"', '"trees":[],"name":"gbtree"')],
    ["trees twice, the first in order", MODEL.replace('"trees":', '"trees":[],"trees":')],
    ["trees twice, the last in order", MODEL.replace('}]},"name"', '}],"trees":[]},"name"')],
    ["trees named with an escape", MODEL.replace('"trees":', '"tr\\u0065es":')],
    ["trees elsewhere, and in their place the word for them", elsewhere("trees checked in place")],
    ["trees elsewhere, and in their place that word with an escape", elsewhere("\\u0074rees checked in place")],
    ["trees elsewhere, and the word for them after it", elsewhere("").replace('"version":', '"x":"trees checked in place","version":')],
    ["a member twice, the last in order", MODEL.replace('"left_children":', '"left_children":[5,5,5],"left_children":')],
    ["a member twice, the first in order", MODEL.replace('"loss_changes":', '"left_children":[5,5,5],"loss_changes":')],
    ["a number twice", MODEL.replace('"num_nodes":"3"', '"num_nodes":"3","num_nodes":"2"')],
    ["a feature called trees", MODEL.replace('["a","b"]', '["trees","b"]')],
    ["a model called twice", MODEL.replace('"name":"gbtree"', '"model":{},"name":"gbtree"')],
    ["a child shared by two nodes", MODEL.replace('"right_children":[2', '"right_children":[1')],
    ["a split beyond the features", MODEL.replace('"split_indices":[1', '"split_indices":[2')],
    ["another number of features in the second tree", MODEL.replace(/("num_feature":")2(?=[^]*"num_feature":"2[^]*"num_feature")/, "$13")],
    [
      "more features than the trees know",
      MODEL.replace('"feature_names":["a","b"],', "").replace('"num_feature":"2","num_target"', '"num_feature":"3","num_target"'),
    ],
    ["a carriage return behind the trees", `${MODEL}\r\n`],
    ["white space behind", `${MODEL} \n`],
    ["more behind", `${MODEL}{}`],
    ["a byte order mark before", `\ufeff${MODEL}`],
  ])("%s", (_what, text) => expectSame(text));
});
