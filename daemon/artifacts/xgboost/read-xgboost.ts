// From the bytes of any XGBoost model file to the typed model, by content alone.

import { containerOf } from "../pickle/container.ts";
import { readPickle } from "../pickle/read-pickle.ts";
import { dictGet } from "../pickle/dict.ts";
import { elementsOf, lenientInt as pythonInt } from "../info-values.ts";
import type { DictValue } from "../pickle/values.ts";
import { rejected, rejectionText, type Rejected } from "../rejected.ts";
import { forestOfLimits, withForest } from "./forest.ts";
import type { XgboostModel } from "./model.ts";
import { envelopeOf, findBooster, type PickleEnvelope } from "./pickle-envelope.ts";
import { readModelBytes } from "./read-model-bytes.ts";

export type { PickleEnvelope } from "./pickle-envelope.ts";

/** A model and, when it came in a pickle, what that says around it; or why there is none. */
export type XgboostResult = { readonly ok: true; readonly model: XgboostModel; readonly envelope: PickleEnvelope | null } | Rejected;

/**
 * Reads a model of any release from 0.72 to 3.4: JSON, UBJSON, the legacy binary, memory snapshots, and pickles of any protocol (also in joblib files
 * and compressed) of Boosters and scikit-learn wrappers. Nothing of a pickle is executed. Every number is the float32 that is stored or that its
 * text is nearest to. Refused, with the place: whatever XGBoost could not load or would predict nonsense with. Never throws.
 */
export function readXgboost(bytes: Uint8Array): XgboostResult {
  if (bytes.length === 0) return rejected("the file is empty");
  const plain = readModelBytes(bytes);
  if (plain !== undefined) return plain.ok ? { ...plain, envelope: null } : plain;
  return readPickledModel(bytes);
}

/** Bytes with which pickles begin: PROTO, and what protocols 0 and 1 write for an instance. */
const PICKLE_STARTS: ReadonlySet<number> = new Set([0x80, 0x63, 0x28, 0x69]);

function readPickledModel(bytes: Uint8Array): XgboostResult {
  const pickle = readPickle(bytes);
  if (!pickle.ok) {
    const mayBe = containerOf(bytes) !== "none" || PICKLE_STARTS.has(bytes[0] ?? 0);
    return mayBe
      ? { ok: false, offset: pickle.offset, reason: `no readable pickle: ${pickle.reason}` }
      : rejected("this is neither an XGBoost model in JSON, UBJSON or the legacy binary format nor a pickle of one");
  }
  const found = findBooster(pickle.value);
  if (!found.ok) return found;
  const inner = readModelBytes(found.handle);
  if (inner === undefined) return rejected(`the bytes of the ${found.className} in the pickle are in none of XGBoost's formats`);
  if (!inner.ok) return rejected(`the bytes of the ${found.className} in the pickle: ${rejectionText(inner)}`);
  const model = withPythonState(inner.model, found.state);
  return { ok: true, model, envelope: envelopeOf(found, model.attributes, pickle.facts) };
}

/** What only Python's state knows. Up to 1.3 the features' names and types; names that Python made up (f0, f1, …) are none. */
function withPythonState(model: XgboostModel, state: DictValue): XgboostModel {
  const names = textsFor(model, state, "feature_names");
  const types = textsFor(model, state, "feature_types");
  const named = {
    ...model,
    featureNames: model.featureNames.length > 0 || names.every((name, i) => name === `f${i}`) ? model.featureNames : names,
    featureTypes: model.featureTypes.length > 0 ? model.featureTypes : types,
  };
  if (model.version[0] > 0) return named;
  const [iteration, trees] = [dictGet(state, "best_iteration"), dictGet(state, "best_ntree_limit")].map(pythonInt);
  return withForest(named, forestOfLimits(iteration, trees));
}

/** A list of one text a feature; anything else is none. */
function textsFor(model: XgboostModel, state: DictValue, key: string): readonly string[] {
  const entries = elementsOf(dictGet(state, key), model.numFeature + 1) ?? [];
  const texts = entries.filter((entry) => typeof entry === "string");
  return texts.length === model.numFeature && entries.length === texts.length ? texts : [];
}
