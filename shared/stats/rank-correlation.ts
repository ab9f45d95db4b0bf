// What a rank correlation answers.

export interface RankCorrelation {
  /** −1 … 1; null where it is undefined: fewer than two pairs, or one side all equal. Never 0 for want of data. */
  readonly value: number | null;
  /** Two-sided p-value of "no association"; null where it is undefined. */
  readonly pValue: number | null;
  /** Pairs that count. */
  readonly pairs: number;
  /** Pairs left out because one side is null or NaN. Infinities are the largest and smallest values and count. */
  readonly dropped: number;
}
