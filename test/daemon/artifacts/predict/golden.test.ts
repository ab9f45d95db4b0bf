// Golden rows of trainers, kept margins, and two documents of one model: equal margins pass, one changed bit is refused with its row.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseGolden, type GoldenSet } from "../../../../daemon/artifacts/golden.ts";
import { checkGolden } from "../../../../daemon/artifacts/predict/check-golden.ts";
import { compareMargins } from "../../../../daemon/artifacts/predict/compare-margins.ts";
import { compareModels } from "../../../../daemon/artifacts/predict/compare-models.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { ARTIFACT_FIXTURES } from "../../../support/alpha.ts";
import { fixtureGroups } from "../fixture-groups.ts";
import { fixtureCase, fixtureCases, fixtureModel, modelFrom } from "./fixture-models.ts";
import { withLeaf } from "./typed-models.ts";

interface Probe {
  readonly x: GoldenSet["rows"];
  readonly margin: GoldenSet["margins"];
}

/** The margins that the real library gave for 16 rows of each group. */
function probes(folder: "alpha" | "beta"): ReadonlyMap<string, GoldenSet> {
  const document = JSON.parse(readFileSync(join(ARTIFACT_FIXTURES, folder, "golden.json"), "utf8")) as {
    readonly groups: Readonly<Record<string, { readonly probe: Probe }>>;
  };
  return new Map(Object.entries(document.groups).map(([key, { probe }]) => [key, { rows: probe.x, margins: probe.margin }]));
}

/** The models of a group, by kind of file. */
function groupModels(folder: "alpha" | "beta", key: string): readonly (readonly [string, XgboostModel])[] {
  return (fixtureGroups(folder).get(key) ?? []).flatMap(({ kind, bytes }) => {
    if (kind !== "model_json" && kind !== "model_pkl") return [];
    if (bytes === undefined) throw new Error(`${key} has an unreadable ${kind}`);
    return [[kind, modelFrom(bytes)] as const];
  });
}

/** The set with the last margin one float farther from 0. */
function changed({ rows, margins }: GoldenSet): GoldenSet {
  const next = (value: number): number => {
    const bits = new Int32Array(Float32Array.of(value).buffer);
    bits[0] = (bits[0] ?? 0) + 1;
    return new Float32Array(bits.buffer)[0] ?? 0;
  };
  const last = margins.at(-1) ?? 0;
  const other = typeof last === "number" ? next(last) : [...last.slice(0, -1), next(last.at(-1) ?? 0)];
  return { rows, margins: [...margins.slice(0, -1), other] };
}

describe.each(["alpha", "beta"] as const)("the golden rows of %s", (folder) => {
  it("are the margins of every group's document and pickle, and no margin with another last bit is", () => {
    const golden = probes(folder);
    expect(golden.size).toBe(folder === "alpha" ? 8 : 14);
    for (const [key, set] of golden) {
      const models = groupModels(folder, key);
      expect(models.length, key).toBeGreaterThan(0);
      for (const [kind, model] of models) {
        expect(checkGolden(set, model), `${key} ${kind}`).toEqual({ ok: true, rows: 16 });
        expect(checkGolden(changed(set), model), `${key} ${kind}`).toMatchObject({
          ok: false,
          reason: expect.stringMatching(/^row 15\b/) as string,
        });
      }
    }
  });

  it("document and pickle of a group give the same margins", () => {
    for (const key of probes(folder).keys()) {
      const [first, second] = groupModels(folder, key);
      if (first === undefined || second === undefined) continue;
      expect(compareModels(first[1], second[1], { rows: 40, seed: 1 }), key).toEqual({ ok: true, rows: 80 });
    }
  });
});

describe("a golden set", () => {
  const model = fixtureModel(fixtureCase("2.1.4", "softprob"));
  const width = model.numFeature;
  const row = Array.from({ length: width }, () => null);

  it.each([
    [
      "too few features",
      { rows: [row.slice(1)], margins: [[0, 0, 0]] },
      `the golden rows have ${width - 1} values, but the model has ${width} features`,
    ],
    ["too few margins", { rows: [row], margins: [[0, 0]] }, "row 0 has 2 golden margins, but the model has 3 outputs"],
    ["one number for three outputs", { rows: [row], margins: [0] }, "row 0 has 1 golden margins, but the model has 3 outputs"],
  ] satisfies readonly (readonly [string, GoldenSet, string])[])("with %s is refused", (_what, set, reason) => {
    expect(checkGolden(set, model)).toEqual({ ok: false, offset: 0, reason });
  });

  it("names the first row and output that differ, with both numbers to the last digit", () => {
    const right = checkGolden({ rows: [row], margins: [[0, 0, 0]] }, model);
    expect(right).toMatchObject({
      reason: expect.stringMatching(/^row 0, output 0: golden margin 0, but the model gives -?\d\.\d+$/) as string,
    });
  });

  it("of a trainer's file is read and checked as it stands", () => {
    const parsed = parseGolden(Buffer.from('{"rows": [[null, 1.5, 2, 0, 0, 0, 0, 1e-3]], "margins": [0.25]}'));
    if (!parsed.ok) throw new Error(parsed.reason);
    const regression = fixtureModel(fixtureCase("2.1.4", "reg_base_half"));
    expect(checkGolden(parsed.golden, regression)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("row 0: golden margin 0.25,") as string,
    });
  });

  it("tells 0 from -0, and takes any NaN for another", () => {
    expect(compareMargins(Float32Array.of(0, 1), Float32Array.of(-0, 1), 1)).toEqual({ row: 0, output: 0, expected: 0, got: -0 });
    expect(compareMargins(Float32Array.of(Number.NaN, 1, 2, 3), Float32Array.of(Number.NaN, 1, 2, 4), 2)).toEqual({
      row: 1,
      output: 1,
      expected: 3,
      got: 4,
    });
    expect(compareMargins(Float32Array.of(Number.NaN), Float32Array.of(Number.NaN), 1)).toBeUndefined();
    expect(compareMargins(Float32Array.of(1), Float32Array.of(1, 2), 1)).toMatchObject({ row: 1, got: 2 });
  });
});

describe("two documents of one model", () => {
  it.each(["0.90", "1.2.1", "1.3.3", "3.4.1"])("of XGBoost %s agree in every format", (archive) => {
    for (const entry of fixtureCases(archive)) {
      const models = entry.files.map((file) => modelFrom(entry.read(file)));
      const first = models[0];
      for (const other of models.slice(1))
        if (first !== undefined) expect(compareModels(first, other, { rows: 6, seed: 3 }), entry.kind).toEqual({ ok: true, rows: 12 });
    }
  });

  it("of releases that add up in another order agree, too: both are summed as the first", () => {
    const old = fixtureModel(fixtureCase("1.2.1", "lossguide"));
    const rewritten: XgboostModel = { ...old, version: [2, 1, 4] };
    expect(compareModels(old, rewritten, { rows: 60, seed: 1 })).toEqual({ ok: true, rows: 120 });
    expect(compareModels(rewritten, old, { rows: 60, seed: 1 })).toEqual({ ok: true, rows: 120 });
  });

  it("differ when the newer release reads the base score as a margin", () => {
    const old = fixtureModel(fixtureCase("1.2.1", "logitraw"));
    expect(compareModels(old, { ...old, version: [1, 3, 0] }, { rows: 5, seed: 1 })).toMatchObject({ ok: false });
  });

  it("JSON of 1.0 and 1.1 keeps six decimals of the base score, which is allowed; the seventh is not missed elsewhere", () => {
    const binary: XgboostModel = {
      ...fixtureModel(fixtureCase("1.0.2", "reg_base_half")),
      encoding: "binary",
      baseScore: Float32Array.of(0.1234567),
    };
    const json: XgboostModel = { ...binary, encoding: "json", baseScore: Float32Array.of(0.123457) };
    expect(compareModels(binary, json, { rows: 5, seed: 1 })).toMatchObject({ ok: true });
    expect(compareModels(json, binary, { rows: 5, seed: 1 })).toMatchObject({ ok: true });
    const newer: XgboostModel = { ...json, version: [1, 2, 0] };
    expect(compareModels({ ...binary, version: [1, 2, 0] }, newer, { rows: 5, seed: 1 })).toMatchObject({ ok: false });
  });

  it("any one changed leaf is found by 64 rows, and the row is named", () => {
    const model = fixtureModel(fixtureCase("3.4.1", "lossguide"));
    if (model.booster.kind !== "trees") throw new Error("a tree model was expected");
    const leaves = model.booster.trees.flatMap((tree, number) =>
      Array.from(tree.leftChildren).flatMap((left, node) => (left === -1 ? [[number, node] as const] : [])),
    );
    expect(leaves.length).toBeGreaterThan(10);
    const missed = leaves.filter(([tree, node]) => compareModels(model, withLeaf(model, tree, node), { rows: 64, seed: 1 }).ok);
    expect(missed).toEqual([]);
    const [tree, node] = leaves[0] ?? [0, 0];
    expect(compareModels(model, withLeaf(model, tree, node), { rows: 64, seed: 1 })).toMatchObject({
      reason: expect.stringMatching(/^row \d+: one document gives \S+, but the model gives \S+$/) as string,
    });
  });

  it("of another shape are refused", () => {
    const [a, b] = [fixtureModel(fixtureCase("2.1.4", "softprob")), fixtureModel(fixtureCase("2.1.4", "reg_base_half"))];
    expect(compareModels(a, b, { rows: 5, seed: 1 })).toMatchObject({
      ok: false,
      reason: "one has 8 features and 3 outputs, the other 8 and 1",
    });
  });

  it("hidden in a pickle of the newest release are the same as its document", () => {
    const entry = fixtureCase("3.4.1", "reg_base_half");
    const pickled = readXgboost(entry.read("booster.p4.pkl"));
    if (!pickled.ok) throw new Error(pickled.reason);
    expect(compareModels(pickled.model, modelFrom(entry.read("model.ubj")), { rows: 64, seed: 9 })).toEqual({ ok: true, rows: 128 });
  });
});
