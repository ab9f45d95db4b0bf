// Model files of every XGBoost release and format, cut at every byte (refused) and changed at random (a model or refused), in bounded time and memory.

import { expect, it } from "vitest";
import { damaged, readingOf, samples } from "../daemon/artifacts/xgboost/damaged-bytes.ts";
import { fixtureReleases } from "../daemon/artifacts/xgboost/release-cases.ts";
import { createRandom, soakCount, soakSeed, timeBar } from "../support/soak.ts";

const CHANGES = soakCount(200_000);
/** Places at which each file is cut; a file has 2,000 to 40,000 bytes. */
const CUTS = soakCount(2_000);
/** DESIGN §7: what a hostile file may cost. */
const MAX_MS = timeBar(250);
const MAX_GROWTH_MB = 400;

const files = samples(fixtureReleases());
let slowest = 0;

/** Reads and times. */
function timedReading(bytes: Buffer): string {
  const start = performance.now();
  const reading = readingOf(bytes);
  slowest = Math.max(slowest, performance.now() - start);
  return reading;
}

it("cut files", () => {
  const bad: string[] = [];
  for (const { name, bytes } of files) {
    const step = Math.max(1, Math.floor(bytes.length / CUTS));
    for (let end = 0; end < bytes.length; end += step) {
      const reading = timedReading(bytes.subarray(0, end));
      if (reading !== "refused") bad.push(`${name} to ${end}: ${reading}`);
    }
  }
  expect(bad).toEqual([]);
});

it(`${CHANGES} changed files`, () => {
  const seed = soakSeed();
  const random = createRandom(seed);
  const before = process.memoryUsage().rss;
  const bad: string[] = [];
  for (let round = 0; round < CHANGES; round++) {
    const { name, bytes } = files[Math.floor(random() * files.length)] ?? { name: "none", bytes: Buffer.of() };
    const reading = timedReading(damaged(bytes, random));
    if (reading !== "refused" && reading !== "a model") bad.push(`${name} in round ${round} of seed ${seed}: ${reading}`);
  }
  expect(bad).toEqual([]);
  expect(slowest, "slowest reading in ms").toBeLessThan(MAX_MS);
  expect((process.memoryUsage().rss - before) / 2 ** 20, "growth of the process in MB").toBeLessThan(MAX_GROWTH_MB);
});
