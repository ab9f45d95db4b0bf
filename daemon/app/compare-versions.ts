// Two versions beside each other: their metrics, their factors, and their dated series on the dates that both have.

import type { Input, Output } from "../../shared/contract/operations.ts";
import type { GroupDescription } from "../../shared/domain/description.ts";
import type { SeriesRow } from "../../shared/domain/gates.ts";
import { compareCodePoints, lineName } from "../../shared/domain/names.ts";
import { comparePaired } from "../../shared/stats/paired-comparison.ts";
import type { LineState } from "./catalog.ts";
import type { Look } from "./line-queries.ts";
import { requireLine, requireVersion } from "./moves.ts";
import type { VersionRecord } from "./ports.ts";
import { loadDescription } from "./version-description.ts";
import { capturedMetrics } from "./version-metrics.ts";
import { createSeriesReader, type SeriesReader, type VersionSeries } from "./version-series.ts";

type Comparison = Output<"version.compare">;

/** Of the intervals of paired means. */
const CONFIDENCE = 0.95;

/** One of the two. */
interface Side {
  readonly line: LineState;
  readonly version: VersionRecord;
  readonly metrics: ReadonlyMap<string, number>;
  readonly factors: readonly string[];
  readonly series: VersionSeries;
}

/** Compares a version with another one of the same line, or of another. AppError `not_found` without one of them. */
export async function compareVersions(parts: Look, input: Input<"version.compare">): Promise<Comparison> {
  const series = createSeriesReader(parts);
  const first = await sideOf(parts, series, input.line, input.version);
  const second = await sideOf(parts, series, input.other_line ?? input.line, input.other_version);
  return {
    first: toHead(first),
    second: toHead(second),
    metrics: deltas(first.metrics, second.metrics),
    factors_added: missingFrom(first.factors, second.factors),
    factors_removed: missingFrom(second.factors, first.factors),
    ...pairs(first.series, second.series),
  };
}

async function sideOf(parts: Look, reader: SeriesReader, name: string, label: string): Promise<Side> {
  const line = requireLine(parts.catalog, name);
  const version = await requireVersion(parts.store, line, label);
  const registration = (await parts.store.registrationsOf([version.id])).get(version.id);
  const description = await loadDescription(parts.store, version.id);
  const series = await reader.of(version);
  const metrics = registration === undefined ? capturedMetrics(description, series.rows) : new Map(Object.entries(registration.metrics));
  return { line, version, metrics, factors: factorsOf(description), series };
}

function factorsOf({ factors, dim_factors: dims }: GroupDescription): readonly string[] {
  return factors.length > 0 ? factors : dims.map(({ factor_name: name }) => name);
}

function toHead({ line, version }: Side): Comparison["first"] {
  return { line: lineName(line.record.namespace, line.record.name), version: version.label, status: version.status };
}

/** Second minus first, by name; null where a side lacks the metric, or has no finite number. */
function deltas(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): Comparison["metrics"] {
  const names = [...new Set([...first.keys(), ...second.keys()])].sort(compareCodePoints);
  return names.map((name) => {
    const [a, b] = [finite(first.get(name)), finite(second.get(name))];
    return { name, first: a, second: b, difference: a === null || b === null ? null : finite(b - a) };
  });
}

function finite(value: number | undefined | null): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** What `list` has and `other` does not, in the order of `list`. */
function missingFrom(other: readonly string[], list: readonly string[]): string[] {
  const known = new Set(other);
  return [...new Set(list)].filter((name) => !known.has(name));
}

function pairs(first: VersionSeries, second: VersionSeries): Pick<Comparison, "paired" | "paired_note"> {
  if (first.rows === null) return { paired: [], paired_note: first.reason };
  if (second.rows === null) return { paired: [], paired_note: second.reason };
  const [a, b] = [first.rows, second.rows];
  const paired = (["ic", "ret"] as const).flatMap((column) => pairOf(column, a, b));
  return { paired, paired_note: paired.length === 0 ? "the two series have fewer than two dates in common that have values" : "" };
}

function pairOf(column: "ic" | "ret", first: readonly SeriesRow[], second: readonly SeriesRow[]): Comparison["paired"] {
  const dated = (rows: readonly SeriesRow[]) => rows.map((row) => ({ date: row.date, value: row[column] }));
  const { dates, meanDifference, interval, t, pValue } = comparePaired(dated(first), dated(second), CONFIDENCE);
  if (meanDifference === null || interval === null) return [];
  const { low, high } = interval;
  return [{ column, dates, mean_difference: meanDifference, low, high, confidence: CONFIDENCE, t: finite(t), p: finite(pValue) }];
}
