// What a model file that is to be registered is, by its content: told by its first bytes, checked in its structure, never unpickled.

import { Buffer } from "node:buffer";
import type { ArtifactForm } from "../../../shared/domain/registry-types.ts";
import { memberOf } from "../json/json-value.ts";
import { containerOf } from "../pickle/container.ts";
import { rejected, type Rejected } from "../rejected.ts";
import { isBinaryModel } from "../xgboost/read-binary.ts";
import { readXgboost } from "../xgboost/read-xgboost.ts";
import { isCatboost, readCatboost } from "./catboost-file.ts";
import { isLightgbmText, readLightgbmText } from "./lightgbm-text.ts";
import { NOT_A_MODEL, xgboostFacts, type ModelFile, type ModelFormat } from "./model-file-facts.ts";
import { isOnnx, readOnnx } from "./onnx-file.ts";
import { readPickledModel } from "./pickled-model.ts";
import { readPythonJson } from "./python-json.ts";
import { weightsFrom, weightsFromPickle, type WeightsResult } from "./weights.ts";

export type { ModelFile, ModelFormat } from "./model-file-facts.ts";

export type ModelFileResult = { readonly ok: true; readonly file: ModelFile } | Rejected;

/** A format: how it shows in the first bytes, and how its structure is read. */
interface Format {
  readonly isIt: (bytes: Uint8Array, head: string) => boolean;
  readonly read: (bytes: Uint8Array) => ModelFileResult;
}

/** Pickles of protocols 0 and 1 have no magic; so they begin when they hold an instance, a dict, a list or a call. */
const TEXT_PICKLE = /^(?:c[\w.]+\n[\w.]+\n|\((?:[dl]p\d|[dl][.qr]|i[\w.]+\n[\w.]+\n|c[\w.]+\n)|[\]})][q.(])/;
/** Wrappers that joblib does not write. */
const ARCHIVES: ReadonlySet<string> = new Set(["zip", "7z"]);

const FORMATS: readonly Format[] = [
  { isIt: isLightgbmText, read: lightgbm },
  { isIt: isCatboost, read: catboost },
  { isIt: (_bytes, head) => head.startsWith("{L"), read: (bytes) => xgboost(bytes, "xgboost_ubj") },
  { isIt: (bytes, head) => head.startsWith("CONFIG-offset:") || isBinaryModel(bytes), read: (bytes) => xgboost(bytes, "xgboost_binary") },
  { isIt: (_bytes, head) => /^[ \t\r\n]*[{[]/.test(head), read: jsonFile },
  {
    isIt: (bytes) => ARCHIVES.has(containerOf(bytes)),
    read: () => known({ ...NOT_A_MODEL, format: "unknown", summary: "an archive, not looked into" }),
  },
  { isIt: (bytes, head) => bytes[0] === 0x80 || containerOf(bytes) !== "none" || TEXT_PICKLE.test(head), read: pickleFile },
  { isIt: isOnnx, read: onnx },
];

/**
 * Reads a model file. `form` is what the line's type takes, if it is one of the registry's: weights must then be weights, and a pickle must be a pickle
 * or a model. Refused: an empty file, a broken structure, what the form does not allow. Never throws, runs nothing.
 */
export function readModelFile(bytes: Uint8Array, form?: ArtifactForm): ModelFileResult {
  if (bytes.length === 0) return rejected("the file is empty");
  if (form === "weights") return readWeights(bytes);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 512)).toString("latin1");
  const format = FORMATS.find(({ isIt }) => isIt(bytes, head));
  const read = format?.read(bytes) ?? known({ ...NOT_A_MODEL, format: "unknown", summary: "a file of a format that is not known here" });
  if (!read.ok || form === undefined) return read;
  return read.file.format === "json" || read.file.format === "unknown"
    ? rejected(`a pickle or a model is wanted here, this is ${read.file.summary}`)
    : read;
}

function known(file: ModelFile): ModelFileResult {
  return { ok: true, file };
}

function xgboost(bytes: Uint8Array, format: ModelFormat): ModelFileResult {
  const read = readXgboost(bytes);
  return read.ok ? known({ ...NOT_A_MODEL, ...xgboostFacts(read.model), format }) : read;
}

/** A document with a learner is XGBoost's and must be sound; any other is plain JSON. */
function jsonFile(bytes: Uint8Array): ModelFileResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const model = buffer.includes('"learner"') ? xgboost(bytes, "xgboost_json") : undefined;
  if (model?.ok === true) return model;
  const document = readPythonJson(bytes);
  if (!document.ok) return document;
  const inner = memberOf(document.value, "Model") ?? document.value;
  if (model !== undefined && memberOf(inner, "learner") !== undefined) return model;
  return known({ ...NOT_A_MODEL, format: "json", summary: "a JSON document" });
}

function pickleFile(bytes: Uint8Array): ModelFileResult {
  const read = readPickledModel(bytes);
  return read.ok ? known(read.file) : read;
}

function lightgbm(bytes: Uint8Array): ModelFileResult {
  const read = readLightgbmText(bytes);
  if (!read.ok) return { ...read, reason: `no sound LightGBM model: ${read.reason}` };
  const { trees, features } = read;
  const objective = /^[\w:. -]{1,80}$/.test(read.objective) ? `, ${read.objective}` : "";
  const summary = `LightGBM text ${/^v\d{1,3}$/.test(read.version) ? read.version : "of no version"} with ${trees} trees${objective}, ${features} features`;
  return known({ ...NOT_A_MODEL, format: "lightgbm_text", summary, features, trees, warnings: trees === 0 ? ["it has no trees"] : [] });
}

function catboost(bytes: Uint8Array): ModelFileResult {
  const read = readCatboost(bytes);
  if (!read.ok) return { ...read, reason: `no sound CatBoost model: ${read.reason}` };
  const features = read.floatFeatures + read.categoricalFeatures;
  const summary = `CatBoost with ${read.trees} trees, ${features} features`;
  return known({ ...NOT_A_MODEL, format: "catboost_cbm", summary, features, trees: read.trees });
}

function onnx(bytes: Uint8Array): ModelFileResult {
  const read = readOnnx(bytes);
  if (!read.ok) return { ...read, reason: `no sound ONNX model: ${read.reason}` };
  return known({ ...NOT_A_MODEL, format: "onnx", summary: `ONNX of IR version ${read.irVersion} with ${read.nodes} nodes` });
}

/** Weights as JSON or as a pickled dict. */
function readWeights(bytes: Uint8Array): ModelFileResult {
  if (bytes[0] === 0x80 || containerOf(bytes) !== "none") {
    const pickle = readPickledModel(bytes);
    if (!pickle.ok) return pickle;
    return withWeights(
      pickle.file,
      pickle.value === undefined ? rejected("the pickle is too large for weights") : weightsFromPickle(pickle.value),
    );
  }
  const document = readPythonJson(bytes);
  if (!document.ok) return { ...document, reason: `weights are JSON: ${document.reason}` };
  return withWeights({ ...NOT_A_MODEL, format: "json", summary: "alpha weights" }, weightsFrom(document.value));
}

function withWeights(file: ModelFile, read: WeightsResult): ModelFileResult {
  if (!read.ok) return read;
  const { weights } = read;
  return known({
    ...file,
    weights,
    summary: `${Object.keys(weights).length} alpha weights in ${file.format === "json" ? "JSON" : `a ${file.format}`}`,
  });
}
