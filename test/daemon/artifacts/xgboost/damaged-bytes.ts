// Model files of all releases, cut and changed at random, and what a reading of them must be.

import { modelFacts } from "../../../../daemon/artifacts/xgboost/model-facts.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { releaseCases } from "./release-cases.ts";

/** Kinds that between them have everything a model can have. */
const NAMES = new Set(["cat", "dart", "forest_softprob", "gblinear", "pruned", "skl_classifier_bin", "vector_leaf", "poisson"]);

/** A model file. */
export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Every model file of some cases of these releases. */
export function samples(releases: readonly string[]): readonly Sample[] {
  return releases
    .flatMap((release) => releaseCases(release))
    .filter(({ name }) => NAMES.has(name))
    .flatMap((entry) => entry.files.map((file) => ({ name: `${entry.release}/${entry.name}/${file}`, bytes: entry.read(file) })));
}

/** The bytes cut off, or with some of them changed, taken out or doubled. `random` gives numbers from 0 to 1. */
export function damaged(bytes: Buffer, random: () => number): Buffer {
  const place = (): number => Math.floor(random() * bytes.length);
  if (random() < 0.2) return bytes.subarray(0, place());
  let copy = Buffer.from(bytes);
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    copy[place()] = Math.floor(random() * 256);
    const at = place();
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  if (random() < 0.2) copy = Buffer.concat([copy.subarray(0, place()), copy.subarray(place())]);
  return copy;
}

/** Reads the bytes: "a model" that can be summarised, "refused" with place and reason, or a text of what is wrong with the answer. */
export function readingOf(bytes: Buffer): string {
  const read = readXgboost(bytes);
  if (read.ok) {
    const { model } = read;
    modelFacts(model);
    const sizes = model.booster.kind === "trees" ? model.booster.trees.map((tree) => tree.leftChildren.length) : [];
    return sizes.reduce((sum, size) => sum + size, 0) > 10 * bytes.length + 100_000 ? "more nodes than the bytes can hold" : "a model";
  }
  if (read.reason === "" || read.reason.length > 500) return `a reason of ${read.reason.length} characters`;
  // Offsets in a compressed pickle count from the start of what is in it.
  return Number.isInteger(read.offset) && read.offset >= 0 ? "refused" : `the offset ${read.offset}`;
}
