// What proves a group's model before it goes live: its golden rows, its pickle beside its document, and rows that are kept with the version.

import { Buffer } from "node:buffer";
import type { GoldenState } from "../../shared/domain/description.ts";
import type { GoldenSet } from "./golden.ts";
import { checkGolden } from "./predict/check-golden.ts";
import { compareModels } from "./predict/compare-models.ts";
import { checkProof, makeProof, parseProof, proofText } from "./predict/proof.ts";
import type { SeedOptions } from "./predict/seed-rows.ts";
import type { XgboostModel } from "./xgboost/model.ts";
import { isSameModel } from "./xgboost/same-model.ts";

/** What a group offers as proof. */
export interface Evidence {
  /** The model as it is served. */
  readonly model: XgboostModel;
  /** The same model out of the group's pickle, when it has both. */
  readonly pickled: XgboostModel | undefined;
  readonly golden: GoldenSet | undefined;
}

/** How the proof came out. */
export interface Verdict {
  readonly golden: GoldenState;
  /** Why the model must not go live; empty = nothing speaks against it. */
  readonly failure: string;
  /** Rows and margins to keep with the version; undefined when nobody can compute them. */
  readonly proof: Buffer | undefined;
  /** Why there are none; empty when there are. */
  readonly unproven: string;
}

const SEED = 1;
const MOST_ROWS = 32;
const MOST_VALUES = 8192;

/** As many rows as fit a few kilobytes: each version keeps them. */
function rowsFor(model: XgboostModel): SeedOptions {
  const fitting = Math.floor(MOST_VALUES / Math.max(1, model.numFeature + model.outputs));
  return { rows: Math.max(4, Math.min(MOST_ROWS, fitting)), seed: SEED };
}

/** Looks at all of it. Never throws. */
export function proveModel({ model, pickled, golden }: Evidence): Verdict {
  const options = rowsFor(model);
  const made = makeProof(model, options);
  const checked = golden === undefined ? undefined : checkGolden(golden, model);
  const compared = pickled === undefined || isSameModel(model, pickled) ? undefined : compareModels(model, pickled, options);
  const failures = [
    ...(checked?.ok === false ? [`the golden rows: ${checked.reason}`] : []),
    ...(compared?.ok === false ? [`the model document and the model pickle are not the same model: ${compared.reason}`] : []),
  ];
  return {
    golden: checked === undefined ? "absent" : checked.ok ? "passed" : "failed",
    failure: failures.join("; "),
    proof: made.ok ? Buffer.from(proofText(made.proof)) : undefined,
    unproven: made.ok ? "" : made.reason,
  };
}

/** Whether a model still gives what was promised for it: its golden rows and the rows that were kept. Empty, or the first row that differs. */
export function standingFailure(model: XgboostModel, golden: GoldenSet | undefined, proof: Uint8Array | null): string {
  const checked = golden === undefined ? undefined : checkGolden(golden, model);
  if (checked?.ok === false) return `the golden rows: ${checked.reason}`;
  if (proof === null) return "";
  const kept = parseProof(proof);
  if (!kept.ok) return `the kept rows cannot be read: ${kept.reason}`;
  const proven = checkProof(kept.proof, model);
  return proven.ok ? "" : `the kept rows: ${proven.reason}`;
}
