// Answers as JSON: each number reads back as the same float32.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerRows, answersText, numberText } from "../../../../daemon/artifacts/predict/answers.ts";
import { evaluatorFor, fixtureCase, fixtureModel, fixtureRows } from "./fixture-models.ts";
import { modelOf, randomTree } from "./typed-models.ts";
import { createRandom } from "../../../support/soak.ts";

describe("a number", () => {
  it.each([
    [0, "0"],
    [-0, "-0.0"],
    [1, "1"],
    [-16_777_215, "-16777215"],
    [16_777_216, "16777216"],
    [0.1, "0.1"],
    [1 / 3, "0.33333334"],
    [2 ** -149, "1e-45"],
    [3.4028234663852886e38, "3.4028235e+38"],
    [1e21, "1e+21"],
    [123_456_784, "123456780"],
    [Number.NaN, "null"],
    [Infinity, "1e999"],
    [-Infinity, "-1e999"],
  ])("%d is printed %s", (value, text) => expect(numberText(Math.fround(value))).toBe(text));

  it("reads back as the same float32, and no number with one digit less would", () => {
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (pattern) => {
        bits[0] = pattern;
        const value = float[0] ?? 0;
        const text = numberText(value);
        const read = JSON.parse(text) as number | null;
        if (Number.isNaN(value)) return read === null;
        if (!Object.is(Math.fround(read ?? Number.NaN), value)) return false;
        const digits = (/^-?(?:0\.0*)?([\d.]*)/.exec(text)?.[1] ?? "").replace(".", "").replace(/0+$/, "").length;
        return digits <= 1 || !Number.isFinite(value) || Math.fround(Number(value.toPrecision(digits - 1))) !== value;
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("answers", () => {
  it("have rows, outputs and values, on one line", () => {
    expect(answersText({ values: Float32Array.of(1, Number.NaN, -0, 0.5), outputs: 2 }, 2)).toBe(
      '{"rows":2,"outputs":2,"values":[[1,null],[-0.0,0.5]]}',
    );
    expect(answersText({ values: Int32Array.of(7, 12), outputs: 2 }, 1)).toBe('{"rows":1,"outputs":2,"values":[[7,12]]}');
    expect(answersText({ values: new Float32Array(), outputs: 3 }, 0)).toBe('{"rows":0,"outputs":3,"values":[]}');
    expect(answersText({ values: new Int32Array(), outputs: 0 }, 2)).toBe('{"rows":2,"outputs":0,"values":[[],[]]}');
  });

  it("of each kind are as wide as they say", () => {
    const entry = fixtureCase("3.4.1", "softmax");
    const { rows, count } = fixtureRows(entry);
    const evaluator = evaluatorFor(fixtureModel(entry));
    const widths = (["margin", "prediction", "leaf", "contribs"] as const).map((kind) => {
      const found = answerRows(evaluator, kind, rows, count);
      return found.ok ? [found.outputs, found.values.length / count] : [];
    });
    expect(widths).toEqual([
      [3, 3],
      [1, 1],
      [evaluator.trees, evaluator.trees],
      [27, 27],
    ]);
  });

  it("of more numbers than fit into memory are refused before any room is made", () => {
    const evaluator = evaluatorFor(modelOf([], 3, { numFeature: 2 ** 30 }));
    expect(answerRows(evaluator, "contribs", new Float32Array(), 1)).toMatchObject({
      reason: "1 rows of 3221225475 numbers each are too many for one answer; ask for fewer rows",
    });
  });

  it("that XGBoost does not have are refused: leaves of linear models, contributions of vector leaves", () => {
    const linear = evaluatorFor(fixtureModel(fixtureCase("3.4.1", "gblinear")));
    expect(answerRows(linear, "leaf", new Float32Array(8), 1)).toMatchObject({ ok: false, reason: "a linear model has no leaves" });
    const vectors = modelOf([randomTree(createRandom(1), { features: 2, splits: 3, categorical: 0, leafSize: 2 })], 2);
    expect(answerRows(evaluatorFor(vectors), "contribs", new Float32Array(2), 1)).toMatchObject({
      ok: false,
      reason: "XGBoost has no approximate contributions for trees with vector leaves",
    });
  });
});
