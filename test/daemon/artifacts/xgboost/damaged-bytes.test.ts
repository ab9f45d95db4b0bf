// Cut and changed model files of every format give a model or a refusal. The soak suite does the same at full counts.

import { expect, it } from "vitest";
import { createRandom } from "../../../support/soak.ts";
import { damaged, readingOf, samples } from "./damaged-bytes.ts";

/** One for each way of writing: raw binary, CONFIG-offset, JSON and UBJSON snapshots, base scores in brackets. */
const files = samples(["0.90", "1.0.2", "1.3.3", "2.1.4", "3.4.1"]);
/** Places at which each file is cut. */
const CUTS = 12;

it("there are samples of every format", () => {
  const endings = files.map(({ name }) => name.replace(/.*\/[a-z_]+\./, "").replace(/p\d/, "p"));
  expect([...new Set(endings)].toSorted()).toEqual(expect.arrayContaining(["deprecated", "json", "model", "p.pkl", "ubj"]));
  expect(files.length).toBeGreaterThan(50);
});

it("every file, cut at some places, is refused", () => {
  const bad: string[] = [];
  for (const { name, bytes } of files) {
    const step = Math.max(1, Math.floor(bytes.length / CUTS));
    for (let end = 0; end < bytes.length; end += step) {
      const reading = readingOf(bytes.subarray(0, end));
      if (reading !== "refused") bad.push(`${name} to ${end}: ${reading}`);
    }
  }
  expect(bad).toEqual([]);
});

it("changed files give a model or a refusal", () => {
  const random = createRandom(20260120);
  const bad: string[] = [];
  let models = 0;
  for (let round = 0; round < 1500; round++) {
    const { name, bytes } = files[Math.floor(random() * files.length)] ?? { name: "none", bytes: Buffer.of() };
    const reading = readingOf(damaged(bytes, random));
    if (reading === "a model") models++;
    else if (reading !== "refused") bad.push(`${name} in round ${round}: ${reading}`);
  }
  expect(bad).toEqual([]);
  expect(models).toBeGreaterThan(50);
});
