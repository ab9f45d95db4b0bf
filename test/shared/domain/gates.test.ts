// The gates of a promotion: where the boundary lies, what never passes, and what a verdict says.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_GATE_POLICY,
  GATE_NAMES,
  mergePolicies,
  type GateName,
  type GatePolicyChange,
} from "../../../shared/domain/gate-policy.ts";
import { judgeGates, type GateInput, type GateVerdict, type SeriesRow } from "../../../shared/domain/gates.ts";

const version = (change: Partial<GateInput> = {}): GateInput => ({
  metrics: { ic: 0.05, sharpe: 1.2 },
  paperHours: 30,
  series: null,
  ...change,
});
const judge = (candidate: GateInput, change: GatePolicyChange | null = null, incumbent: GateInput | null = null) =>
  judgeGates(candidate, incumbent, mergePolicies(DEFAULT_GATE_POLICY, change, null));

function verdictOf(
  gate: GateName,
  candidate: GateInput,
  change: GatePolicyChange | null = null,
  incumbent: GateInput | null = null,
): GateVerdict {
  const found = judge(candidate, change, incumbent).find((verdict) => verdict.gate === gate);
  if (found === undefined) throw new Error(`${gate} was not judged`);
  return found;
}

const comparing: GatePolicyChange = { gates: { better_than_incumbent: { enabled: true } } };
const dates = Array.from({ length: 20 }, (_, at) => `2026-01-${String(at + 10)}`);
const series = (value: (at: number) => Partial<SeriesRow>): SeriesRow[] =>
  dates.map((date, at) => ({ date, ic: null, ret: null, ...value(at) }));
const incumbentSeries = series((at) => ({ ic: Math.sin(at) / 10, ret: Math.cos(at) / 10 }));
const better = series((at) => ({ ic: Math.sin(at) / 10 + 0.02 + (at % 3) / 1000, ret: Math.cos(at) / 10 - 0.01 }));

describe("the gates of a promotion", () => {
  it("let a version through that is above every threshold, in the documented order", () => {
    const verdicts = judge(version());
    expect(verdicts.map(({ gate, passed, rule }) => [gate, passed, rule])).toEqual([
      ["ic", true, "> 0.02"],
      ["sharpe", true, "> 0.5"],
      ["paper_trade_hours", true, ">= 24"],
    ]);
    expect(verdicts.map(({ reason }) => reason)).toEqual([
      "ic is 0.05, above 0.02",
      "sharpe is 1.2, above 0.5",
      "30 h of paper trading were measured, at least 24",
    ]);
  });

  it.each([
    ["ic", 0.02, 0.020000000000000004],
    ["sharpe", 0.5, 0.5000000000000001],
  ] as const)("%s must be above its threshold: %d fails, the next double passes", (gate, at, above) => {
    expect(verdictOf(gate, version({ metrics: { [gate]: at } }))).toMatchObject({
      passed: false,
      reason: `${gate} is ${at}, not above ${at}`,
    });
    expect(verdictOf(gate, version({ metrics: { [gate]: above } })).passed).toBe(true);
  });

  it("24 hours of paper trading are enough, the double below is not", () => {
    expect(verdictOf("paper_trade_hours", version({ paperHours: 24 })).passed).toBe(true);
    const short = verdictOf("paper_trade_hours", version({ paperHours: 23.999999999999996 }));
    expect(short).toMatchObject({ passed: false, reason: "23.999999999999996 h of paper trading were measured, fewer than 24" });
  });

  it.each([Number.NaN, Infinity, -Infinity])("%s passes no gate, and the verdict keeps it through JSON", (value) => {
    const verdicts = judge(version({ metrics: { ic: value, sharpe: value }, paperHours: value }));
    for (const verdict of verdicts) {
      expect(verdict).toMatchObject({ passed: false, value: null, valueText: String(value) });
      expect(verdict.reason).toContain(`${value}, which is no finite number`);
    }
    expect(JSON.parse(JSON.stringify(verdicts))).toEqual(verdicts);
  });

  it("what is missing fails as missing, not as 0", () => {
    const verdicts = judge(version({ metrics: {}, paperHours: null }), { gates: { ic: { threshold: -1 }, sharpe: { threshold: -1 } } });
    expect(verdicts.map(({ passed, metric, value, valueText, reason }) => ({ passed, metric, value, valueText, reason }))).toEqual(
      [
        "the version has no metric named ic or valid_ic",
        "the version has no metric named sharpe",
        "no paper trading of the version is recorded",
      ].map((reason) => ({ passed: false, metric: "", value: null, valueText: "", reason })),
    );
  });

  it("take the first metric of the mapping that is there, and never step over a NaN", () => {
    expect(verdictOf("ic", version({ metrics: { valid_ic: 0.03 } }))).toMatchObject({ passed: true, metric: "valid_ic", value: 0.03 });
    expect(verdictOf("ic", version({ metrics: { valid_ic: 0.03, ic: 0.01 } }))).toMatchObject({ passed: false, metric: "ic" });
    expect(verdictOf("ic", version({ metrics: { valid_ic: 0.03, ic: Number.NaN } }))).toMatchObject({ passed: false, metric: "ic" });
    const mapped = { gates: { ic: { metrics: ["oos_rank_ic"] } } };
    expect(verdictOf("ic", version({ metrics: new Map([["oos_rank_ic", 0.1]]) }), mapped)).toMatchObject({
      passed: true,
      metric: "oos_rank_ic",
    });
  });

  it("do not take an inherited name for a metric", () => {
    const mapped = { gates: { ic: { metrics: ["constructor", "toString"] } } };
    expect(verdictOf("ic", version(), mapped)).toMatchObject({ passed: false, metric: "" });
  });

  it("show declared paper hours and do not count them", () => {
    const declared = version({ metrics: { paper_trade_hours: 72 }, paperHours: null });
    expect(verdictOf("paper_trade_hours", declared)).toMatchObject({
      ...{ passed: false, declared: 72, value: null },
      reason: "no paper trading of the version is recorded; the 72 h that its metadata declares are not counted",
    });
    expect(verdictOf("paper_trade_hours", { ...declared, paperHours: 25 })).toMatchObject({ passed: true, declared: 72, value: 25 });
    expect(verdictOf("paper_trade_hours", version({ metrics: { paper_trade_hours: Number.NaN } }))).toMatchObject({
      passed: true,
      declared: null,
    });
  });

  it("a gate that is switched off gives no verdict", () => {
    const off = { gates: { paper_trade_hours: { enabled: false }, ic: { enabled: false } } };
    expect(judge(version(), off).map(({ gate }) => gate)).toEqual(["sharpe"]);
  });

  it("for any value: passes exactly when it is finite and above, and the text reads back as the same double", () => {
    fc.assert(
      fc.property(fc.double(), fc.double({ noNaN: true, noDefaultInfinity: true }), (value, threshold) => {
        const found = verdictOf("sharpe", version({ metrics: { sharpe: value } }), { gates: { sharpe: { threshold } } });
        expect(found.passed).toBe(Number.isFinite(value) && value > threshold);
        expect(Number(found.valueText)).toBe(value);
        const hours = verdictOf("paper_trade_hours", version({ paperHours: value }), { gates: { paper_trade_hours: { threshold } } });
        expect(hours.passed).toBe(Number.isFinite(value) && value >= threshold);
      }),
    );
  });
});

describe("better than the incumbent", () => {
  const judged = (candidate: readonly SeriesRow[] | null, incumbent: GateInput | null, change = comparing) =>
    verdictOf("better_than_incumbent", version({ series: candidate }), change, incumbent);

  it("passes when the whole 95 % interval of the paired difference is above the threshold", () => {
    const found = judged(better, version({ series: incumbentSeries }));
    expect(found).toMatchObject({ passed: true, metric: "ic", rule: "> 0", threshold: 0 });
    expect(found.value).toBeGreaterThan(0.02);
    expect(found.value).toBeLessThan(0.021);
    expect(found.reason).toMatch(
      /^on 20 common dates ic differs .* by 0\.0209\d* on average, 95 % interval from .*; its lower end is above 0$/,
    );
    const strict = { gates: { better_than_incumbent: { enabled: true, threshold: 0.03 } } };
    expect(judged(better, version({ series: incumbentSeries }), strict)).toMatchObject({ passed: false, rule: "> 0.03" });
  });

  it("looks at the column that the policy names", () => {
    const ret = { gates: { better_than_incumbent: { enabled: true, metrics: ["ret"] } } };
    expect(judged(better, version({ series: incumbentSeries }), ret)).toMatchObject({ passed: false, metric: "ret" });
  });

  it("does not pass a version against itself, nor a worse one", () => {
    expect(judged(better, version({ series: better }))).toMatchObject({ passed: false, value: 0 });
    expect(judged(incumbentSeries, version({ series: better })).passed).toBe(false);
  });

  it("passes when nothing is live, and says so", () => {
    expect(judged(null, null)).toMatchObject({ passed: true, value: null, reason: expect.stringContaining("nothing is live") as string });
  });

  it.each([
    ["the candidate has no series", null, incumbentSeries, "the candidate has no dated series"],
    ["the live version has none", better, null, "the live version has no dated series"],
    ["a series is empty", [], incumbentSeries, "the candidate has no dated series"],
    ["the column is empty", series(() => ({ ret: 1 })), incumbentSeries, "the series of the candidate has no value in ic"],
    ["a value is NaN", series((at) => ({ ic: at === 3 ? Number.NaN : 1 })), incumbentSeries, "ic of the candidate is NaN on 2026-01-13"],
    ["a value is infinite", better, series(() => ({ ic: Infinity })), "ic of the live version is Infinity on 2026-01-10"],
    ["a date is there twice", [...better, ...better.slice(4, 5)], incumbentSeries, "has the date 2026-01-14 twice"],
    ["fewer than ten dates are common", better.slice(0, 9), incumbentSeries, "share only 9 dates with a value in ic, at least 10"],
  ] as const)("fails with its reason when %s", (_case, candidate, incumbent, reason) => {
    const found = judged(candidate, version({ series: incumbent }));
    expect(found).toMatchObject({ passed: false, value: null, valueText: "" });
    expect(found.reason).toContain(reason);
  });

  it("drops dates on which a side has no value, and says how many", () => {
    const holes = better.map((row, at) => (at % 4 === 0 ? { ...row, ic: null } : row));
    expect(judged(holes, version({ series: incumbentSeries })).reason).toContain("on 15 common dates (5 more lack a value)");
  });

  it("fails on a policy that names no column of a series", () => {
    const wrong = { gates: { better_than_incumbent: { enabled: true, metrics: ["sharpe"] } } };
    expect(judged(better, version({ series: better }), wrong)).toMatchObject({
      passed: false,
      reason: expect.stringContaining("ic or ret") as string,
    });
  });
});

describe("the policy that holds", () => {
  it("is the line's over the type's over the defaults, setting by setting", () => {
    const type = { gates: { ic: { threshold: 0.03, metrics: ["valid_ic"] }, sharpe: { threshold: 1 } } };
    const line = { gates: { ic: { threshold: 0.04 }, paper_trade_hours: { enabled: false } } };
    expect(mergePolicies(DEFAULT_GATE_POLICY, type, line).gates).toEqual({
      ic: { enabled: true, metrics: ["valid_ic"], threshold: 0.04 },
      sharpe: { enabled: true, metrics: ["sharpe"], threshold: 1 },
      paper_trade_hours: { enabled: false, metrics: ["paper_trade_hours"], threshold: 24 },
      better_than_incumbent: DEFAULT_GATE_POLICY.gates.better_than_incumbent,
    });
  });

  it("is the defaults where nothing is set, and has every gate", () => {
    expect(mergePolicies(DEFAULT_GATE_POLICY, null, {})).toEqual(DEFAULT_GATE_POLICY);
    expect(Object.keys(mergePolicies(DEFAULT_GATE_POLICY, null, null).gates)).toEqual([...GATE_NAMES]);
  });
});
