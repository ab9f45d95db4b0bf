// The answers of scipy and numpy, and the exact ones (test/fixtures/make/stats.py made them).

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { z } from "zod";

/** Doubles as the script writes them: words for what JSON lacks. */
const number = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number)]);
const numbers = z.array(number);
const answers = {
  scipy: z.record(z.string(), number),
  exact: z.record(z.string(), z.number().nullable()),
  /** Numbers of scipy that are off by more than 3e-13 themselves. */
  scipy_off: z.array(z.string()),
};
const named = { name: z.string() };
const series = z.array(z.tuple([z.string(), number]));

const goldens = z.object({
  correlations: z.array(z.object({ ...named, x: numbers, y: numbers, kendall: z.object(answers), spearman: z.object(answers) })),
  summaries: z.array(z.object({ ...named, ...answers, values: numbers, hit_rate: z.number().nullable() })),
  paired: z.array(
    z.object({
      ...named,
      ...answers,
      ...{ first: series, second: series, level: z.number() },
      ...{ dates: z.number(), dropped: z.number(), share_higher: z.number().nullable() },
    }),
  ),
  welch: z.array(z.object({ ...named, ...answers, live: numbers, training: numbers })),
  decays: z.array(z.object({ ...named, values: numbers, lags: z.array(z.object({ ...answers, lag: z.number(), pairs: z.number() })) })),
  lines: z.array(z.object({ ...named, ...answers, values: numbers })),
  quantiles: z.array(z.object({ ...answers, dof: z.number(), level: z.number() })),
  tails: z.array(z.object({ ...answers, dof: z.number(), t: z.number() })),
  normal_tails: z.array(z.object({ ...answers, z: z.number() })),
});

export type Answers = z.infer<z.ZodObject<typeof answers>>;

/** Reads all of them. */
export function readGoldens(): z.infer<typeof goldens> {
  const file = fileURLToPath(new URL("../../fixtures/stats/goldens.json.gz", import.meta.url));
  return goldens.parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));
}

const TOLERANCE = 1e-12;

/**
 * Holds our numbers to both answers, by 1e-12 of each number, and of `scale` where cancellation leaves no more (an interval's end near 0, a
 * correlation near 0). Undefined is null with us, and null in the exact answers.
 */
export function expectEqual(where: string, ours: Readonly<Record<string, number | null>>, golden: Answers, scale = 0): void {
  for (const [key, value] of Object.entries(ours)) {
    const exact = golden.exact[key];
    if (exact === null || exact === undefined) {
      expect(value, `${where}: ${key}`).toBeNull();
      continue;
    }
    expectNear(`${where}: ${key} against the exact one`, value, exact, scale);
    const library = golden.scipy[key];
    if (library !== undefined && !golden.scipy_off.includes(key)) expectNear(`${where}: ${key} against scipy`, value, library, scale);
  }
}

/** Denormals have fewer digits than a tolerance of 1e-12 asks for. */
const SMALLEST = 1e-307;

function expectNear(where: string, ours: number | null, theirs: number, scale: number): void {
  const allowed = TOLERANCE * Math.max(Math.abs(theirs), scale) + SMALLEST;
  const isNear = ours !== null && Math.abs(ours - theirs) <= allowed;
  if (!isNear) expect.fail(`${where}: ${ours}, not ${theirs}`);
}
