// What a set of training curves says in words and numbers: which curve is which, the best round, the gap between train and valid.

import { compact, signed } from "../format/numbers.ts";

/** Training curves as the daemon answers them; `best_iteration` is 0-based, null when the files do not name one. */
export interface CurveInput {
  readonly best_iteration: number | null;
  readonly items: readonly { readonly dataset: string; readonly metric: string; readonly values: readonly (number | null)[] }[];
}

export interface NamedCurve {
  readonly dataset: string;
  readonly kind: "train" | "valid";
  /** Its label in the chart. */
  readonly letter: string;
  readonly values: readonly (number | null)[];
}

/** The curves of one metric, train curves first. */
export interface MetricCurves {
  readonly metric: string;
  readonly curves: readonly NamedCurve[];
  /** Curves beyond the four that are drawn. */
  readonly hiddenCount: number;
  /** Number of boosting rounds. */
  readonly rounds: number;
  /** 0-based best round: as the files say, else computed when the metric's direction is known. */
  readonly best: { readonly iteration: number; readonly isFromFiles: boolean } | undefined;
}

const MAX_CURVES = 4;

// Metric names of XGBoost and CatBoost; a name may carry a suffix such as `@5` or `-`.
const HIGHER_IS_BETTER =
  /^(auc|aucpr|ndcg|map|pre|r2|accuracy|f1|precision|recall|ic|rank_ic|pearson|spearman|kendall|sharpe|interval-regression-accuracy)([@:\-_].*)?$/i;
const LOWER_IS_BETTER =
  /^(rmse|rmsle|mae|mape|mphe|mse|logloss|mlogloss|error|merror|poisson-nloglik|gamma-nloglik|cox-nloglik|gamma-deviance|tweedie-nloglik|aft-nloglik|quantile|expectile|crossentropy|multiclass)([@:\-_].*)?$/i;

/** Names of the metrics, in the order of the files. */
export function metricNames(input: CurveInput): string[] {
  return [...new Set(input.items.map((item) => item.metric))];
}

/** The curves of one metric; undefined when there is none of that name. */
export function metricCurves(input: CurveInput, metric: string): MetricCurves | undefined {
  const items = input.items.filter((item) => item.metric === metric);
  if (items.length === 0) return undefined;
  const named = items.map((item) => ({ ...item, kind: datasetKind(item.dataset, items.length) }));
  const ordered = [...named.filter((item) => item.kind === "train"), ...named.filter((item) => item.kind === "valid")];
  const curves = ordered
    .slice(0, MAX_CURVES)
    .map((item, at) => ({ dataset: item.dataset, kind: item.kind, letter: String.fromCharCode(65 + at), values: item.values }));
  const rounds = Math.max(...items.map((item) => item.values.length));
  return { metric, curves, hiddenCount: Math.max(0, items.length - MAX_CURVES), rounds, best: bestRound(input, metric, curves, rounds) };
}

function datasetKind(dataset: string, count: number): "train" | "valid" {
  if (/train|learn/i.test(dataset)) return "train";
  // XGBoost's sklearn wrapper numbers its eval sets, by custom the training set first.
  return dataset === "validation_0" && count > 1 ? "train" : "valid";
}

function bestRound(input: CurveInput, metric: string, curves: readonly NamedCurve[], rounds: number): MetricCurves["best"] {
  const named = input.best_iteration;
  if (named !== null && Number.isInteger(named) && named >= 0 && named < rounds) return { iteration: named, isFromFiles: true };
  const direction = HIGHER_IS_BETTER.test(metric) ? 1 : LOWER_IS_BETTER.test(metric) ? -1 : 0;
  const values = curves.findLast((curve) => curve.kind === "valid")?.values;
  if (direction === 0 || values === undefined) return undefined;
  let best: number | undefined;
  for (const [at, value] of values.entries()) {
    const incumbent = best === undefined ? undefined : values[best];
    if (value !== null && Number.isFinite(value) && (incumbent === undefined || incumbent === null || (value - incumbent) * direction > 0))
      best = at;
  }
  return best === undefined ? undefined : { iteration: best, isFromFiles: false };
}

/** `A train …  B valid ─`: which letter and line is which. */
export function legendText(curves: MetricCurves, dotted: string, solid: string): string {
  const parts = curves.curves.map((curve) => `${curve.letter} ${curve.dataset} ${curve.kind === "train" ? dotted : solid}`);
  return [...parts, ...(curves.hiddenCount > 0 ? [`(${curves.hiddenCount} more not drawn)`] : [])].join("  ");
}

/** `best 41 of 100: train 0.1, valid 0.2`, or why there is no best round. Rounds are 0-based, as in XGBoost. */
export function bestText(curves: MetricCurves): string {
  const { best } = curves;
  if (best === undefined) return `best n/a (the files name no best round, and whether more ${curves.metric} is better is not known)`;
  const values = curves.curves.map((curve) => `${curve.dataset} ${compact(curve.values[best.iteration] ?? null)}`);
  return `best round ${best.iteration} of 0..${curves.rounds - 1}: ${values.join(", ")}${best.isFromFiles ? "" : " (computed; the files name none)"}`;
}

/** `last 99: train 0.1, valid 0.2`. */
export function lastText(curves: MetricCurves): string {
  return `last round ${curves.rounds - 1}: ${curves.curves.map((curve) => `${curve.dataset} ${compact(curve.values.at(-1) ?? null)}`).join(", ")}`;
}

/** `gap best +0.031 → last +0.058` (valid minus train), or why there is none. */
export function gapText(curves: MetricCurves, arrow: string): string {
  const train = curves.curves.find((curve) => curve.kind === "train");
  const valid = curves.curves.findLast((curve) => curve.kind === "valid");
  if (train === undefined || valid === undefined) return `gap n/a (there is no ${train === undefined ? "train" : "valid"} curve)`;
  const gapAt = (round: number): string => signed(difference(valid.values[round], train.values[round]), 5);
  const last = Math.min(train.values.length, valid.values.length) - 1;
  const best = curves.best === undefined ? "n/a" : gapAt(curves.best.iteration);
  return `gap best ${best} ${arrow} last ${gapAt(last)} (${valid.dataset} minus ${train.dataset})`;
}

function difference(a: number | null | undefined, b: number | null | undefined): number | null {
  return a === null || a === undefined || b === null || b === undefined ? null : a - b;
}
