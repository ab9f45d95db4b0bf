// Any model file becomes a document: of its own release when nobody says for whom, of the client's else.

import { describe, expect, it } from "vitest";
import { createEvaluator } from "../../../../../daemon/artifacts/predict/evaluator.ts";
import { summationOrder } from "../../../../../daemon/artifacts/predict/release.ts";
import type { XgboostModel } from "../../../../../daemon/artifacts/xgboost/model.ts";
import { convertModel, ownRelease } from "../../../../../daemon/artifacts/xgboost/render/convert.ts";
import { xgboostArchives } from "../../../../support/xgboost-fixtures.ts";
import { differences, fixtureCase, fixtureCases, fixtureRows, modelFrom, type FixtureCase } from "../../predict/fixture-models.ts";
import { modelOf } from "./rendered.ts";

/** The pickled booster of a case, in the newest protocol that it has. */
function pickleOf(entry: FixtureCase): Buffer | undefined {
  const file = entry.files.filter((name) => name.startsWith("booster.p")).at(-1);
  return file === undefined ? undefined : entry.read(file);
}

/** Margins of a converted document, summed as the pickle's release does. */
function marginsOf(document: Uint8Array, pickled: XgboostModel, entry: FixtureCase): Float32Array {
  const isDart = pickled.booster.kind === "trees" && pickled.booster.treeWeights !== undefined;
  const made = createEvaluator(modelFrom(document), { summation: summationOrder(pickled.version, isDart) });
  if (!made.ok) throw new Error(made.reason);
  const { rows, count } = fixtureRows(entry);
  return made.evaluator.margins(rows, count);
}

describe.each(xgboostArchives)("the pickles of XGBoost %s", (archive) => {
  it("become documents with the very same margins", () => {
    const wrong: string[] = [];
    let converted = 0;
    for (const [number, entry] of fixtureCases(archive).entries()) {
      const pickle = pickleOf(entry);
      const margins = entry.array("margin.npy");
      if (pickle === undefined || margins === undefined) continue;
      const document = convertModel(pickle, { format: number % 2 === 0 ? "json" : "ubj" });
      if (!document.ok) throw new Error(`${entry.kind}: ${document.reason}`);
      const difference = differences(marginsOf(document.document, modelFrom(pickle), entry), margins.values);
      // The intercept of this one is no score's margin, so it goes into the leaves and is rounded with them.
      const isRounded = document.notes.some((note) => note.includes("intercepts are in the leaves"));
      if (difference !== "" && !isRounded) wrong.push(`${entry.kind}: ${difference}`);
      converted++;
    }
    expect(wrong).toEqual([]);
    expect(converted).toBeGreaterThan(40);
  });
});

describe("the release of a document for nobody in particular", () => {
  it("is the model's own", () => {
    expect(ownRelease(modelOf("2.1.4", "reg_base_auto"), "json")).toEqual([2, 1, 4]);
    expect(ownRelease(modelOf("1.0.2", "logistic_auto"), "json")).toEqual([1, 0, 2]);
  });

  it("is 1.2 for files from before documents, 1.6 for UBJSON, and 1.3 where older scores are understood otherwise today", () => {
    expect(ownRelease(modelOf("0.90", "logistic_auto"), "json")).toEqual([1, 2, 0]);
    expect(ownRelease(modelOf("0.90", "logitraw"), "json")).toEqual([1, 3, 0]);
    expect(ownRelease(modelOf("1.2.1", "logitraw"), "json")).toEqual([1, 3, 0]);
    expect(ownRelease(modelOf("1.3.3", "logitraw"), "json")).toEqual([1, 3, 3]);
    expect(ownRelease(modelOf("1.5.2", "reg_base_auto"), "ubj")).toEqual([1, 6, 0]);
    expect(ownRelease(modelOf("2.1.4", "reg_base_auto"), "ubj")).toEqual([2, 1, 4]);
  });
});

describe("a conversion", () => {
  const pickle = fixtureCase("1.5.2", "reg_base_half").read("booster.p4.pkl");

  it("can be for a client's release", () => {
    const converted = convertModel(pickle, { format: "ubj", forRelease: "3.4" });
    expect(converted.ok && modelFrom(converted.document)).toMatchObject({ encoding: "ubjson", version: [3, 4, 0] });
  });

  it("is refused for a release that it cannot be for, and rejected for what is no model", () => {
    expect(convertModel(pickle, { format: "ubj", forRelease: "1.5" })).toMatchObject({ ok: false, remedy: expect.stringMatching(/1\.6/) });
    expect(convertModel(pickle, { format: "json", forRelease: "" })).toMatchObject({ ok: false, reason: '"" is no release of XGBoost' });
    expect(convertModel(Buffer.from("{}"), { format: "json" })).toMatchObject({ ok: false, offset: 0 });
    expect(convertModel(new Uint8Array(), { format: "json" })).toMatchObject({ ok: false });
  });
});
