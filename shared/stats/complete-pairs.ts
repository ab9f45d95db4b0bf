// Which values take part: missing ones are null or NaN, and a pair counts only whole.

export type Values = ArrayLike<number | null>;

export interface CompletePairs {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Pairs that were left out because one side is missing. */
  readonly dropped: number;
}

/** True for a number that has a place in an order: infinities have, NaN has not. */
export function isOrdered(value: number | null): value is number {
  return value !== null && !Number.isNaN(value);
}

/** True for a number that a mean can be made of. */
export function isFiniteNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** The pairs of which both sides satisfy `counts`, in order. Throws RangeError when the lengths differ. */
export function completePairs(x: Values, y: Values, counts: (value: number | null) => value is number): CompletePairs {
  if (x.length !== y.length) throw new RangeError(`pairs need as many values on both sides, not ${x.length} and ${y.length}`);
  const [left, right] = [new Float64Array(x.length), new Float64Array(x.length)];
  let kept = 0;
  for (let at = 0; at < x.length; at += 1) {
    const [a, b] = [x[at] ?? null, y[at] ?? null];
    if (!counts(a) || !counts(b)) continue;
    left[kept] = a;
    right[kept] = b;
    kept += 1;
  }
  return { x: left.subarray(0, kept), y: right.subarray(0, kept), dropped: x.length - kept };
}
