// The gates of a promotion: pure functions of (candidate, incumbent, policy), each with a verdict that says why (DESIGN §5, "Gates").

import { comparePaired, repeatedDate, type DatedValue, type PairedComparison } from "../stats/paired-comparison.ts";
import { GATE_NAMES, SERIES_COLUMNS, type GateName, type GatePolicy, type GateSetting, type SeriesColumn } from "./gate-policy.ts";

/** One date of a version's series; null = missing. */
export interface SeriesRow {
  readonly date: string;
  readonly ic: number | null;
  readonly ret: number | null;
}

/** What a gate may know of a version. */
export interface GateInput {
  readonly metrics: ReadonlyMap<string, number> | Readonly<Record<string, number>>;
  /** Hours of paper trading as measured from its recorded start; null = none was recorded. */
  readonly paperHours: number | null;
  /** null = the version came without one. */
  readonly series: readonly SeriesRow[] | null;
}

/** One gate's answer with its inputs. Plain JSON loses nothing of it: what is no finite number stands in `valueText`. */
export interface GateVerdict {
  readonly gate: GateName;
  readonly passed: boolean;
  /** The metric or column that was looked at; empty when the version has none of them. */
  readonly metric: string;
  /** What was held against the threshold; null when it is missing or no finite number. */
  readonly value: number | null;
  /** The value as it was found, such as `0.031`, `NaN`, `Infinity`; it reads back as the same double. Empty when missing. */
  readonly valueText: string;
  /** Such as `> 0.02`. */
  readonly rule: string;
  readonly threshold: number | null;
  /** Hours of paper trading that the metadata claims: shown, not counted. */
  readonly declared: number | null;
  /** One plain sentence without a full stop, also when passed. */
  readonly reason: string;
}

/** A comparison of fewer dates is refused, however well it looks. */
export const LEAST_COMMON_DATES = 10;
const LEVEL = 0.95;

/**
 * Judges every gate that the policy has switched on, in the order of GATE_NAMES. A value that is missing, NaN or infinite fails with a reason of
 * its own. `incumbent` is what is live on the line; null = nothing is, and there is nothing to be better than.
 */
export function judgeGates(candidate: GateInput, incumbent: GateInput | null, policy: GatePolicy): readonly GateVerdict[] {
  return GATE_NAMES.filter((gate) => policy.gates[gate].enabled).map((gate) =>
    JUDGES[gate](gate, policy.gates[gate], candidate, incumbent),
  );
}

type Judge = (gate: GateName, setting: GateSetting, candidate: GateInput, incumbent: GateInput | null) => GateVerdict;

const JUDGES: Readonly<Record<GateName, Judge>> = {
  ic: judgeMetric,
  sharpe: judgeMetric,
  paper_trade_hours: judgePaperTrading,
  better_than_incumbent: judgeAgainstIncumbent,
};

type Finding = Pick<GateVerdict, "passed" | "reason"> & {
  readonly metric?: string;
  readonly value?: number;
  readonly declared?: number | null;
};

function verdict(gate: GateName, sign: string, threshold: number, finding: Finding): GateVerdict {
  const { passed, reason, metric = "", value, declared = null } = finding;
  return {
    ...{ gate, passed, metric },
    value: value === undefined || !Number.isFinite(value) ? null : value,
    valueText: value === undefined ? "" : textOf(value),
    rule: `${sign} ${threshold}`,
    threshold: Number.isFinite(threshold) ? threshold : null,
    declared: declared !== null && Number.isFinite(declared) ? declared : null,
    reason,
  };
}

function judgeMetric(gate: GateName, { metrics, threshold }: GateSetting, candidate: GateInput): GateVerdict {
  const found = firstMetric(candidate.metrics, metrics);
  if (found === undefined)
    return verdict(gate, ">", threshold, { passed: false, reason: `the version has no metric named ${listed(metrics)}` });
  const { name, value } = found;
  if (!Number.isFinite(value)) {
    return verdict(gate, ">", threshold, { passed: false, metric: name, value, reason: `${name} is ${value}, which is no finite number` });
  }
  const passed = value > threshold;
  return verdict(gate, ">", threshold, {
    passed,
    metric: name,
    value,
    reason: `${name} is ${value}, ${passed ? "" : "not "}above ${threshold}`,
  });
}

function judgePaperTrading(gate: GateName, { metrics, threshold }: GateSetting, candidate: GateInput): GateVerdict {
  const declared = firstMetric(candidate.metrics, metrics)?.value ?? null;
  const hours = candidate.paperHours;
  const aside = declared === null ? "" : `; the ${declared} h that its metadata declares are not counted`;
  const answer = (passed: boolean, reason: string): GateVerdict =>
    verdict(gate, ">=", threshold, {
      ...{ passed, declared, reason: `${reason}${aside}` },
      ...(hours === null ? {} : { metric: "measured_paper_hours", value: hours }),
    });
  if (hours === null) return answer(false, "no paper trading of the version is recorded");
  if (!Number.isFinite(hours)) return answer(false, `the measured hours of paper trading are ${hours}, which is no finite number`);
  const passed = hours >= threshold;
  return answer(passed, `${hours} h of paper trading were measured, ${passed ? "at least" : "fewer than"} ${threshold}`);
}

function judgeAgainstIncumbent(
  gate: GateName,
  { metrics, threshold }: GateSetting,
  candidate: GateInput,
  incumbent: GateInput | null,
): GateVerdict {
  const column = SERIES_COLUMNS.find((name) => name === metrics[0]);
  const answer = (finding: Finding): GateVerdict => verdict(gate, ">", threshold, finding);
  if (incumbent === null) return answer({ passed: true, reason: "nothing is live on the line, so there is nothing to be better than" });
  if (column === undefined)
    return answer({ passed: false, reason: `a series has the columns ${listed(SERIES_COLUMNS)}, not ${listed(metrics)}` });
  const fault = seriesFault("the candidate", candidate.series, column) ?? seriesFault("the live version", incumbent.series, column);
  if (fault !== undefined) return answer({ passed: false, metric: column, reason: fault });

  const found = comparePaired(datedValues(incumbent.series, column), datedValues(candidate.series, column), LEVEL);
  if (found.interval === null || found.dates < LEAST_COMMON_DATES) {
    const reason = `the series share only ${found.dates} dates with a value in ${column}, at least ${LEAST_COMMON_DATES} are needed`;
    return answer({ passed: false, metric: column, reason });
  }
  const { low } = found.interval;
  const passed = low > threshold;
  const reason = `${comparisonText(found, column)}; its lower end is ${passed ? "" : "not "}above ${threshold}`;
  return answer({ passed, metric: column, value: low, reason });
}

function comparisonText({ dates, dropped, meanDifference, interval }: PairedComparison, column: SeriesColumn): string {
  const missing = dropped === 0 ? "" : ` (${dropped} more lack a value)`;
  const range = `95 % interval from ${interval?.low} to ${interval?.high}`;
  return `on ${dates} common dates${missing} ${column} differs from the live version's by ${meanDifference} on average, ${range}`;
}

/** Why a series can't be compared; undefined when it can. */
function seriesFault(whose: string, series: readonly SeriesRow[] | null, column: SeriesColumn): string | undefined {
  if (series === null || series.length === 0) return `${whose} has no dated series`;
  const twice = repeatedDate(series);
  if (twice !== undefined) return `the series of ${whose} has the date ${twice} twice`;
  const bad = series.find((row) => row[column] !== null && !Number.isFinite(row[column]));
  if (bad !== undefined) return `${column} of ${whose} is ${bad[column]} on ${bad.date}, which is no finite number`;
  return series.every((row) => row[column] === null) ? `the series of ${whose} has no value in ${column}` : undefined;
}

function datedValues(series: readonly SeriesRow[] | null, column: SeriesColumn): readonly DatedValue[] {
  return (series ?? []).map((row) => ({ date: row.date, value: row[column] }));
}

function firstMetric(
  metrics: GateInput["metrics"],
  names: readonly string[],
): { readonly name: string; readonly value: number } | undefined {
  // A plain record also inherits names, such as "constructor".
  const own = isMap(metrics) ? metrics : new Map(Object.entries(metrics));
  for (const name of names) {
    const value = own.get(name);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

function isMap(metrics: GateInput["metrics"]): metrics is ReadonlyMap<string, number> {
  return metrics instanceof Map;
}

function textOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "anything" : names.join(" or ");
}
