// What a person wants to know of a version's model: the document, the pickle beside it, and what proves both.

import type { ModelView } from "../../shared/contract/model-operations.ts";
import type { ExactJson } from "../../shared/lib/exact-json.ts";
import { parseGolden } from "./golden.ts";
import { checkGolden } from "./predict/check-golden.ts";
import { createEvaluator } from "./predict/evaluator.ts";
import { parseProof, type Proof } from "./predict/proof.ts";
import { rejectionText, type Rejected } from "./rejected.ts";
import type { XgboostModel } from "./xgboost/model.ts";
import { modelFacts, type ModelFacts } from "./xgboost/model-facts.ts";
import { readXgboost, type PickleEnvelope, type XgboostResult } from "./xgboost/read-xgboost.ts";

/** The stored parts of a version that tell of its model. */
export interface StoredModel {
  readonly document: Uint8Array;
  readonly pickle: Uint8Array | null;
  readonly golden: Uint8Array | null;
  readonly proof: Uint8Array | null;
  /** How many features to list by importance. */
  readonly importance: number;
}

/** The view without what only the catalog knows. */
export type ModelDescription = Omit<ModelView, "line" | "version" | "document" | "sha256">;

const MOST_GLOBALS = 500;
const SAMPLES = 8;

/** Describes a model; refused when its document cannot be read. Never throws. */
export function describeModel(stored: StoredModel): ({ readonly ok: true } & { readonly view: ModelDescription }) | Rejected {
  const read = readXgboost(stored.document);
  if (!read.ok) return read;
  const { model } = read;
  const facts = modelFacts(model);
  const pickled = stored.pickle === null ? undefined : readXgboost(stored.pickle);
  const envelope = pickled?.ok === true ? pickled.envelope : null;
  const proof = stored.proof === null ? undefined : parseProof(stored.proof);
  const kept = proof?.ok === true ? proof.proof : undefined;
  return {
    ok: true,
    view: {
      ...factsView(facts, stored.importance),
      best_iteration: bestIteration(model, envelope),
      parameters: parametersOf(model, envelope),
      pickle: pickled === undefined ? null : pickleView(pickled),
      ...goldenView(stored.golden, model),
      proof_rows: kept?.count ?? 0,
      evaluator: kept?.evaluator ?? 0,
      samples: kept === undefined ? [] : samplesOf(kept, model),
    },
  };
}

function factsView(facts: ModelFacts, importance: number) {
  const { version, coefficients, importance: all, base_score, encoding: _encoding, ...rest } = facts;
  const { num_class: _classes, num_target: _targets, categorical_splits: _categorical, has_vector_leaves: _vector, ...shown } = rest;
  const sorted = all.toSorted((a, b) => (b.total_gain ?? 0) - (a.total_gain ?? 0) || a.feature - b.feature);
  return {
    ...shown,
    xgboost_version: version.join("."),
    base_score: [...base_score],
    importance: sorted.slice(0, importance).map((one) => ({ ...one })),
    importance_total: all.length,
    coefficients: coefficients.map((row) => [...row]),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Attributes hold it from 2.0 on, Python's state before. */
function bestIteration(model: XgboostModel, envelope: PickleEnvelope | null): number | null {
  const text = model.attributes.get("best_iteration") ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : (envelope?.bestIteration ?? null);
}

/** What was set of the scikit-learn parameters; without a wrapper the parameters of the objective. */
function parametersOf(model: XgboostModel, envelope: PickleEnvelope | null): [string, ExactJson][] {
  const set = Object.entries(envelope?.parameters ?? {}).filter(([, value]) => value !== null);
  if (set.length > 0) return set;
  return Object.entries(model.objective.parameters).flatMap(([name, value]): [string, ExactJson][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([inner, text]): [string, ExactJson] => [`${name}.${inner}`, text])
      : [[name, value]],
  );
}

function pickleView(pickled: XgboostResult): ModelView["pickle"] {
  if (!pickled.ok || pickled.envelope === null) return null;
  const { className, classes, clientObjective, facts, warnings } = pickled.envelope;
  return {
    class_name: className,
    protocol: facts.protocol,
    container: facts.container,
    globals: facts.globals.slice(0, MOST_GLOBALS).map(({ module, name }) => `${module}.${name}`),
    globals_total: facts.globalsTotal,
    unknown_calls: facts.unknownCalls.map(({ module, name }) => `${module}.${name}`),
    classes: classes === null ? null : [...classes],
    client_objective: clientObjective,
    warnings: [...warnings],
  };
}

function goldenView(bytes: Uint8Array | null, model: XgboostModel): Pick<ModelView, "golden" | "golden_detail"> {
  if (bytes === null) return { golden: "absent", golden_detail: "" };
  const golden = parseGolden(bytes);
  if (!golden.ok) return { golden: "not_checked", golden_detail: rejectionText(golden) };
  const checked = checkGolden(golden.golden, model);
  return checked.ok ? { golden: "passed", golden_detail: "" } : { golden: "failed", golden_detail: checked.reason };
}

/** Some of the kept rows with what the model answers for them now; JSON has no infinities, so rows with such are left out. */
function samplesOf(proof: Proof, model: XgboostModel): ModelView["samples"] {
  const evaluated = createEvaluator(model);
  if (!evaluated.ok || proof.features !== model.numFeature || proof.outputs !== model.outputs) return [];
  const { evaluator } = evaluated;
  const shown = Array.from({ length: proof.count }, (_, row) => proof.rows.subarray(row * proof.features, (row + 1) * proof.features))
    .filter((row) => !row.includes(Number.POSITIVE_INFINITY) && !row.includes(Number.NEGATIVE_INFINITY))
    .slice(0, SAMPLES);
  const count = shown.length;
  const rows = Float32Array.from(shown.flatMap((row) => [...row]));
  const [margins, predictions] = [evaluator.margins(rows, count), evaluator.predictions(rows, count)];
  const part = (values: Float32Array, width: number, row: number): (number | null)[] =>
    Array.from(values.subarray(row * width, (row + 1) * width), finite);
  return Array.from({ length: count }, (_, row) => ({
    row: part(rows, proof.features, row),
    margin: part(margins, evaluator.outputs, row),
    prediction: part(predictions, evaluator.predictionOutputs, row),
  }));
}
