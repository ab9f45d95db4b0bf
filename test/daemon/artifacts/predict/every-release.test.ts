// Every answer of every release, from every file of every kind of model, equals our own bit for bit.

import { describe, expect, it } from "vitest";
import type { Evaluator } from "../../../../daemon/artifacts/predict/evaluator.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { xgboostArchives } from "../../../support/xgboost-fixtures.ts";
import {
  differences,
  evaluatorFor,
  fixtureCase,
  fixtureCases,
  fixtureModel,
  fixtureRows,
  modelFrom,
  type FixtureCase,
} from "./fixture-models.ts";

/** What is compared: the saved array, and how we answer the same. */
const ANSWERS: Readonly<
  Record<string, (evaluator: Evaluator, rows: Float32Array, count: number, entry: FixtureCase) => ArrayLike<number>>
> = {
  "margin.npy": (evaluator, rows, count) => evaluator.margins(rows, count),
  "pred.npy": (evaluator, rows, count) => evaluator.predictions(rows, count),
  "leaf.npy": (evaluator, rows, count) => {
    const found = evaluator.leaves(rows, count);
    return found.ok ? found.leaves : [];
  },
  "contribs.npy": (evaluator, rows, count) => {
    const found = evaluator.contributions(rows, count);
    return found.ok ? found.contributions : [];
  },
  "margin_with_base_margin.npy": (evaluator, rows, count, entry) =>
    evaluator.margins(rows, count, fixtureRows(entry, "base_margin.npy").rows),
};

/** Everything that differs in an archive, and how many answers were compared. */
function compareArchive(archive: string, answers: readonly string[]): { readonly compared: number; readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  let compared = 0;
  for (const entry of fixtureCases(archive)) {
    const { rows, count } = fixtureRows(entry);
    for (const file of entry.files) {
      const evaluator = evaluatorFor(modelFrom(entry.read(file)));
      for (const name of answers) {
        const theirs = entry.array(name);
        if (theirs === undefined) continue;
        compared++;
        const difference = differences(ANSWERS[name]?.(evaluator, rows, count, entry) ?? [], theirs.values);
        if (difference !== "") wrong.push(`${entry.kind}/${file} ${name}: ${difference}`);
      }
    }
  }
  return { compared, wrong };
}

describe.each(xgboostArchives)("XGBoost %s", (archive) => {
  it("margins, predictions, leaves and contributions are equal in every bit", () => {
    const { compared, wrong } = compareArchive(archive, Object.keys(ANSWERS));
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(200);
  });

  it("scikit-learn's predictions are those of the best round, and probabilities those of the two or more classes", () => {
    const wrong: string[] = [];
    for (const entry of fixtureCases(archive)) {
      for (const file of Object.keys(entry.entry.files).filter((name) => /^sklearn\.p\d/.test(name)))
        wrong.push(...compareWrapper(entry, file));
    }
    expect(wrong).toEqual([]);
  });
});

/** Before 0.80 the wrapper's `predict` takes all rounds, whichever was the best. */
const TAKES_ALL_ROUNDS: ReadonlySet<string> = new Set(["0.72.1"]);

/** What `predict` and `predict_proba` of a pickled wrapper say otherwise than we do. */
function compareWrapper(entry: FixtureCase, file: string): readonly string[] {
  const read = readXgboost(entry.read(file));
  if (!read.ok) throw new Error(`${entry.kind}/${file}: ${read.reason}`);
  const best = read.envelope?.bestIteration ?? null;
  const rounds = best === null || TAKES_ALL_ROUNDS.has(entry.archive) ? undefined : { begin: 0, end: best + 1 };
  const evaluator = evaluatorFor(read.model, { rounds, inplace: true });
  const { rows, count } = fixtureRows(entry, entry.kind === "skl_missing" ? "sklearn_X.npy" : "X.npy");
  const predicted = evaluator.predictions(
    entry.kind === "skl_missing" ? rows.map((value) => (value === -999 ? Number.NaN : value)) : rows,
    count,
  );
  const labels = entry.array("sklearn_pred.npy");
  const proba = entry.array("sklearn_proba.npy");
  const probabilities =
    evaluator.outputs === 1 ? Float32Array.from({ length: 2 * count }, (_, i) => probabilityOf(predicted, i)) : predicted;
  const wrong = [
    proba === undefined ? "" : differences(probabilities, proba.values),
    labels === undefined ? "" : differences(proba === undefined ? predicted : likeliest(probabilities, count), labels.values),
  ];
  return wrong.filter((text) => text !== "").map((text) => `${entry.kind}/${file}: ${text}`);
}

/** Of two classes, of which the model gives the second one's. */
function probabilityOf(second: Float32Array, place: number): number {
  const probability = second[place >> 1] ?? 0;
  return place % 2 === 1 ? probability : 1 - probability;
}

function likeliest(probabilities: Float32Array, count: number): number[] {
  const classes = probabilities.length / count;
  return Array.from({ length: count }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

describe("a golden that is changed by one bit", () => {
  it.each(Object.keys(ANSWERS))("is noticed in %s", (name) => {
    const entry = fixtureCase("3.4.1", "base_margin");
    const { rows, count } = fixtureRows(entry);
    const theirs = entry.array(name)?.values;
    if (theirs === undefined) throw new Error(`no ${name}`);
    const ours = ANSWERS[name]?.(evaluatorFor(fixtureModel(entry)), rows, count, entry) ?? [];
    expect(differences(ours, theirs)).toBe("");
    const last = theirs.length - 1;
    const changed = theirs.slice();
    const bytes = new Uint8Array(changed.buffer);
    bytes[last * changed.BYTES_PER_ELEMENT] = (bytes[last * changed.BYTES_PER_ELEMENT] ?? 0) ^ 1;
    expect(differences(ours, changed)).toContain(`at ${last}: `);
  });
});
