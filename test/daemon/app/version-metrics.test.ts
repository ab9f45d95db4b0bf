// The numbers by which a captured version is judged: what its files tell, measured before declared.

import { describe, expect, test } from "vitest";
import { capturedMetrics } from "../../../daemon/app/version-metrics.ts";
import type { GroupDescription, InfoSummary } from "../../../shared/domain/description.ts";

function described(changes: Partial<GroupDescription>): GroupDescription {
  return {
    ...{ symbol: "X", return_name: "r", feature_dim: 1, factors: [], dim_factors: [], ic_rows: [], info_summary: {} },
    ...{ model_meta: null, curves: [], best_iteration: null, golden: "absent", warnings: [] },
    ...changes,
  };
}

/** The summary of an info that holds nothing but a configuration with metrics. */
function summaryWith(metrics: Readonly<Record<string, number | string>>): InfoSummary {
  return {
    ...{
      symbol: null,
      return_name: null,
      train_window_start_ts: null,
      train_window_end_ts: null,
      train_start_date: null,
      train_end_date: null,
    },
    ...{ train_samples: null, original_factors_count: null, ic_filtered_count: null, final_factors_count: null, selected_factors_count: 0 },
    ...{ train_time_sec: null, config: { metrics }, feature_importance: null },
  };
}

describe("metrics of a captured version", () => {
  test("from its series are the mean IC and the annualised Sharpe ratio of the daily returns (numbers by numpy 2.2.6)", () => {
    const series = [
      { date: "a", ic: 0.1, ret: 0.01 },
      { date: "b", ic: 0.05, ret: -0.005 },
      { date: "c", ic: -0.02, ret: 0.02 },
      { date: "d", ic: 0.07, ret: 0.003 },
    ];
    const metrics = capturedMetrics(undefined, series);
    expect(metrics.get("ic")).toBeCloseTo(0.05000000000000001, 15);
    expect(metrics.get("sharpe")).toBeCloseTo(12.599309645782018, 12);
  });

  test("are NaN when the series is not finite throughout, so that no gate passes on the rest of it", () => {
    const metrics = capturedMetrics(undefined, [
      { date: "a", ic: 0.9, ret: 0.1 },
      { date: "b", ic: Number.NaN, ret: Infinity },
      { date: "c", ic: 0.8, ret: 0.2 },
    ]);
    expect([metrics.get("ic"), metrics.get("sharpe")]).toEqual([Number.NaN, Number.NaN]);
  });

  test("are those that its info declares and the last of its curves, those of the best round where it is named", () => {
    const curves = [{ dataset: "valid", metric: "ic", values: [0.1, 0.3, 0.2] }];
    const description = described({ curves, info_summary: summaryWith({ sharpe: 1.5, note: "high" }) });
    expect([...capturedMetrics(description, null)]).toEqual([
      ["valid_ic", 0.2],
      ["sharpe", 1.5],
    ]);
    expect(capturedMetrics({ ...description, best_iteration: 1 }, null).get("valid_ic")).toBe(0.3);
  });

  test("measured from the series stand over those that are declared", () => {
    const description = described({ info_summary: summaryWith({ ic: 0.99 }) });
    expect(capturedMetrics(description, [{ date: "a", ic: 0.01, ret: null }]).get("ic")).toBe(0.01);
  });

  test("without files that tell any are none", () => {
    expect(capturedMetrics(described({}), null).size).toBe(0);
    expect(capturedMetrics(undefined, []).size).toBe(0);
  });
});
