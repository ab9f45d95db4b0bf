// The archives of small XGBoost models: which there are, and what their manifests say.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { fixtureArchives, fixtureFolder } from "./fixture-archive.ts";

const shape = z.array(z.number());

/** One small model; other members of a case are described in test/fixtures/README.md. */
const fixtureCase = z.object({
  case: z.string(),
  dir: z.string(),
  note: z.string(),
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
  x_shape: shape.optional(),
  margin_shape: shape.optional(),
  pred_shape: shape.optional(),
  leaf_shape: shape.optional(),
  contribs_shape: shape.optional(),
  best_iteration: z.number().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  feature_names: z.array(z.string()).nullish(),
  feature_types: z.array(z.string()).nullish(),
  evals_result: z.record(z.string(), z.record(z.string(), z.array(z.number()))).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  predict_kwargs: z.record(z.string(), z.number()).optional(),
  sklearn_class: z.string().optional(),
});
export type XgboostFixtureCase = z.infer<typeof fixtureCase>;

const manifest = z.object({
  xgboost: z.string(),
  not_available: z.record(z.string(), z.string()),
  pickle_globals: z.record(z.string(), z.array(z.string())),
  cases: z.array(fixtureCase),
});

/** An unpacked archive and its manifest. */
export interface XgboostFixtures extends z.infer<typeof manifest> {
  /** Name of the archive: a release, or a release and `-synthetic`. */
  readonly archive: string;
  /** A case's files lie in `<folder>/<case.dir>/`. */
  readonly folder: string;
}

/** Names of all archives, such as `2.1.4` and `2.1.4-synthetic`. */
export const xgboostArchives: readonly string[] = fixtureArchives("xgboost/").map((name) => name.slice("xgboost/".length));

/** Unpacks an archive of `xgboostArchives` and reads its manifest. Throws for an unknown name. */
export function openXgboostFixtures(archive: string): XgboostFixtures {
  const folder = fixtureFolder(`xgboost/${archive}`);
  const text = readFileSync(join(folder, "manifest.json"), "utf8");
  return { archive, folder, ...manifest.parse(JSON.parse(text)) };
}
