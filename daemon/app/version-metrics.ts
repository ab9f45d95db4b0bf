// The numbers by which a version is judged: those of its registration; for a captured one, what its files tell.

import type { GroupDescription } from "../../shared/domain/description.ts";
import type { SeriesRow } from "../../shared/domain/gates.ts";
import { icSummary } from "../../shared/stats/ic-summary.ts";

/** Markets here trade every day of the year: a Sharpe ratio of daily returns is annualised with its square root. */
const DAYS_OF_A_YEAR = 365;

/**
 * Metrics of a captured version: what its info names as `metrics`, the last values of its training curves as `<dataset>_<metric>` (those of the
 * best round, where the files name one), and from its series `ic` (mean) and `sharpe` (of daily returns, annualised), which win over the others.
 */
export function capturedMetrics(
  description: GroupDescription | undefined,
  series: readonly SeriesRow[] | null,
): ReadonlyMap<string, number> {
  const metrics = new Map<string, number>();
  for (const { dataset, metric, values } of description?.curves ?? []) {
    const value = values[description?.best_iteration ?? values.length - 1];
    if (typeof value === "number") metrics.set(`${dataset}_${metric}`, value);
  }
  for (const [name, value] of declaredMetrics(description)) metrics.set(name, value);
  if (series === null) return metrics;
  // A series that is not finite throughout says nothing by its mean.
  const ic = icSummary(series.map((row) => row.ic));
  if (ic.mean !== null) metrics.set("ic", series.every((row) => row.ic === null || Number.isFinite(row.ic)) ? ic.mean : Number.NaN);
  const returns = icSummary(series.map((row) => row.ret));
  if (returns.ir !== null)
    metrics.set(
      "sharpe",
      series.every((row) => row.ret === null || Number.isFinite(row.ret)) ? returns.ir * Math.sqrt(DAYS_OF_A_YEAR) : Number.NaN,
    );
  return metrics;
}

/** `config.metrics` of the info, where it is a dict of numbers. */
function declaredMetrics(description: GroupDescription | undefined): readonly (readonly [string, number])[] {
  const summary = description?.info_summary;
  const config: unknown = summary !== undefined && "config" in summary ? summary.config : undefined;
  const metrics: unknown = isRecord(config) ? config["metrics"] : undefined;
  if (!isRecord(metrics)) return [];
  return Object.entries(metrics).flatMap(([name, value]) => (typeof value === "number" ? [[name, value] as const] : []));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
