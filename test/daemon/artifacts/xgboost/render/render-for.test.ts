// The objective of a rendering, its release, and what is refused; that nothing is given unproved, and nothing throws.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readXgboost } from "../../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import type { XgboostModel } from "../../../../../daemon/artifacts/xgboost/model.ts";
import { disproof } from "../../../../../daemon/artifacts/xgboost/render/prove.ts";
import { fitModel, renderFor } from "../../../../../daemon/artifacts/xgboost/render/render-for.ts";
import { layoutOf } from "../../../../../daemon/artifacts/xgboost/write/layouts.ts";
import { fixtureCase } from "../../predict/fixture-models.ts";
import { modelOf, refusalOf, rendered, treesOf } from "./rendered.ts";

describe("the objective", () => {
  it("has the blocks that the release wants", () => {
    const block = (kind: string, archive: string, release: string): unknown => {
      const { name: _name, ...blocks } = rendered(modelOf(archive, kind), release).learner.objective;
      return Object.keys(blocks);
    };
    expect(block("gamma", "1.7.6", "2.1")).toEqual(["reg_loss_param"]);
    expect(["2.1", "3.0"].map((release) => block("squaredlogerror", "3.4.1", release))).toEqual([["reg_loss_param"], []]);
    expect(["1.7", "2.0"].map((release) => block("rank_ndcg", "3.4.1", release))).toEqual([["lambda_rank_param"], ["lambdarank_param"]]);
    expect(["1.5", "1.6", "1.7"].map((release) => block("pseudohuber", "3.4.1", release))).toEqual([
      ["reg_loss_param"],
      ["pseduo_huber_param"],
      ["pseudo_huber_param"],
    ]);
  });

  it("keeps its parameters under whatever name the release has for the block", () => {
    const model = modelOf("3.4.1", "pseudohuber");
    const steep: XgboostModel = {
      ...model,
      objective: { ...model.objective, parameters: { pseudo_huber_param: { huber_slope: "0.699999988" } } },
    };
    expect(rendered(steep, "1.6").learner.objective["pseduo_huber_param"]).toEqual({ huber_slope: "0.699999988" });
  });

  it("is an older one with the same predictions where the release has no such objective", () => {
    const { learner, notes } = rendered(modelOf("3.4.1", "quantile_single"), "1.7");
    expect(learner.objective.name).toBe("reg:squarederror");
    expect(notes.join()).toMatch(/XGBoost 1.7 has no reg:quantileerror/);
    expect(rendered(modelOf("1.2.1", "aft"), "1.0").learner.objective.name).toBe("survival:cox");
  });

  it("of before 1.0 has the name that it has today", () => {
    expect(rendered(modelOf("0.72.1", "reg_base_auto"), "3.4").learner.objective.name).toBe("reg:squarederror");
    const model = modelOf("0.72.1", "logistic_auto");
    const gpu = { ...model, objective: { ...model.objective, name: "gpu:binary:logistic" } };
    expect(rendered(gpu, "3.4").learner.objective.name).toBe("binary:logistic");
  });

  it("that is not known here is handed on within a layout, with its parameters, and else refused", () => {
    const model = modelOf("3.4.1", "reg_base_half");
    const custom = { ...model, objective: { name: "reg:new", parameters: { new_param: { size: "2" } } } };
    expect(refusalOf(custom, "3.3")).toMatch(/objective "reg:new" is not known here.*use XGBoost 3.4/);
    const { learner, notes } = rendered(custom, "3.4.0");
    expect(learner.objective).toEqual({ name: "reg:new", new_param: { size: "2" } });
    expect(notes.join()).toMatch(/not proved/);
  });
});

describe("a refusal", () => {
  it("says why and what to do", () => {
    expect(refusalOf(modelOf("3.4.1", "cat"), "1.4")).toMatch(
      /tree 0 splits by category, and XGBoost 1.4 would take.* → upgrade the client to XGBoost 1.5/,
    );
    expect(refusalOf(modelOf("3.4.1", "multi_otp"), "1.5")).toMatch(
      /2 targets, and XGBoost 1.5 predicts one → upgrade the client to XGBoost 1.6/,
    );
    expect(refusalOf(modelOf("3.4.1", "expectile"), "3.2")).toMatch(
      /no objective reg:expectileerror.* → upgrade the client to XGBoost 3.3/,
    );
    const half = modelOf("3.4.1", "reg_base_half");
    expect(refusalOf(half, "0.90")).toMatch(/reads no JSON models → upgrade the client to XGBoost 1.0/);
    expect(refusalOf(half, "1.5", "ubj")).toMatch(/reads no UBJSON → ask for JSON/);
    expect(refusalOf(half, "latest")).toMatch(/"latest" is no release of XGBoost → name it as "2.1"/);
  });

  it("comes where the model's own release refuses it, too", () => {
    const model = modelOf("2.1.4", "logistic_base_given");
    expect(refusalOf({ ...model, baseScore: Float32Array.of(1.5) }, "2.1")).toMatch(/base_score 1.5.*→ train the model again/);
  });

  it("comes where an output without a tree would have to hold its intercept", () => {
    const model = modelOf("3.4.1", "multi_otp");
    const lopsided = { ...model, booster: { ...treesOf(model), treeGroups: treesOf(model).treeGroups.map(() => 0) } };
    expect(refusalOf(lopsided, "2.1")).toMatch(/intercepts .* cannot be written .*→ use XGBoost 3.4/);
  });
});

describe("a release", () => {
  it("is read as clients spell it, and stands in the document", () => {
    const model = modelOf("3.4.1", "reg_base_half");
    const version = (text: string): unknown => rendered(model, text).version;
    expect(["2.1", "2.1.3", " v2.1.4 ", "2.1.0rc1", "3.1.0-dev", "2.0.3+cpu"].map(version)).toEqual([
      ...[
        [2, 1, 0],
        [2, 1, 3],
        [2, 1, 4],
        [2, 1, 0],
        [3, 1, 0],
        [2, 0, 3],
      ],
    ]);
    for (const text of ["", "2", "2.x", "two", "2.1.4.5.6", "99999.1", "-1.2"])
      expect(renderFor(model, text), text).toMatchObject({ ok: false });
  });

  it("that is newer than all known ones gets the newest layout, with a word about it", () => {
    const { notes, version } = rendered(modelOf("3.4.1", "dart"), "4.2");
    expect(version).toEqual([4, 2, 0]);
    expect(notes.join()).toMatch(/newer than any known here/);
  });
});

it("keeps attributes and names, and leaves the original as it is", () => {
  const model = modelOf("3.4.1", "attributes");
  const before = structuredClone({ ...model, attributes: [...model.attributes] });
  const { learner } = rendered(model, "1.4");
  expect(learner.attributes).toEqual(Object.fromEntries(model.attributes));
  expect(learner.feature_names).toEqual(model.featureNames);
  expect(rendered(model, "1.3").notes.join()).toMatch(/no feature names/);
  expect({ ...model, attributes: [...model.attributes] }).toEqual(before);
});

it("is not given when the margins would differ, which nothing but the proof may know", () => {
  const model = modelOf("3.4.1", "reg_base_auto");
  const layout = layoutOf([2, 1, 4]);
  if (layout === undefined) throw new Error("2.1 has a layout");
  const target = { release: [2, 1, 4], layout } as const;
  expect(disproof(model, model, target, false)).toBeUndefined();
  const [first] = treesOf(model).trees;
  if (first === undefined) throw new Error("there is a tree");
  const shifted = {
    ...first,
    splitConditions: first.splitConditions.map((value, node) => (node === first.leftChildren.indexOf(-1) ? value + 2 ** -20 : value)),
  };
  const wrong = { ...model, booster: { ...treesOf(model), trees: [shifted, ...treesOf(model).trees.slice(1)] } };
  expect(disproof(model, wrong, target, false)).toMatchObject({
    reason: expect.stringMatching(/could not be proved.*seeded row \d+/),
    remedy: "use XGBoost 3.4",
  });
});

it("never throws, whatever digits of a document are changed", () => {
  const documents = ["multi_otp", "cat_frame", "vector_leaf", "dart", "gblinear"].map((kind) =>
    fixtureCase("3.4.1", kind).read("model.json").toString("utf8"),
  );
  const change = fc.record({
    document: fc.constantFrom(...documents),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    digit: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(change, fc.constantFrom("1.0", "1.5", "1.6", "2.1", "3.1", "3.4"), ({ document, at, digit }, release) => {
      const place = Math.floor(at * document.length) + document.slice(Math.floor(at * document.length)).search(/\d/);
      const read = readXgboost(Buffer.from(`${document.slice(0, place)}${digit}${document.slice(place + 1)}`));
      if (!read.ok) return;
      const rendering = renderFor(read.model, release);
      if (rendering.ok) expect(readXgboost(rendering.document).ok).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it("gives a fitted model the version of its target", () => {
  const layout = layoutOf([1, 7, 6]);
  if (layout === undefined) throw new Error("1.7 has a layout");
  const fit = fitModel(modelOf("3.4.1", "reg_base_half"), { release: [1, 7, 6], layout });
  expect(fit.ok && fit.model.version).toEqual([1, 7, 6]);
});
