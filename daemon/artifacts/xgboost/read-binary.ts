// The legacy binary model, which releases up to 2.1 write and up to 3.0 read: bytes to the typed model.
// Format: Learner::SaveModel, GBTreeModel::Save, Dart::Save, GBLinearModel::Save and RegTree::Save of XGBoost 0.7 to 2.1. Little-endian structs.

import { Buffer } from "node:buffer";
import { isJsonObject, type JsonObject } from "../json/json-value.ts";
import { readJson } from "../json/read-json.ts";
import { BinaryCursor } from "./binary-cursor.ts";
import { checkFeatureCount, checkLinear, checkOutputCount, checkTreeGroups, checkTreeWeights } from "./booster-rules.ts";
import { modelFault } from "./model-fault.ts";
import type { LinearBooster, TreeBooster, XgboostModel } from "./model.ts";
import { readBinaryTree } from "./read-binary-tree.ts";

const LEARNER_BYTES = 136;
const BOOSTER_PARAM_BYTES = 160;
const LINEAR_PARAM_BYTES = 136;
/** The least that a tree takes: its parameters and one node with its statistics, and its entry in tree_info. */
const MIN_TREE_BYTES = 148 + 20 + 16 + 4;
/** A tree's arrays take some 2 KB, however few its nodes. */
const maxTrees = (bytes: number): number => 20_000 + Math.floor(bytes / 400);
/** No objective's or booster's name is longer. */
const MAX_NAME = 64;

/** The learner's fields. */
interface LearnerHeader {
  readonly baseScore: number;
  readonly features: number;
  readonly numClass: number;
  readonly hasAttributes: boolean;
  readonly hasMetrics: boolean;
  readonly major: number;
  readonly minor: number;
  readonly numTarget: number;
  readonly boostFromAverage: boolean | undefined;
}

const BOOSTERS: ReadonlySet<string> = new Set(["gbtree", "dart", "gblinear"]);

/** True when the bytes are a legacy model by their content: "binf", or the names of objective and booster where they stand without it. */
export function isBinaryModel(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = text.toString("latin1", 0, 4) === "binf" ? 4 : 0;
  if (start === 4) return true;
  const objectiveAt = start + LEARNER_BYTES;
  const length = nameLength(text, objectiveAt);
  if (length === undefined) return false;
  const boosterAt = objectiveAt + 8 + length;
  const boosterLength = nameLength(text, boosterAt);
  return boosterLength !== undefined && BOOSTERS.has(text.toString("latin1", boosterAt + 8, boosterAt + 8 + boosterLength));
}

function nameLength(bytes: Buffer, at: number): number | undefined {
  if (at + 8 > bytes.length || bytes.readUInt32LE(at + 4) !== 0) return undefined;
  const length = bytes.readUInt32LE(at);
  return length > 0 && length <= MAX_NAME ? length : undefined;
}

/** Reads a legacy model to its last byte. Throws ModelFault with the place. */
export function readBinaryModel(bytes: Uint8Array): XgboostModel {
  const cursor = new BinaryCursor(bytes);
  if (cursor.startsWith("binf")) cursor.take(4, "the header");
  const header = readHeader(cursor);
  checkFeatureCount(header.features, header.features);
  const outputs = Math.max(1, header.numClass, header.numTarget);
  checkOutputCount(outputs);
  const objective = cursor.text("the objective's name");
  const name = cursor.text("the booster's name");
  if (!BOOSTERS.has(name))
    modelFault(`booster ${JSON.stringify(name.slice(0, 60))} is unknown (gbtree, dart and gblinear exist)`, cursor.at);
  const booster =
    name === "gblinear" ? readLinear(cursor, header.features, outputs) : readTrees(cursor, header.features, outputs, name === "dart");
  const attributes = new Map(header.hasAttributes ? cursor.pairs("the attributes") : []);
  if (header.major === 0) skipOldTail(cursor, objective, header);
  if (cursor.left > 0) modelFault(`${cursor.left} bytes follow the model`, cursor.at);
  return {
    encoding: "binary",
    version: [header.major, header.minor, 0],
    objective: { name: objective, parameters: objectiveParameters(attributes) },
    numFeature: header.features,
    numClass: header.numClass,
    numTarget: header.numTarget,
    outputs,
    baseScore: Float32Array.of(header.baseScore),
    isBaseMargin: header.major === 0,
    boostFromAverage: header.boostFromAverage,
    featureNames: [],
    featureTypes: [],
    attributes,
    booster,
  };
}

function readHeader(cursor: BinaryCursor): LearnerHeader {
  const at = cursor.take(LEARNER_BYTES, "the model's parameters");
  const { view } = cursor;
  const word = (place: number): number => view.getInt32(at + 4 * place, true);
  const [major, minor] = [word(5), word(6)];
  if (major < 0 || minor < 0 || major > 2 || minor > 1000)
    modelFault(`the version is ${major}.${minor}, but only releases up to 2.1 wrote this format`, at + 20);
  const since = (release: number): boolean => major * 1000 + minor >= release;
  const [features, numClass, numTarget] = [view.getUint32(at + 4, true), word(2), since(1006) ? word(7) : 1];
  if (numClass < 0) modelFault(`num_class is ${numClass}`, at + 8);
  if (numTarget < 0) modelFault(`num_target is ${numTarget}`, at + 28);
  return {
    baseScore: view.getFloat32(at, true),
    features,
    numClass,
    hasAttributes: word(3) !== 0,
    hasMetrics: word(4) !== 0,
    major,
    minor,
    numTarget: Math.max(1, numTarget),
    boostFromAverage: since(1007) ? word(8) !== 0 : undefined,
  };
}

function readTrees(cursor: BinaryCursor, features: number, outputs: number, isDart: boolean): TreeBooster {
  const at = cursor.take(BOOSTER_PARAM_BYTES, "the booster's parameters");
  const count = cursor.view.getInt32(at, true);
  if (count < 0 || count > cursor.left / MIN_TREE_BYTES) modelFault(`num_trees is ${count}, but ${cursor.left} bytes are left`, at);
  const most = maxTrees(cursor.view.byteLength);
  if (count > most) modelFault(`num_trees is ${count}; of a file of this size at most ${most} are read`, at);
  const trees = Array.from({ length: count }, (_, number) => readBinaryTree(cursor, number, features));
  const treeGroups = cursor.int32s(count, "tree_info");
  checkTreeGroups(treeGroups, count, outputs);
  const weights = isDart && count > 0 ? cursor.countedSingles("weight_drop") : new Float32Array();
  checkTreeWeights(weights, count, isDart);
  return {
    kind: "trees",
    trees,
    treeGroups,
    // Up to 1.5 this was the number of roots, always 1.
    numParallelTree: Math.max(1, cursor.view.getInt32(at + 4, true)),
    roundBounds: undefined,
    treeWeights: isDart ? weights : undefined,
    categories: undefined,
  };
}

function readLinear(cursor: BinaryCursor, features: number, outputs: number): LinearBooster {
  cursor.take(LINEAR_PARAM_BYTES, "the booster's parameters");
  const weights = cursor.countedSingles("the weights");
  checkLinear(weights, features, outputs);
  return { kind: "linear", weights, rounds: undefined };
}

/** Before 1.0: the step of the Poisson objective and the names of the metrics. */
function skipOldTail(cursor: BinaryCursor, objective: string, header: LearnerHeader): void {
  if (objective === "count:poisson") cursor.text("max_delta_step");
  if (header.hasMetrics) cursor.texts("the metrics");
}

/** From 1.0 on the attributes hold the objective as JSON and the metrics' names; XGBoost takes both out when it loads the model. */
function objectiveParameters(attributes: Map<string, string>): JsonObject {
  const text = attributes.get("objective");
  attributes.delete("metrics");
  attributes.delete("objective");
  if (text === undefined) return {};
  const read = readJson(Buffer.from(text));
  if (!read.ok || !isJsonObject(read.value)) return modelFault('the attribute "objective" is no JSON object');
  return Object.fromEntries(Object.entries(read.value).filter(([key]) => key !== "name"));
}
