// Rows that are kept with the margins that a model gave for them, so that a later answer that differs is noticed.

import { Buffer } from "node:buffer";
import { memberOf, type JsonValue } from "../json/json-value.ts";
import { readJson } from "../json/read-json.ts";
import { rejected, type Rejected } from "../rejected.ts";
import type { XgboostModel } from "../xgboost/model.ts";
import type { MarginCheck } from "./check-golden.ts";
import { compareMargins, marginRefusal } from "./compare-margins.ts";
import { createEvaluator, EVALUATOR_VERSION } from "./evaluator.ts";
import { seedRows, type SeedOptions } from "./seed-rows.ts";

/** Rows and their margins, one row after the other. */
export interface Proof {
  /** Version of the evaluator that gave the margins (EVALUATOR_VERSION). */
  readonly evaluator: number;
  readonly features: number;
  readonly outputs: number;
  readonly count: number;
  readonly rows: Float32Array;
  readonly margins: Float32Array;
}

export type ProofResult = { readonly ok: true; readonly proof: Proof } | Rejected;

/** Makes rows for a model and notes its margins. The same model, rows and seed give the same proof. */
export function makeProof(model: XgboostModel, options: SeedOptions): ProofResult {
  const seeded = seedRows(model, options);
  if (!seeded.ok) return seeded;
  const evaluated = createEvaluator(model);
  if (!evaluated.ok) return evaluated;
  const { rows, count } = seeded;
  const margins = evaluated.evaluator.margins(rows, count);
  return { ok: true, proof: { evaluator: EVALUATOR_VERSION, features: model.numFeature, outputs: model.outputs, count, rows, margins } };
}

/** Checks that a model still gives the margins of a proof, bit for bit. Refused: the first row that differs, and which evaluator noted it. */
export function checkProof(proof: Proof, model: XgboostModel): MarginCheck {
  const { features, outputs, count } = proof;
  if (features !== model.numFeature || outputs !== model.outputs)
    return rejected(
      `the kept rows are for ${features} features and ${outputs} outputs, but the model has ${model.numFeature} and ${model.outputs}`,
    );
  const evaluated = createEvaluator(model);
  if (!evaluated.ok) return evaluated;
  const difference = compareMargins(proof.margins, evaluated.evaluator.margins(proof.rows, count), outputs);
  if (difference === undefined) return { ok: true, rows: count };
  const since = proof.evaluator === EVALUATOR_VERSION ? "" : ` (kept by evaluator ${proof.evaluator}, this is ${EVALUATOR_VERSION})`;
  return marginRefusal(difference, outputs, `kept margin${since}`);
}

/** A proof as JSON text: counts, and rows and margins as base64 of little-endian float32. */
export function proofText({ evaluator, features, outputs, count, rows, margins }: Proof): string {
  return JSON.stringify({ evaluator, features, outputs, count, rows: packed(rows), margins: packed(margins) });
}

/** Reads what `proofText` wrote. Refused: any other document, and counts that do not fit the numbers. Never throws. */
export function parseProof(bytes: Uint8Array): ProofResult {
  const document = readJson(bytes, 4);
  if (!document.ok) return document;
  const [evaluator = -1, features = -1, outputs = -1, count = -1] = ["evaluator", "features", "outputs", "count"].map((name) =>
    wholeNumber(memberOf(document.value, name)),
  );
  if (Math.min(evaluator, features, outputs, count) < 0) return rejected("evaluator, features, outputs and count must be whole numbers");
  const rows = unpacked(memberOf(document.value, "rows"), count * features);
  const margins = unpacked(memberOf(document.value, "margins"), count * outputs);
  if (rows === undefined) return rejected(`"rows" does not hold ${count} rows of ${features} numbers`);
  if (margins === undefined) return rejected(`"margins" does not hold ${count} rows of ${outputs} numbers`);
  return { ok: true, proof: { evaluator, features, outputs, count, rows, margins } };
}

function wholeNumber(value: JsonValue | undefined): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : -1;
}

function packed(values: Float32Array): string {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [place, value] of values.entries()) bytes.writeFloatLE(value, place * 4);
  return bytes.toString("base64");
}

function unpacked(value: JsonValue | undefined, length: number): Float32Array | undefined {
  if (typeof value !== "string") return undefined;
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== length * 4) return undefined;
  return Float32Array.from({ length }, (_, place) => bytes.readFloatLE(place * 4));
}
