// Every archive of small XGBoost models holds what its manifest says, the kinds that its release has, and models that show what their kind is about.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readNpy } from "./npy-file.ts";
import { openXgboostFixtures, xgboostArchives, type XgboostFixtures } from "./xgboost-fixtures.ts";

const releases = "0.72.1 0.90 1.0.2 1.2.1 1.3.3 1.5.2 1.6.2 1.7.6 2.0.3 2.1.4 3.0.5 3.1.3 3.2.0 3.4.1".split(" ");
/** Their plain archives were made elsewhere, from real candles; what `test/fixtures/make` makes of them is named `-synthetic`. */
const ofCandles = ["1.7.6", "2.1.4", "3.0.5"];

const everywhere = `reg_base_half reg_base_given reg_base_auto logistic_base_given logistic_auto logitraw reg_logistic softprob softmax
  gblinear gblinear_softprob dart dart_softprob forest forest_softprob poisson gamma tweedie cox rank_pairwise rank_ndcg pruned lossguide
  one_leaf zero_trees monotone names_unicode attributes early_stop custom_objective base_margin
  skl_regressor skl_regressor_es skl_classifier_bin skl_classifier_3 skl_frame unfitted`;
const syntheticOnly = `reg_linear logitraw_base_given gblinear_logistic poisson_all_zero dart_forest rank_map sparse
  skl_dart skl_missing skl_callable`;

/** Kinds that not every release has: from the first to the last of `releases` that has them. */
const spans: readonly (readonly [kinds: string, first: string, last: string])[] = [
  ["hinge skl_ranker skl_rf", "0.90", "3.4.1"],
  ["squaredlogerror", "1.0.2", "3.4.1"],
  ["aft pseudohuber", "1.2.1", "3.4.1"],
  ["cat cat_onehot cat_frame absoluteerror", "1.7.6", "3.4.1"],
  ["multi_otp multi_otp_logistic", "1.6.2", "3.4.1"],
  ["quantile quantile_single vector_leaf vector_leaf_base", "2.0.3", "3.4.1"],
];
const syntheticSpans: typeof spans = [
  ["skl_rf_classifier", "0.90", "3.4.1"],
  // 3.0 and 3.1 refuse to predict with the base score that they estimated.
  ["logistic_all_one logistic_all_zero", "0.72.1", "2.1.4"],
  ["logistic_all_one logistic_all_zero", "3.2.0", "3.4.1"],
  ["aft_normal", "1.2.1", "3.4.1"],
  ["snapshot_json snapshot_binary", "1.0.2", "1.3.3"],
  ["skl_classifier_str", "0.72.1", "1.5.2"],
  ["cat_dart", "1.7.6", "3.4.1"],
  ["multi_otp_dart gblinear_multi", "1.6.2", "3.4.1"],
  ["vector_leaf_softprob vector_leaf_forest", "2.0.3", "3.4.1"],
  ["multi_base_given", "3.1.3", "3.4.1"],
  ["expectile expectile_single vector_leaf_dart vector_leaf_cat", "3.4.1", "3.4.1"],
];

/** Kinds whose models give every row the same margin. */
const sameForAll = new Set(["zero_trees", "one_leaf", "logistic_all_one", "logistic_all_zero", "poisson_all_zero"]);

const words = (text: string): readonly string[] => text.split(/\s+/);

function expectedKinds(archive: string): readonly string[] {
  const at = releases.indexOf(archive.replace("-synthetic", ""));
  const within = (table: typeof spans): readonly string[] =>
    table.flatMap(([kinds, first, last]) => (releases.indexOf(first) <= at && at <= releases.indexOf(last) ? words(kinds) : []));
  const synthetic = ofCandles.includes(archive) ? [] : [...words(syntheticOnly), ...within(syntheticSpans)];
  return [...words(everywhere), ...within(spans), ...synthetic].sort();
}

const expectedArchives = [...releases, ...ofCandles.map((release) => `${release}-synthetic`)].sort();

describe("the archives of small XGBoost models", () => {
  it("are those of the releases that are supported", () => {
    expect([...xgboostArchives].sort()).toEqual(expectedArchives);
  });

  describe.each(expectedArchives)("%s", (archive) => {
    const fixtures = openXgboostFixtures(archive);

    it("is of the release in its name and has every kind that the release has", () => {
      expect(fixtures.xgboost).toBe(archive.replace("-synthetic", ""));
      expect(fixtures.cases.map((one) => one.case).sort()).toEqual(expectedKinds(archive));
    });

    it("holds the files of its manifest, byte for byte, and no others", () => {
      const found = readdirSync(fixtures.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const listed = fixtures.cases.flatMap((one) =>
        Object.entries(one.files).map(([name, file]) => [`${one.dir}/${name}`, file] as const),
      );
      expect(found.map((entry) => join(entry.parentPath, entry.name).slice(fixtures.folder.length + 1)).sort()).toEqual(
        ["manifest.json", ...listed.map(([path]) => path)].sort(),
      );
      const wrong = listed.filter(([path, file]) => {
        const bytes = readFileSync(join(fixtures.folder, path));
        return bytes.length !== file.bytes || createHash("sha256").update(bytes).digest("hex") !== file.sha256;
      });
      expect(wrong.map(([path]) => path)).toEqual([]);
    });

    it("asks each model about 64 rows, the fourth all missing, and has an answer for each", () => {
      for (const one of fixtures.cases.filter(({ x_shape }) => x_shape !== undefined)) {
        const x = readNpy(join(fixtures.folder, one.dir, "X.npy"));
        const margin = readNpy(join(fixtures.folder, one.dir, "margin.npy"));
        expect([one.case, x.shape, x.dtype, margin.shape, margin.dtype]).toEqual([one.case, [64, 8], "<f4", one.margin_shape, "<f4"]);
        const fourth = [...x.values.slice(24, 32)].map(Number);
        // Models of candles keep the codes of categories there.
        expect(fourth.filter((value) => Number.isNaN(value)).length).toBeGreaterThanOrEqual(6);
        expect(new Set<number | bigint>(margin.values).size > 1).toBe(!sameForAll.has(one.case));
      }
    });
  });
});

/** What a test needs of a model document. */
interface Document {
  readonly learner: {
    readonly attributes: Readonly<Record<string, string>>;
    readonly gradient_booster: Booster & { readonly gbtree?: Booster; readonly weight_drop?: readonly number[] };
  };
}
interface Booster {
  readonly model: { readonly trees: readonly Tree[]; readonly weight_drop?: readonly number[] };
}
interface Tree {
  readonly left_children: readonly number[];
  readonly split_indices: readonly number[];
  readonly categories_sizes: readonly number[];
  readonly tree_param: Readonly<Record<string, string>>;
}

/** Reads `model.json` of a kind. Some releases write NaN bare. */
function documentOf(fixtures: XgboostFixtures, kind: string): Document {
  const text = readFileSync(join(fixtures.folder, kind, "model.json"), "utf8").replaceAll(/(?<=[[,])NaN(?=[\],])/g, "null");
  const document: Document = JSON.parse(text);
  return document;
}
const boosterOf = ({ learner: { gradient_booster: booster } }: Document): Booster => booster.gbtree ?? booster;
const treesOf = (document: Document): readonly Tree[] => boosterOf(document).model.trees;
const sizesOf = (document: Document): readonly number[] => treesOf(document).flatMap((tree) => tree.categories_sizes);

/** What a kind's model must have; a kind is looked at in every archive that has it and writes JSON. */
const shows: readonly (readonly [kind: string, claim: string, holds: (document: Document) => boolean])[] = [
  ["pruned", "deleted nodes", (document) => treesOf(document).some((tree) => tree.split_indices.includes(2147483647))],
  [
    "one_leaf",
    "single leaves",
    (document) => treesOf(document).every((tree) => tree.left_children.length === 1 || tree.left_children[0] === -1),
  ],
  ["zero_trees", "no trees", (document) => treesOf(document).length === 0],
  ["forest", "three trees a round", (document) => treesOf(document).length === 6],
  [
    "early_stop",
    "rounds after the best",
    (document) => Number(document.learner.attributes["best_iteration"]) + 1 < treesOf(document).length,
  ],
  ["cat", "sets of categories", (document) => Math.max(...sizesOf(document)) > 1],
  ["cat_dart", "sets of categories", (document) => Math.max(...sizesOf(document)) > 1],
  ["cat_frame", "sets of categories", (document) => Math.max(...sizesOf(document)) > 1],
  ["vector_leaf_cat", "sets of categories", (document) => Math.max(...sizesOf(document)) > 1],
  ["cat_onehot", "one category a split", (document) => sizesOf(document).length > 0 && sizesOf(document).every((size) => size === 1)],
  ...["vector_leaf", "vector_leaf_base", "vector_leaf_softprob", "vector_leaf_forest", "vector_leaf_dart", "vector_leaf_cat"].map(
    (kind) =>
      [
        kind,
        "leaves of several numbers",
        (document: Document) => treesOf(document).every((tree) => Number(tree.tree_param["size_leaf_vector"]) > 1),
      ] as const,
  ),
  ...["dart", "dart_softprob", "dart_forest", "cat_dart", "multi_otp_dart", "vector_leaf_dart", "skl_dart"].map(
    (kind) => [kind, "weights of trees", (document: Document) => weightsOf(document).some((weight) => weight !== 1)] as const,
  ),
];
const weightsOf = (document: Document): readonly number[] =>
  document.learner.gradient_booster.weight_drop ?? boosterOf(document).model.weight_drop ?? [];

describe("a small XGBoost model", () => {
  const all = expectedArchives.map(openXgboostFixtures);
  it.each(shows)("of kind %s has %s", (kind, _claim, holds) => {
    const having = all.filter(({ cases }) => cases.some((one) => one.case === kind && "model.json" in one.files));
    expect(having.length).toBeGreaterThan(0);
    expect(having.filter((fixtures) => !holds(documentOf(fixtures, kind))).map(({ archive }) => archive)).toEqual([]);
  });
});
