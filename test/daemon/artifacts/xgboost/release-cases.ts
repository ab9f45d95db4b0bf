// The models of many XGBoost releases (test/fixtures/xgboost), by release, case and file.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureArchives, fixtureFolder } from "../../../support/fixture-archive.ts";

/** What a release's manifest says of a case; Python made it. */
export interface ManifestCase {
  readonly case: string;
  readonly feature_names: readonly string[] | null;
  readonly feature_types: readonly string[] | null;
  readonly best_iteration?: number;
  readonly classes?: readonly unknown[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly evals_result?: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** By file: the state that Python pickled. */
  readonly state: Readonly<Record<string, PickledState>>;
}

/** An object of a pickle as the manifest describes it. */
export interface PickledState {
  readonly $object: string;
  readonly state: Readonly<Record<string, unknown>>;
}

export interface ReleaseCase {
  readonly release: string;
  readonly name: string;
  readonly manifest: ManifestCase;
  /** Names of the model files: documents, legacy binaries and pickles. */
  readonly files: readonly string[];
  readonly read: (file: string) => Buffer;
}

const MODEL_FILE = /^(model|sklearn_model|booster|sklearn|misnamed|snapshot_binary)\..*(?<!\.npy)$/;

/** "1.7.6" as a number that orders releases: 1007. */
export function releaseNumber(release: string): number {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major * 1000 + minor;
}

/** All cases of a release, in order. */
export function releaseCases(release: string): readonly ReleaseCase[] {
  const folder = fixtureFolder(`xgboost/${release}`);
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { readonly cases: readonly ManifestCase[] };
  return manifest.cases
    .filter((entry) => existsSync(join(folder, entry.case)))
    .map((entry) => ({
      release,
      name: entry.case,
      manifest: entry,
      files: readdirSync(join(folder, entry.case)).filter((file) => MODEL_FILE.test(file)),
      read: (file) => readFileSync(join(folder, entry.case, file)),
    }));
}

/** The releases that there are archives of, oldest first. */
export function fixtureReleases(): readonly string[] {
  return fixtureArchives("xgboost/")
    .map((name) => name.slice("xgboost/".length))
    .filter((name) => /^\d/.test(name))
    .toSorted((a, b) => releaseNumber(a) - releaseNumber(b));
}
