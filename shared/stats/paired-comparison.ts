// Two dated series on their common dates: is the second better, and how sure is that?

import { isFiniteNumber } from "./complete-pairs.ts";
import { meanInterval, testMean, type Interval } from "./mean-test.ts";

/** One value a date; dates are compared as texts, in any order. */
export interface DatedValue {
  readonly date: string;
  /** null = missing. */
  readonly value: number | null;
}

/** `better`: the whole interval lies above 0, `worse`: below it, `undecided`: 0 is within, `undefined`: fewer than two common dates. */
export type PairedVerdict = "better" | "worse" | "undecided" | "undefined";

export interface PairedComparison {
  /** Common dates with a finite value on both sides; all that follows rests on these. */
  readonly dates: number;
  /** The first and the last of them, as texts; null without any. */
  readonly from: string | null;
  readonly until: string | null;
  /** Common dates left out because a value is missing or not finite. */
  readonly dropped: number;
  /** Dates that only one side has. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Mean of second − first; null without dates. */
  readonly meanDifference: number | null;
  /** Sample standard deviation of the differences (n − 1); null below two dates. */
  readonly std: number | null;
  /** Null where std is null or 0. */
  readonly t: number | null;
  readonly pValue: number | null;
  /** Share of the dates on which the second is higher; null without dates. */
  readonly shareHigher: number | null;
  /** Confidence of the interval, such as 0.95. */
  readonly level: number;
  /** mean ± t·std/√n; the mean itself when all differences are equal; null below two dates. */
  readonly interval: Interval | null;
  readonly verdict: PairedVerdict;
}

/**
 * Paired t test of second − first (scipy.stats.ttest_rel and its confidence_interval). Pairing takes away what moves both: two means side by
 * side can't tell. Throws RangeError on a date that a series has twice, and on a level outside 0 … 1 that an interval needs.
 */
export function comparePaired(first: readonly DatedValue[], second: readonly DatedValue[], level = 0.95): PairedComparison {
  const [ofFirst, ofSecond] = [byDate(first), byDate(second)];
  const common = [...ofFirst.keys()].filter((date) => ofSecond.has(date)).sort();
  const pairs = common.flatMap((date) => {
    const [a, b] = [ofFirst.get(date) ?? null, ofSecond.get(date) ?? null];
    const difference = a === null || b === null ? null : b - a;
    return isFiniteNumber(difference) ? [{ date, difference }] : [];
  });
  const test = testMean(Float64Array.from(pairs, ({ difference }) => difference));
  const interval = meanInterval(test, level) ?? null;
  const higher = pairs.filter(({ difference }) => difference > 0).length;
  return {
    dates: pairs.length,
    from: pairs[0]?.date ?? null,
    until: pairs.at(-1)?.date ?? null,
    dropped: common.length - pairs.length,
    onlyFirst: ofFirst.size - common.length,
    onlySecond: ofSecond.size - common.length,
    meanDifference: test.mean,
    std: test.std,
    t: test.t,
    pValue: test.pValue,
    shareHigher: pairs.length === 0 ? null : higher / pairs.length,
    level,
    interval,
    verdict: verdictOf(interval),
  };
}

/** The first date that a series has twice; undefined when each has one row. */
export function repeatedDate(series: readonly { readonly date: string }[]): string | undefined {
  const seen = new Set<string>();
  return series.find(({ date }) => seen.size === seen.add(date).size)?.date;
}

function byDate(series: readonly DatedValue[]): ReadonlyMap<string, number | null> {
  const twice = repeatedDate(series);
  if (twice !== undefined) throw new RangeError(`a dated series has the date ${twice} twice`);
  return new Map(series.map(({ date, value }) => [date, value]));
}

function verdictOf(interval: Interval | null): PairedVerdict {
  if (interval === null) return "undefined";
  if (interval.low > 0) return "better";
  return interval.high < 0 ? "worse" : "undecided";
}
