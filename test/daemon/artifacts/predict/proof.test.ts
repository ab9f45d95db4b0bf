// Kept rows: made the same each time, read back as written, and they catch whatever changes an answer.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVALUATOR_VERSION } from "../../../../daemon/artifacts/predict/evaluator.ts";
import { checkProof, makeProof, parseProof, proofText, type Proof } from "../../../../daemon/artifacts/predict/proof.ts";
import { seedRows } from "../../../../daemon/artifacts/predict/seed-rows.ts";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { alphaModel } from "../fixture-groups.ts";
import { differences, evaluatorFor, fixtureCase, fixtureCases, fixtureModel, modelFrom } from "./fixture-models.ts";
import { modelOf, treesOf, withLeaf, withTree } from "./typed-models.ts";

function proofOf(model: XgboostModel, rows = 64, seed = 1): Proof {
  const made = makeProof(model, { rows, seed });
  if (!made.ok) throw new Error(made.reason);
  return made.proof;
}

function rowsOf(model: XgboostModel, rows = 64, seed = 1): Float32Array {
  const made = seedRows(model, { rows, seed });
  if (!made.ok) throw new Error(made.reason);
  return made.rows;
}

describe("seeded rows", () => {
  const model = modelFrom(alphaModel());

  it("are the same for the same seed, and others for another", () => {
    expect(differences(rowsOf(model), rowsOf(model))).toBe("");
    expect(differences(rowsOf(model, 64, 2), rowsOf(model))).not.toBe("");
  });

  it("these, on every machine", () => {
    const small = fixtureModel(fixtureCase("2.1.4", "reg_base_half"));
    const rows = rowsOf(small, 9, 7);
    expect(Array.from(rows.slice(7 * 8, 9 * 8))).toMatchInlineSnapshot(`
      [
        1.401298464324817e-45,
        -0,
        1.401298464324817e-45,
        -0.4867078363895416,
        -1,
        1,
        3.4028234663852886e+38,
        -0.9396926760673523,
        0.005825910251587629,
        -2.5,
        -2.5,
        -3.4028234663852886e+38,
        0.10000000149011612,
        3.4028234663852886e+38,
        16777216,
        -0.8549119234085083,
      ]
    `);
  });

  it("of 64, all but a few leaves of 100 trees are reached", () => {
    const evaluator = evaluatorFor(model);
    const found = evaluator.leaves(rowsOf(model), 64);
    if (!found.ok) throw new Error(found.reason);
    const reached = new Set(Array.from(found.leaves, (leaf, place) => `${place % evaluator.trees} ${leaf}`)).size;
    const all = treesOf(model).trees.reduce((sum, tree) => sum + tree.leftChildren.filter((left) => left === -1).length, 0);
    expect(all).toBeGreaterThan(500);
    expect(reached / all).toBeGreaterThan(0.98);
  });

  it("hold thresholds, the floats beside them, missing values, infinities, zeros of both signs and denormals", () => {
    const rows = new Set(rowsOf(model, 200));
    const thresholds = treesOf(model).trees.flatMap((tree) =>
      Array.from(tree.splitConditions).filter((_value, node) => tree.leftChildren[node] !== -1),
    );
    const beside = (value: number, step: number): number => {
      const bits = new Int32Array(Float32Array.of(value).buffer);
      bits[0] = (bits[0] ?? 0) + step;
      return new Float32Array(bits.buffer)[0] ?? 0;
    };
    for (const step of [-1, 0, 1])
      expect(thresholds.filter((value) => rows.has(beside(value, step))).length, `${step}`).toBeGreaterThan(thresholds.length / 4);
    for (const value of [Number.NaN, Infinity, -Infinity, 0, 2 ** -149, -(2 ** -149)]) expect(rows.has(value), String(value)).toBe(true);
    expect(Array.from(rowsOf(model)).some((value) => Object.is(value, -0))).toBe(true);
  });

  it("of categorical models hold members, strangers, negative, fractional and too large codes", () => {
    const cat = fixtureModel(fixtureCase("3.4.1", "cat"));
    const features = new Set(treesOf(cat).trees.flatMap((tree) => Array.from(tree.categoryNodes, (node) => tree.splitIndices[node] ?? 0)));
    const values = Array.from(rowsOf(cat, 300)).filter((_value, place) => features.has(place % cat.numFeature));
    expect(values.some((value) => value < 0)).toBe(true);
    expect(values.some((value) => value === 16_777_216)).toBe(true);
    expect(values.some((value) => value > 0 && value < 100 && !Number.isInteger(value))).toBe(true);
    expect(values.filter((value) => value >= 0 && value < 100 && Number.isInteger(value)).length).toBeGreaterThan(values.length / 4);
  });

  it("of linear models are finite or missing", () => {
    const rows = rowsOf(fixtureModel(fixtureCase("3.4.1", "gblinear")), 50);
    expect(rows.some((value) => value === Infinity || value === -Infinity)).toBe(false);
    expect(rows.some(Number.isNaN)).toBe(true);
  });

  it("of very wide models are fewer, and of absurdly wide ones refused", () => {
    const wide = { ...modelOf([], 1), numFeature: 500_000 };
    expect(seedRows(wide, { rows: 64, seed: 1 })).toMatchObject({ ok: true, count: 4 });
    expect(seedRows({ ...wide, numFeature: 4_000_000_000 }, { rows: 64, seed: 1 })).toMatchObject({
      ok: false,
      reason: "the model has 4000000000 features; rows are made for at most 2097152",
    });
  });
});

describe("a proof", () => {
  it("of every kind of model of the newest release is read back as it was, and holds", () => {
    for (const entry of fixtureCases("3.4.1")) {
      const model = fixtureModel(entry);
      const proof = proofOf(model, 16);
      const parsed = parseProof(Buffer.from(proofText(proof)));
      expect(parsed, entry.kind).toEqual({ ok: true, proof });
      expect(checkProof(proof, model), entry.kind).toEqual({ ok: true, rows: 16 });
    }
  });

  const model = fixtureModel(fixtureCase("3.4.1", "softprob"));

  it("is refused by a model with one other leaf, with the row and both numbers", () => {
    const node = treesOf(model).trees[0]?.leftChildren.indexOf(-1) ?? 0;
    expect(checkProof(proofOf(model), withLeaf(model, 0, node))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^row \d+, output 0: kept margin -?[\d.e-]+, but the model gives -?[\d.e-]+$/) as string,
    });
  });

  it.each([
    ["direction of missing values", (tree) => ({ ...tree, defaultLeft: tree.defaultLeft.map((left) => 1 - left) })],
    [
      "threshold, by one bit",
      (tree) => ({ ...tree, splitConditions: tree.splitConditions.map((value, node) => (node === 0 ? nextFloat(value) : value)) }),
    ],
    ["feature", (tree) => ({ ...tree, splitIndices: tree.splitIndices.map((feature) => (feature + 1) % tree.numFeature) })],
  ] satisfies readonly (readonly [string, Parameters<typeof withTree>[2]])[])("is refused by a model with another %s", (_what, change) => {
    expect(checkProof(proofOf(model, 400), withTree(model, 0, change))).toMatchObject({ ok: false });
  });

  it("names the evaluator that kept it when this is another one", () => {
    const proof = proofOf(model);
    const margins = proof.margins.slice();
    margins[5] = 1;
    expect(checkProof({ ...proof, margins, evaluator: EVALUATOR_VERSION + 1 }, model)).toMatchObject({
      reason: expect.stringMatching(
        new RegExp(`^row 1, output 2: kept margin \\(kept by evaluator ${EVALUATOR_VERSION + 1}, this is ${EVALUATOR_VERSION}\\) 1, but`),
      ) as string,
    });
  });

  it("is refused by a model of another shape", () => {
    expect(checkProof(proofOf(model), fixtureModel(fixtureCase("3.4.1", "reg_base_half")))).toMatchObject({
      reason: "the kept rows are for 8 features and 3 outputs, but the model has 8 and 1",
    });
  });

  it("keeps every bit of its numbers", () => {
    const rows = Float32Array.of(Number.NaN, -0, 2 ** -149, Infinity, -3.4e38, 1 / 3);
    const proof: Proof = { evaluator: 7, features: 3, outputs: 1, count: 2, rows, margins: Float32Array.of(-0, Number.NaN) };
    const parsed = parseProof(Buffer.from(proofText(proof)));
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(differences(parsed.proof.rows, rows)).toBe("");
    expect(differences(parsed.proof.margins, proof.margins)).toBe("");
  });
});

describe("the text of a proof", () => {
  const text = proofText(proofOf(fixtureModel(fixtureCase("3.4.1", "reg_base_half")), 4));

  it.each([
    ["no JSON", "{", /^no JSON/],
    ["a list", "[]", /must be whole numbers/],
    ["a negative count", text.replace('"count":4', '"count":-4'), /must be whole numbers/],
    [
      "a count beyond all memory",
      text.replace('"count":4', '"count":9007199254740991'),
      /^"rows" does not hold 9007199254740991 rows of 8 numbers/,
    ],
    ["fewer rows than it says", text.replace('"count":4', '"count":5'), /^"rows" does not hold 5 rows of 8 numbers/],
    ["more outputs than margins", text.replace('"outputs":1', '"outputs":2'), /^"margins" does not hold 4 rows of 2 numbers/],
    ["rows that are no text", text.replace(/"rows":"[^"]*"/, '"rows":5'), /^"rows" does not hold/],
  ])("with %s is refused", (_what, changed, reason) => {
    expect(parseProof(Buffer.from(changed))).toMatchObject({ ok: false, reason: expect.stringMatching(reason) as string });
  });

  it("cut or changed anywhere is read or refused, never an exception", () => {
    const bytes = Buffer.from(text);
    for (let end = 0; end < bytes.length; end++) expect(parseProof(bytes.subarray(0, end)).ok).toBe(false);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        const parsed = parseProof(changed);
        return parsed.ok ? parsed.proof.rows.length === parsed.proof.count * parsed.proof.features : parsed.reason !== "";
      }),
      { numRuns: 1000 },
    );
  });
});

function nextFloat(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0] ?? 0) + 1;
  return new Float32Array(bits.buffer)[0] ?? 0;
}
