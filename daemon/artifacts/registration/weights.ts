// Alpha weights: names and finite numbers, from JSON or from a pickled dict.

import { isJsonObject, setJsonMember, type JsonObject } from "../json/json-value.ts";
import { lenientFloat } from "../info-values.ts";
import { dictEntries } from "../pickle/dict.ts";
import { typeName } from "../pickle/python-text.ts";
import { isNode, type PickleValue } from "../pickle/values.ts";
import { rejected, type Rejected } from "../rejected.ts";
import { faultAt, finiteNumbers, shownValue } from "./field-readers.ts";
import { FaultList } from "./metadata-faults.ts";
import type { PythonJson } from "./python-json.ts";

/** Weights by name. */
export type Weights = Readonly<Record<string, number>>;

export type WeightsResult = { readonly ok: true; readonly weights: Weights } | Rejected;

/** Reads weights from a JSON document; what is wrong is told at once for all names. */
export function weightsFrom(document: PythonJson): WeightsResult {
  if (!isJsonObject(document)) return rejected(`weights are an object of names and numbers, this is ${shownValue(document)}`);
  const faults = new FaultList();
  const place = { path: "weights", note: (text: string) => faults.add("the model", text) };
  const weights = finiteNumbers(document, place);
  if (Object.keys(weights).length === 0) faultAt(place, "are empty");
  const fault = faults.fault();
  return fault === undefined ? { ok: true, weights } : rejected(fault.reason);
}

/** Reads weights from what a pickle holds: a dict of texts and numbers of Python or numpy. */
export function weightsFromPickle(root: PickleValue): WeightsResult {
  if (!isNode(root) || root.kind !== "dict") return rejected(`weights are a dict of names and numbers, this is a ${typeName(root)}`);
  const document: JsonObject = {};
  for (const [name, value] of dictEntries(root)) {
    if (typeof name !== "string") return rejected(`weights have names, this dict has a key of type ${typeName(name)}`);
    setJsonMember(document, name, asJson(value));
  }
  return weightsFrom(document);
}

/** A number as float; what is none in a form that the message can name. */
function asJson(value: PickleValue): PythonJson {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  return lenientFloat(value) ?? (isNode(value) && value.kind === "dict" ? {} : []);
}
