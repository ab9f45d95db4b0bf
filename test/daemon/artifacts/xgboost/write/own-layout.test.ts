// A model written for its own release is the document that this release wrote, byte for byte, but for a few deliberate changes.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isBefore } from "../../../../../daemon/artifacts/predict/release.ts";
import { writeModelJson, writeModelUbjson } from "../../../../../daemon/artifacts/xgboost/write/write-model.ts";
import { xgboostArchives } from "../../../../support/xgboost-fixtures.ts";
import { fixtureCase, fixtureCases, modelFrom } from "../../predict/fixture-models.ts";

/** A text as UBJSON has it as a name, and behind `S` as a value. */
function ubjsonText(text: string): string {
  return `L\0\0\0\0\0\0\0${String.fromCharCode(text.length)}${text}`;
}

const block = ubjsonText("reg_loss_param");
const scale = ubjsonText("scale_pos_weight");

/** What we write otherwise, as replacements in the document as latin1 text: in the kinds that are named, where there is no such member yet, or in all. */
const DELIBERATE: readonly {
  readonly why: string;
  readonly kinds?: RegExp;
  readonly member?: string;
  readonly json: readonly [string, string];
  readonly ubjson: readonly [string, string];
}[] = [
  {
    why: "strict JSON has no NaN, and nothing reads a threshold at splits by category and at vector leaves: later releases write this there",
    json: ["NaN", "1E-45"],
    ubjson: ["\x7f\xc0\0\0", "\0\0\0\x01"],
  },
  {
    why: "2.1 and 3.0 refuse reg:gamma without the block",
    kinds: /^gamma$/,
    member: "reg_loss_param",
    json: ['"name":"reg:gamma"}', '"name":"reg:gamma","reg_loss_param":{"scale_pos_weight":"1"}}'],
    ubjson: [
      `${ubjsonText("name")}S${ubjsonText("reg:gamma")}}`,
      `${ubjsonText("name")}S${ubjsonText("reg:gamma")}${block}{${scale}S${ubjsonText("1")}}}`,
    ],
  },
  {
    why: "2.0 and later cannot predict without trees when they do not find the rounds",
    kinds: /^zero_trees$/,
    member: "iteration_indptr",
    json: ['"tree_info"', '"iteration_indptr":[0],"tree_info"'],
    ubjson: [ubjsonText("tree_info"), `${ubjsonText("iteration_indptr")}[#L\0\0\0\0\0\0\0\x01i\0${ubjsonText("tree_info")}`],
  },
  {
    why: "3.1 and later take the base score of a model without rounds for one that is to be estimated, and apply no link to it",
    kinds: /^zero_trees$/,
    member: "boost_from_average",
    json: ['"num_class"', '"boost_from_average":"0","num_class"'],
    ubjson: [ubjsonText("num_class"), `${ubjsonText("boost_from_average")}S${ubjsonText("0")}${ubjsonText("num_class")}`],
  },
  {
    why: "the same goes for gblinear, whose rounds older releases did not write",
    kinds: /^gblinear/,
    member: "boosted_rounds",
    json: ['"weights"', '"boosted_rounds":1,"weights"'],
    ubjson: [ubjsonText("weights"), `${ubjsonText("boosted_rounds")}i\x01${ubjsonText("weights")}`],
  },
];

/** The document as we mean to write it. */
function meant(document: Buffer, form: "json" | "ubjson", kind: string): string {
  let text = document.toString("latin1");
  for (const change of DELIBERATE) {
    const isThere = change.member !== undefined && text.includes(change.member);
    if (change.kinds?.test(kind) !== false && !isThere) text = text.replaceAll(...change[form]);
  }
  return text;
}

/** Archives of releases that wrote documents. */
const archives = xgboostArchives.filter((archive) => !archive.startsWith("0."));

describe.each(archives)("a model of XGBoost %s", (archive) => {
  it("is written as this release wrote it, JSON and UBJSON", () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const { kind, files, read } of fixtureCases(archive)) {
      for (const [file, form, write] of [
        ["model.json", "json", writeModelJson],
        ["model.ubj", "ubjson", writeModelUbjson],
      ] as const) {
        if (!files.includes(file)) continue;
        const document = read(file);
        const model = modelFrom(document);
        const written = Buffer.from(write(model, model.version));
        const expected = Buffer.from(meant(document, form, kind), "latin1");
        compared++;
        // 1.0 and 1.1 print floats with 17 digits and more, and cut the base score.
        if (isBefore(model.version, 1, 2)) expect(modelFrom(written), kind).toEqual(modelFrom(expected));
        else if (!written.equals(expected)) wrong.push(`${kind}/${file}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(50);
  });
});

it("numbers of trees and rounds beyond a byte are of XGBoost's own type in UBJSON, as a pickle of 150 trees has them", () => {
  const pickle = readFileSync(new URL("../../../../fixtures/artifacts/alpha/LTCBTC_ret_240_model.pkl", import.meta.url));
  const model = modelFrom(pickle);
  expect(model.booster.kind === "trees" && model.booster.trees.length).toBeGreaterThan(127);
  expect(pickle.includes(Buffer.from(writeModelUbjson(model, model.version)))).toBe(true);
});

it("a deleted node has the feature that XGBoost writes for it, with or without the bit of the default direction", () => {
  const model = modelFrom(fixtureCase("2.1.4", "reg_base_half").read("model.json"));
  if (model.booster.kind !== "trees") throw new Error("a linear model");
  const trees = model.booster.trees.map((tree) => ({
    ...tree,
    splitIndices: tree.splitIndices.map((feature, node) => (node === 1 ? 0xffff_ffff : feature)),
  }));
  const written = Buffer.from(writeModelJson({ ...model, booster: { ...model.booster, trees } }, model.version)).toString("utf8");
  expect(written).toMatch(/"split_indices":\[\d+,2147483647,/);
});
