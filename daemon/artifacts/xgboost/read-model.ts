// From the bytes of a model document to what it says, with the trees checked in place where they are of the usual kind.

import { Buffer } from "node:buffer";
import { isJsonObject, memberOf } from "../json/json-value.ts";
import { readJson } from "../json/read-json.ts";
import type { Rejected } from "../rejected.ts";
import { checkModel, type ModelCheck } from "./check-model.ts";
import { NOT_PLAIN, skipBlanks } from "./plain-lists.ts";
import { readPlainTrees, type PlainTrees } from "./plain-trees.ts";
import { modelFault } from "./model-fault.ts";

/** What a model document says. `rewritten`: its text with LF line breaks, when it has others. */
export interface ModelReading extends ModelCheck {
  readonly ok: true;
  readonly rewritten: string | undefined;
}

/** Stands in the rest of a document where its trees were. */
const IN_PLACE = "trees checked in place";
const TREES = Buffer.from('"trees"');

/** What stands around the trees is copied; more than this never does in a usual document. */
const MAX_REST_BYTES = 8 * 1024 * 1024;

/** Reads and checks a model document. Refused: what is no JSON. Never throws. */
export function readModelDocument(bytes: Uint8Array): ModelReading | Rejected {
  const usual = readUsual(bytes);
  if (usual !== undefined) return { ok: true, ...usual, rewritten: undefined };
  const document = readJson(bytes);
  if (!document.ok) return document;
  const rewritten = document.text.includes("\r") ? document.text.replaceAll(/\r\n?/g, "\n") : undefined;
  return { ok: true, ...checkModel(document.value), rewritten };
}

/**
 * A document without a fault whose trees are plain, without a carriage return. Undefined for any other, also when it may be sound.
 *
 * The rest of the document is read as ever, with a text in the place of the trees. That the text is found where the trees belong shows that they
 * stand there: it occurs once, and with no escapes about, a text of the document is what its bytes are.
 */
function readUsual(bytes: Uint8Array): ModelCheck | undefined {
  const document = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = treesBegin(document);
  const trees = begin === NOT_PLAIN ? undefined : readPlainTrees(bytes, begin);
  if (trees === undefined || bytes.length - (trees.end - begin) > MAX_REST_BYTES) return undefined;
  const rest = readJson(Buffer.concat([document.subarray(0, begin), Buffer.from(`"${IN_PLACE}"`), document.subarray(trees.end)]));
  if (!rest.ok || /[\\\r]/.test(rest.text) || rest.text.indexOf(IN_PLACE) !== rest.text.lastIndexOf(IN_PLACE)) return undefined;
  const booster = memberOf(memberOf(rest.value, "learner"), "gradient_booster");
  const model = memberOf(booster, "model") ?? memberOf(memberOf(booster, "gbtree"), "model");
  if (!isJsonObject(model) || memberOf(model, "trees") !== IN_PLACE) return undefined;
  model["trees"] = Array.from({ length: trees.count }, () => null);
  const check = checkModel(rest.value, (_tree, number, features) => {
    if (!suits(trees, features)) modelFault(`tree ${number} does not suit ${features} features`);
  });
  return check.fault === undefined ? check : undefined;
}

function suits(trees: PlainTrees, features: number): boolean {
  return trees.features === features && trees.highestSplit < features;
}

/** Where the first list called "trees" begins. */
function treesBegin(document: Buffer): number {
  for (let name = document.indexOf(TREES); name >= 0; name = document.indexOf(TREES, name + 1)) {
    const colon = skipBlanks(document, name + TREES.length);
    if (document[colon] === 0x3a) return skipBlanks(document, colon + 1);
  }
  return NOT_PLAIN;
}
