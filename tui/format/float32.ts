// Float32 numbers as texts that read back as the same float32.

/** Digits that tell any two float32 values apart. */
const MOST_DIGITS = 9;
/** What fewer digits can say, six can, too: the zeros behind go. */
const FEWEST_DIGITS = 6;

/** The shortest usual text of a float32 that reads back as the same one, sign of zero included; `nan` (also for null), `inf`, `-inf`. */
export function float32Text(value: number | null): string {
  const single = Math.fround(value ?? NaN);
  if (Number.isNaN(single)) return "nan";
  if (!Number.isFinite(single)) return single < 0 ? "-inf" : "inf";
  if (Object.is(single, -0)) return "-0";
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return String(short);
  }
  return String(Number(single.toPrecision(MOST_DIGITS)));
}
