// How long soak suites run, and their randomness: full counts by default, a share of them with SOAK_SCALE, repeatable with SOAK_SEED.

/** `full` times SOAK_SCALE (default 1), at least one. Throws on a scale that is no positive number. */
export function soakCount(full: number): number {
  const text = process.env["SOAK_SCALE"] ?? "1";
  const scale = Number(text);
  if (!(scale > 0) || !Number.isFinite(scale)) throw new Error(`SOAK_SCALE is "${text}"; give a number above 0, such as 0.1`);
  return Math.max(1, Math.round(full * scale));
}

/**
 * A bar in milliseconds, or on a ratio of times. The whole run holds it as it is; a short one, on a machine that may be shared, has too few
 * samples to judge by and fails only at three times the bar.
 */
export function timeBar(bar: number): number {
  return soakCount(1_000) < 1_000 ? 3 * bar : bar;
}

/** SOAK_SEED, else a fixed number, so that two runs do the same. Suites print it when they fail. */
export function soakSeed(): number {
  const text = process.env["SOAK_SEED"] ?? "20260105";
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`SOAK_SEED is "${text}"; give a whole number from 0`);
  return seed;
}

/** Numbers from 0 up to (not including) 1, the same for the same seed (mulberry32: a 32-bit state is plenty for choosing moments). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
