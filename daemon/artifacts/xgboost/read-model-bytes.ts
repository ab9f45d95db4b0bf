// A model's own bytes, without a pickle around them: a document, the legacy binary, or a snapshot of a booster's memory.
//
// Snapshots are what pickles hold. 1.3 and later: {"Config": …, "Model": …} as JSON, from 1.6 on as UBJSON. 1.0 to 1.2: "CONFIG-offset:", the length
// of a legacy model, that model, the configuration as JSON. Before: the legacy model alone. Source: Learner::Save of XGBoost's src/learner.cc.

import { Buffer } from "node:buffer";
import { readJson } from "../json/read-json.ts";
import { rejected, type Rejected } from "../rejected.ts";
import { documentMember, type DocumentValue } from "./document-value.ts";
import { forestOfConfig, forestOfLimits, withForest } from "./forest.ts";
import { ModelFault } from "./model-fault.ts";
import type { ModelEncoding, XgboostModel } from "./model.ts";
import { isBinaryModel, readBinaryModel } from "./read-binary.ts";
import { readModelObject } from "./read-document.ts";
import { readUbjson } from "./read-ubjson.ts";
import { withExactSingles } from "./single-texts.ts";

/** A model, or why there is none. */
export type ModelResult = { readonly ok: true; readonly model: XgboostModel } | Rejected;

const OFFSET_HEADER = "CONFIG-offset:";

/** A format, and how it shows in the first bytes. */
interface Format {
  readonly isIt: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array) => ModelResult;
}

const FORMATS: readonly Format[] = [
  { isIt: (bytes) => startsWith(bytes, "{L"), read: readUbjsonModel },
  { isIt: (bytes) => /^[ \t\r\n]*[{[]/.test(head(bytes, 64)), read: readJsonModel },
  { isIt: (bytes) => startsWith(bytes, OFFSET_HEADER), read: readOffsetSnapshot },
  { isIt: isBinaryModel, read: (bytes) => orRejected(() => withOwnForest(readBinaryModel(bytes))) },
];

function head(bytes: Uint8Array, count: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(count, bytes.byteLength)).toString("latin1");
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return head(bytes, text.length) === text;
}

/** Reads a model by its content; undefined when it is in none of these formats. Never throws. */
export function readModelBytes(bytes: Uint8Array): ModelResult | undefined {
  return FORMATS.find((format) => format.isIt(bytes))?.read(bytes);
}

function orRejected(read: () => XgboostModel): ModelResult {
  try {
    return { ok: true, model: read() };
  } catch (error) {
    if (error instanceof ModelFault) return rejected(error.message, error.offset);
    throw error;
  }
}

function readUbjsonModel(bytes: Uint8Array): ModelResult {
  const document = readUbjson(bytes);
  return document.ok ? orRejected(() => modelOf(document.value, "ubjson", { isDoubtful: false })) : document;
}

function readJsonModel(bytes: Uint8Array): ModelResult {
  const document = readJson(bytes);
  if (!document.ok) return document;
  const rounding = { isDoubtful: false };
  const model = orRejected(() => modelOf(document.value, "json", rounding));
  if (!model.ok || !rounding.isDoubtful) return model;
  const exact = readJson(Buffer.from(withExactSingles(document.text)));
  return exact.ok ? orRejected(() => modelOf(exact.value, "json", rounding)) : exact;
}

/** The model of a document, or of a snapshot. */
function modelOf(document: DocumentValue, encoding: ModelEncoding, rounding: { isDoubtful: boolean }): XgboostModel {
  const inner = documentMember(document, "learner") === undefined ? documentMember(document, "Model") : undefined;
  return withOwnForest(readModelObject(inner ?? document, encoding, rounding), documentMember(document, "Config"));
}

/** The trees of a round as the configuration or the attributes tell them. */
function withOwnForest(model: XgboostModel, config?: DocumentValue): XgboostModel {
  const { attributes } = model;
  return withForest(model, forestOfConfig(config) ?? forestOfLimits(attributes.get("best_iteration"), attributes.get("best_ntree_limit")));
}

function readOffsetSnapshot(bytes: Uint8Array): ModelResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = OFFSET_HEADER.length + 8;
  if (buffer.length < begin) return rejected("the snapshot ends within its header", buffer.length);
  const length = buffer.readBigInt64LE(OFFSET_HEADER.length);
  if (length < 0n || length > BigInt(buffer.length - begin))
    return rejected(`the snapshot's model has ${length} bytes, but ${buffer.length - begin} are left`, OFFSET_HEADER.length);
  const end = begin + Number(length);
  const config = readJson(buffer.subarray(end));
  if (!config.ok) return rejected(`the configuration behind the snapshot's model: ${config.reason}`, end + config.offset);
  const model = orRejected(() => withOwnForest(readBinaryModel(buffer.subarray(begin, end)), config.value));
  return model.ok ? model : { ...model, offset: begin + model.offset };
}
