// Base margins and predictions of every objective in every release are those that the release gave.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEvaluator } from "../../../../daemon/artifacts/predict/evaluator.ts";
import { baseMargins } from "../../../../daemon/artifacts/predict/links.ts";
import type { Release } from "../../../../daemon/artifacts/predict/release.ts";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { differences, evaluatorFor } from "./fixture-models.ts";
import { modelOf } from "./typed-models.ts";

/** Releases that answer the same, as `links_and_outputs.py` asked them; numbers are float32 bit patterns. */
interface Group {
  readonly objective: string;
  readonly releases: readonly string[];
  /** A base score and the margins of all outputs, or null where the release refuses the score, by turns. */
  readonly scores: readonly (number | null)[];
  /** The margins of a row, then its prediction. */
  readonly outputs: readonly number[];
}

const groups = JSON.parse(readFileSync(new URL("links-and-outputs.json", import.meta.url), "utf8")) as readonly Group[];

const asBits = new Uint32Array(1);
const asFloat = new Float32Array(asBits.buffer);

function floatOf(bits: number): number {
  asBits[0] = bits;
  return asFloat[0] ?? Number.NaN;
}

function releaseOf(text: string): Release {
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  return major === 0 ? [0, 0, 0] : [major, minor, patch];
}

const MULTIPLE = /^multi:|quantile|expectile/;

/** A model without trees, as a release writes it. Before 1.0 the score has been through the link when it is stored. */
function emptyModel(objective: string, release: Release): XgboostModel {
  return modelOf([], MULTIPLE.test(objective) ? 3 : 1, { objective: { name: objective, parameters: {} }, version: release, numFeature: 2 });
}

const cases = groups.flatMap((group) => group.releases.map((release) => [group.objective, release, group] as const));

describe("every objective and release", () => {
  it("that there is was asked", () => {
    expect(new Set(cases.map(([objective]) => objective)).size).toBe(21);
    expect(new Set(cases.map(([, release]) => release)).size).toBeGreaterThanOrEqual(16);
  });

  it("turns base scores into the same margins, and refuses the same", () => {
    const wrong: string[] = [];
    // Files from before 1.0 hold margins: their link is never asked for.
    for (const [objective, release, { scores }] of cases.filter(([, asked]) => releaseOf(asked)[0] > 0)) {
      for (let at = 0; at < scores.length;) {
        const score = floatOf(scores[at] ?? 0);
        const isRefused = scores[at + 1] === null;
        const model: XgboostModel = { ...emptyModel(objective, releaseOf(release)), baseScore: Float32Array.of(score) };
        const expected = isRefused ? [] : scores.slice(at + 1, at + 1 + model.outputs).map((bits) => floatOf(bits ?? 0));
        const made = createEvaluator(model);
        const ours = made.ok ? made.evaluator.margins(new Float32Array(2), 1) : [];
        const difference = differences(ours, Float32Array.from(expected));
        if (difference !== "") wrong.push(`${objective} in ${release}, base_score ${score}: ${difference}`);
        at += 1 + (isRefused ? 1 : model.outputs);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("turns margins into the same predictions", () => {
    const wrong: string[] = [];
    for (const [objective, release, { outputs }] of cases) {
      const evaluator = evaluatorFor(emptyModel(objective, releaseOf(release)));
      const row = evaluator.outputs + evaluator.predictionOutputs;
      const count = outputs.length / row;
      const numbers = outputs.map(floatOf);
      const part = (begin: number, end: number): Float32Array =>
        Float32Array.from(Array.from({ length: count }, (_, place) => numbers.slice(place * row + begin, place * row + end)).flat());
      const predicted = evaluator.predictions(new Float32Array(2 * count), count, part(0, evaluator.outputs));
      const difference = differences(predicted, part(evaluator.outputs, row));
      if (difference !== "") wrong.push(`${objective} in ${release}: ${difference}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("a legacy binary from before 1.0", () => {
  const stored: XgboostModel = { ...emptyModel("binary:hinge", [0, 0, 0]), isBaseMargin: true, baseScore: Float32Array.of(0.5) };

  it("holds the margin itself", () => {
    for (const objective of ["binary:hinge", "binary:logistic", "count:poisson", "multi:softprob"]) {
      const model = { ...stored, outputs: 1, objective: { name: objective, parameters: {} } };
      expect(baseMargins(model, [0, 0, 0])).toEqual({ ok: true, margins: Float32Array.of(0.5) });
      expect(baseMargins(model, [1, 0, 2])).toEqual({ ok: true, margins: Float32Array.of(0.5) });
    }
  });

  it("is taken for a score again by 1.1 and later: hinge shifts, the others keep it but for rounding", () => {
    expect(baseMargins(stored, [1, 1, 0])).toEqual({ ok: true, margins: Float32Array.of(1) });
    const logistic = baseMargins({ ...stored, objective: { name: "binary:logistic", parameters: {} } }, [2, 1, 4]);
    expect(logistic.ok && Math.abs((logistic.margins[0] ?? 0) - 0.5)).toBeLessThan(1e-6);
  });
});

describe("an objective", () => {
  it("of the GPU in old releases is that of the CPU", () => {
    const gpu = emptyModel("gpu:binary:logistic", [0, 0, 0]);
    const cpu = emptyModel("binary:logistic", [0, 0, 0]);
    const [rows, bases] = [new Float32Array(6), Float32Array.of(-1, 0.25, 3)];
    expect(evaluatorFor(gpu).predictions(rows, 3, bases)).toEqual(evaluatorFor(cpu).predictions(rows, 3, bases));
  });

  it.each(["reg:own", "multi:own", "", "__proto__"])("that XGBoost does not have (%j) is refused by name", (name) => {
    expect(createEvaluator(emptyModel(name, [3, 4, 1]))).toEqual({
      ok: false,
      offset: 0,
      reason: `objective "${name}" is none of XGBoost's: what its base score and outputs mean is not known`,
    });
  });

  it("with a base score out of range is refused with the score", () => {
    const model: XgboostModel = { ...emptyModel("binary:logistic", [2, 1, 4]), baseScore: Float32Array.of(1.5) };
    expect(createEvaluator(model)).toMatchObject({
      reason: "base_score 1.5 of binary:logistic is not between 0 and 1: XGBoost 2.1.4 refuses it",
    });
  });
});
