// Training curves: which is which, the best round, the gap, and a chart of exactly its size.

import fc from "fast-check";
import { expect, test } from "vitest";
import { curveChart, curveLines } from "../../../tui/charts/curve-chart.ts";
import { bestText, gapText, metricCurves, metricNames } from "../../../tui/charts/curve-facts.ts";
import { CHARSETS } from "../../../tui/format/charset.ts";
import { lineWidth } from "../../../tui/format/styled.ts";

function input(best: number | null, metric = "rmse") {
  return {
    best_iteration: best,
    items: [
      { dataset: "valid", metric, values: [0.5, 0.4, 0.35, 0.38, 0.4] },
      { dataset: "train", metric, values: [0.5, 0.35, 0.3, 0.28, 0.25] },
    ],
  };
}

function curvesOf(best: number | null, metric = "rmse") {
  const curves = metricCurves(input(best, metric), metric);
  if (curves === undefined) throw new Error("no curves");
  return curves;
}

test("the train curve comes first, and both have a letter", () => {
  expect(curvesOf(2).curves.map((curve) => [curve.letter, curve.dataset, curve.kind])).toEqual([
    ["A", "train", "train"],
    ["B", "valid", "valid"],
  ]);
});

test("XGBoost's numbered eval sets are train and valid when there are two", () => {
  const items = ["validation_0", "validation_1"].map((dataset) => ({ dataset, metric: "auc", values: [1] }));
  expect(metricCurves({ best_iteration: null, items }, "auc")?.curves.map((curve) => curve.kind)).toEqual(["train", "valid"]);
  expect(metricCurves({ best_iteration: null, items: items.slice(0, 1) }, "auc")?.curves[0]?.kind).toBe("valid");
});

test("the best round and the gap are said in words", () => {
  expect(bestText(curvesOf(2))).toBe("best round 2 of 0..4: train 0.3, valid 0.35");
  expect(gapText(curvesOf(2), "->")).toBe("gap best +0.05000 -> last +0.15000 (valid minus train)");
});

test("a best round that the files do not name is computed only when the direction is known", () => {
  expect(bestText(curvesOf(null))).toContain("best round 2 of 0..4");
  expect(bestText(curvesOf(null))).toContain("computed");
  expect(curvesOf(null, "auc").best?.iteration).toBe(0);
  expect(bestText(curvesOf(null, "my_metric"))).toContain("best n/a");
  expect(curvesOf(99).best?.isFromFiles).toBe(false);
});

test("whatever the curves, the chart has exactly its height and keeps to its width", () => {
  const value = fc.oneof(fc.double(), fc.constant(null));
  const items = fc.array(
    fc.record({
      dataset: fc.constantFrom("train", "valid", "test"),
      metric: fc.constant("m"),
      values: fc.array(value, { maxLength: 150 }),
    }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(
      items,
      fc.integer({ min: 40, max: 200 }),
      fc.integer({ min: 4, max: 40 }),
      fc.constantFrom(...CHARSETS),
      fc.boolean(),
      fc.integer({ min: 0, max: 200 }),
      (all, width, height, charset, isLog, best) => {
        const curves = metricCurves({ best_iteration: best, items: all }, "m");
        if (curves === undefined) throw new Error("no curves");
        const lines = curveChart(curves, { width, height, charset, isLog });
        expect(lines.length).toBe(height);
        expect(lines.every((line) => lineWidth(line) <= width)).toBe(true);
      },
    ),
  );
});

test("the plain chart brings its facts, and says which metrics there are", () => {
  const lines = curveLines(input(2), { width: 60, height: 16, charset: "ascii" });
  expect(lines[0]).toBe("rmse");
  expect(lines.join("\n")).toMatch(/^best 2|\^best 2/m);
  expect(lines.at(-1)).toContain("gap best");
  expect(curveLines(input(2), { width: 60, height: 16, charset: "ascii", metric: "auc" })).toEqual(['no metric "auc"; there are: rmse']);
  expect(curveLines({ best_iteration: null, items: [] }, { width: 60, height: 16, charset: "ascii" })).toEqual([
    "no training curves in these files",
  ]);
  expect(metricNames(input(2))).toEqual(["rmse"]);
});

test("a log axis leaves out what is not positive and says when nothing is left", () => {
  const curves = metricCurves({ best_iteration: null, items: [{ dataset: "valid", metric: "m", values: [-1, 0] }] }, "m");
  const lines = curves === undefined ? [] : curveChart(curves, { width: 60, height: 6, charset: "braille", isLog: true });
  expect(lines[0]?.[0]?.text).toContain("no positive values");
});
