// Ranges of rounds answer as XGBoost's `iteration_range` does, and are refused where it refuses them.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEvaluator } from "../../../../daemon/artifacts/predict/evaluator.ts";
import { bestRounds } from "../../../../daemon/artifacts/predict/rounds.ts";
import { differences, evaluatorFor, fixtureCase, fixtureModel, fixtureRows } from "./fixture-models.ts";
import { treesOf } from "./typed-models.ts";

/** What `rounds.py` asked a release: margins as bit patterns, or null where it refused. */
interface Asked {
  readonly archive: string;
  readonly kind: string;
  readonly begin: number;
  readonly end: number;
  readonly margins: readonly number[] | null;
}

const asked = JSON.parse(readFileSync(new URL("rounds.json", import.meta.url), "utf8")) as readonly Asked[];

describe.each([...new Set(asked.map(({ archive }) => archive))])("XGBoost %s", (archive) => {
  it("some rounds of each kind have the same margins", () => {
    const wrong: string[] = [];
    for (const { kind, begin, end, margins } of asked.filter((entry) => entry.archive === archive)) {
      const entry = fixtureCase(archive, kind);
      const made = createEvaluator(fixtureModel(entry), { rounds: { begin, end } });
      if (margins === null || !made.ok) {
        if ((margins === null) === made.ok) wrong.push(`${kind} ${begin} to ${end}: ${made.ok ? "not refused" : made.reason}`);
        continue;
      }
      const { evaluator } = made;
      const count = margins.length / evaluator.outputs;
      const rows = fixtureRows(entry).rows.slice(0, count * evaluator.features);
      const difference = differences(evaluator.margins(rows, count), new Float32Array(Uint32Array.from(margins).buffer));
      if (difference !== "") wrong.push(`${kind} ${begin} to ${end}: ${difference}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("rounds", () => {
  const model = fixtureModel(fixtureCase("3.4.1", "forest_softprob"));

  it("choose leaves and contributions, too", () => {
    const { rows, count } = fixtureRows(fixtureCase("3.4.1", "forest_softprob"));
    const [first, all] = [evaluatorFor(model, { rounds: { begin: 0, end: 1 } }), evaluatorFor(model)];
    expect(all.trees).toBe(treesOf(model).trees.length);
    expect(first.trees).toBe(treesOf(model).numParallelTree * 3);
    const [some, every] = [first.leaves(rows, count), all.leaves(rows, count)];
    if (!some.ok || !every.ok) throw new Error("a forest has leaves");
    expect(Array.from(some.leaves.slice(0, first.trees))).toEqual(Array.from(every.leaves.slice(0, first.trees)));
    const contributions = first.contributions(rows, count);
    const margins = first.margins(rows, count);
    if (!contributions.ok) throw new Error(contributions.reason);
    const sum = contributions.contributions.slice(0, 9).reduce((total, part) => total + part, 0);
    expect(Math.abs(sum - (margins[0] ?? 0))).toBeLessThan(1e-5);
  });

  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [-1, 1],
    [0, 99],
    [0.5, 1],
    [0, Number.NaN],
  ])("%d to %d are refused", (begin, end) => {
    expect(createEvaluator(model, { rounds: { begin, end } })).toMatchObject({
      ok: false,
      reason: `rounds ${begin} to ${end} are no range within the model's 2 rounds`,
    });
  });

  it("of different sizes lie where the model says", () => {
    const uneven = { ...model, booster: { ...treesOf(model), roundBounds: Int32Array.of(0, 3, 4, treesOf(model).trees.length) } };
    const sizes = [0, 1, 2].map((begin) => evaluatorFor(uneven, { rounds: { begin, end: begin + 1 } }).trees);
    expect(sizes).toEqual([3, 1, treesOf(model).trees.length - 4]);
    expect(createEvaluator(uneven, { rounds: { begin: 0, end: 4 } })).toMatchObject({ ok: false });
  });

  it("of a linear model are refused", () => {
    const linear = fixtureModel(fixtureCase("3.4.1", "gblinear"));
    expect(createEvaluator(linear, { rounds: { begin: 0, end: 1 } })).toMatchObject({
      reason: "a linear model has no rounds to choose from",
    });
  });

  it("up to the best one are told by the attributes of a model that stopped early", () => {
    const stopped = fixtureCase("3.4.1", "early_stop");
    const best = stopped.entry.best_iteration ?? Number.NaN;
    expect(bestRounds(fixtureModel(stopped))).toEqual({ begin: 0, end: best + 1 });
    expect(bestRounds(model)).toBeUndefined();
    for (const text of ["x", "-3", "", "1e5", "99999999999999999999"])
      expect(bestRounds({ ...model, attributes: new Map([["best_iteration", text]]) })).toBeUndefined();
  });
});
