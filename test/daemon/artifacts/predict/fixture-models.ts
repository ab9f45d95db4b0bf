// The small models of every XGBoost release with what that release answered, for tests that hold our answers against them.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy, type NpyArray } from "../../../../daemon/artifacts/predict/npy.ts";
import { createEvaluator, type Evaluator, type EvaluatorOptions } from "../../../../daemon/artifacts/predict/evaluator.ts";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { openXgboostFixtures, type XgboostFixtureCase } from "../../../support/xgboost-fixtures.ts";

/** A kind of model of one archive. */
export interface FixtureCase {
  readonly archive: string;
  readonly kind: string;
  readonly entry: XgboostFixtureCase;
  /** Names of the model files: documents, legacy binaries, pickles of the booster. */
  readonly files: readonly string[];
  read(file: string): Buffer;
  /** A saved array; undefined when the archive does not have it. */
  array(name: string): NpyArray | undefined;
}

const MODEL_FILE = /^(?:model|booster|misnamed)\./;

/** The cases of an archive that have rows to answer for. */
export function fixtureCases(archive: string): readonly FixtureCase[] {
  const { folder, cases } = openXgboostFixtures(archive);
  return cases
    .filter((entry) => "X.npy" in entry.files)
    .map((entry) => ({
      archive,
      kind: entry.case,
      entry,
      files: Object.keys(entry.files).filter((file) => MODEL_FILE.test(file)),
      read: (file) => readFileSync(join(folder, entry.dir, file)),
      array: (name) => (existsSync(join(folder, entry.dir, name)) ? savedArray(join(folder, entry.dir, name)) : undefined),
    }));
}

/** Leaf numbers and class numbers come as integers; all of them are small. */
function savedArray(path: string): NpyArray {
  const array = readNpy(readFileSync(path));
  if (!array.ok) throw new Error(`${path}: ${array.reason}`);
  return array;
}

/** One case; throws when there is none of that name. */
export function fixtureCase(archive: string, kind: string): FixtureCase {
  const found = fixtureCases(archive).find((entry) => entry.kind === kind);
  if (found === undefined) throw new Error(`archive ${archive} has no ${kind}`);
  return found;
}

/** The model in some bytes. Throws when they are refused. */
export function modelFrom(bytes: Uint8Array): XgboostModel {
  const read = readXgboost(bytes);
  if (!read.ok) throw new Error(read.reason);
  return read.model;
}

/** An evaluator; throws when the model is refused. */
export function evaluatorFor(model: XgboostModel, options?: EvaluatorOptions): Evaluator {
  const made = createEvaluator(model, options);
  if (!made.ok) throw new Error(made.reason);
  return made.evaluator;
}

/** The model document of a case, JSON where there is one. */
export function fixtureModel({ files, read }: FixtureCase): XgboostModel {
  return modelFrom(read(files.find((file) => file === "model.json") ?? files[0] ?? ""));
}

/** The float32 rows of a case and their number. */
export function fixtureRows({ array, kind }: FixtureCase, name = "X.npy"): { readonly rows: Float32Array; readonly count: number } {
  const saved = array(name);
  if (saved === undefined) throw new Error(`${kind} has no ${name}`);
  return { rows: saved.values, count: saved.shape[0] ?? 0 };
}

/** How many numbers differ in their bits, and the first that do; empty when none does. Every NaN is the same. */
export function differences(ours: ArrayLike<number>, theirs: Float32Array): string {
  if (ours.length !== theirs.length) return `${ours.length} numbers instead of ${theirs.length}`;
  let first = -1;
  let count = 0;
  for (let place = 0; place < theirs.length; place++) {
    if (Object.is(ours[place], theirs[place])) continue;
    if (count === 0) first = place;
    count++;
  }
  return count === 0 ? "" : `${count} of ${theirs.length}, at ${first}: ${ours[first]} instead of ${theirs[first]}`;
}
