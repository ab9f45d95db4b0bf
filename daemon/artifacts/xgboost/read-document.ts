// From a parsed JSON or UBJSON model document to the typed model.

import type { JsonObject } from "../json/json-value.ts";
import { checkModel, lenientInt, outputsOf, treeModel, treeWeights } from "./check-model.ts";
import { int32List, singleList, textList, type Rounding } from "./document-lists.ts";
import { documentMember, isDocumentObject, isList, listEntries, plainValue, type DocumentValue } from "./document-value.ts";
import { modelFault, shown } from "./model-fault.ts";
import type { LinearBooster, ModelEncoding, ModelObjective, Tree, TreeBooster, XgboostModel } from "./model.ts";
import { nearestSingle } from "./single.ts";
import { readTree } from "./read-tree.ts";

/**
 * Reads a document of any release from 1.0 to 3.4. Throws ModelFault naming the place. `rounding` is told when a number of the document stands
 * exactly between two float32 values, so that only its text could say which one is meant.
 */
export function readModelObject(document: DocumentValue, encoding: ModelEncoding, rounding: Rounding): XgboostModel {
  const trees: Tree[] = [];
  const { fault, meta } = checkModel(document, (tree, number, features, outputs) => {
    const read = readTree(tree, number, features, outputs, rounding);
    checkStored(tree, number, read);
    trees.push(read);
  });
  if (fault !== undefined || meta === null) return modelFault(fault ?? "there is no model");
  const learner = documentMember(document, "learner");
  const param = documentMember(learner, "learner_model_param");
  const booster = documentMember(learner, "gradient_booster");
  const outputs = outputsOf(param);
  const average = lenientInt(documentMember(param, "boost_from_average"));
  const featureTypes = textList(documentMember(learner, "feature_types"), "feature_types");
  if (featureTypes.length > 0 && featureTypes.length !== meta.feature_dim)
    modelFault(`feature_types has ${featureTypes.length} entries for ${meta.feature_dim} features`);
  return {
    encoding,
    version: versionOf(documentMember(document, "version")),
    objective: objectiveOf(documentMember(learner, "objective")),
    numFeature: meta.feature_dim,
    numClass: lenientInt(documentMember(param, "num_class")) ?? 0,
    numTarget: lenientInt(documentMember(param, "num_target")) ?? 1,
    outputs,
    baseScore: baseScoreOf(documentMember(param, "base_score"), outputs, rounding),
    isBaseMargin: false,
    boostFromAverage: average === undefined ? undefined : average !== 0,
    featureNames: textList(documentMember(learner, "feature_names"), "feature_names"),
    featureTypes,
    attributes: attributesOf(documentMember(learner, "attributes")),
    booster: meta.booster === "gblinear" ? linearBooster(booster, rounding) : treeBooster(booster, trees, rounding),
  };
}

/** What a tree says of itself, and XGBoost compares when it loads it. 1.0 does not write num_deleted. */
function checkStored(tree: DocumentValue, number: number, read: Tree): void {
  const id = documentMember(tree, "id");
  if (id !== undefined && id !== number) modelFault(`tree ${number}: its id is ${shown(id)}`);
  const deleted = documentMember(documentMember(tree, "tree_param"), "num_deleted");
  if (deleted !== undefined && lenientInt(deleted) !== read.numDeleted)
    modelFault(`tree ${number}: num_deleted is ${shown(deleted)}, but ${read.numDeleted} nodes are deleted`);
}

function versionOf(value: DocumentValue | undefined): readonly [number, number, number] {
  const [major, minor, patch] = isList(value) && value.length === 3 ? listEntries(value) : [];
  if (!isVersionPart(major) || !isVersionPart(minor) || !isVersionPart(patch))
    return modelFault(
      `version is ${value === undefined ? "missing" : "no list of three whole numbers"}, so it is not known how to read the document`,
    );
  return [major, minor, patch];
}

function isVersionPart(value: DocumentValue | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

function objectiveOf(value: DocumentValue | undefined): ModelObjective {
  const parameters: JsonObject = {};
  if (!isDocumentObject(value)) return modelFault("learner.objective is missing");
  for (const [key, member] of Object.entries(value)) if (key !== "name") Object.assign(parameters, { [key]: plainValue(member) });
  const name = documentMember(value, "name");
  return { name: typeof name === "string" ? name : modelFault("learner.objective.name is missing"), parameters };
}

function attributesOf(value: DocumentValue | undefined): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isDocumentObject(value)) return modelFault("attributes is no object");
  return new Map(
    Object.entries(value).map(([key, text]) => [
      key,
      typeof text === "string" ? text : modelFault(`attribute ${JSON.stringify(key)} is ${shown(text)}, not a text`),
    ]),
  );
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|NaN|Infinity)$/;

/** A number, a text of a number, a text of a list of them (3.1 and later), or a list. */
function baseScoreOf(value: DocumentValue | undefined, outputs: number, rounding: Rounding): Float32Array {
  const fault = (entry: DocumentValue | undefined): string => `base_score is ${shown(entry)}, not a number`;
  const scores = typeof value === "string" ? scoreTexts(value) : singleList(isList(value) ? value : [value ?? null], rounding, fault);
  if (scores.length !== 1 && scores.length !== outputs) modelFault(`base_score has ${scores.length} entries for ${outputs} outputs`);
  return scores;
}

function scoreTexts(text: string): Float32Array {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text;
  return Float32Array.from(inner.split(","), (part) => {
    const number = part.trim();
    return NUMBER.test(number) ? nearestSingle(number) : modelFault(`base_score is ${JSON.stringify(text.slice(0, 60))}, not a number`);
  });
}

function linearBooster(booster: DocumentValue | undefined, rounding: Rounding): LinearBooster {
  const model = documentMember(booster, "model");
  const weights = documentMember(model, "weights");
  return {
    kind: "linear",
    weights: singleList(isList(weights) ? weights : [], rounding, (_value, place) => `gblinear: weight ${place} is no number`),
    rounds: lenientInt(documentMember(model, "boosted_rounds")),
  };
}

function treeBooster(booster: DocumentValue | undefined, trees: readonly Tree[], rounding: Rounding): TreeBooster {
  const model = treeModel(booster);
  const groups = documentMember(model, "tree_info");
  const bounds = documentMember(model, "iteration_indptr");
  const weights = treeWeights(booster);
  const categories = documentMember(model, "cats");
  return {
    kind: "trees",
    trees,
    treeGroups: int32List(isList(groups) ? groups : [], (value, tree) => `tree ${tree}: tree_info names output ${shown(value)}`),
    numParallelTree: Math.max(1, lenientInt(documentMember(documentMember(model, "gbtree_model_param"), "num_parallel_tree")) ?? 1),
    roundBounds: isList(bounds) ? int32List(bounds, (value, i) => `iteration_indptr entry ${i} is ${shown(value)}`) : undefined,
    treeWeights:
      isList(weights) && (weights.length > 0 || documentMember(booster, "name") === "dart")
        ? singleList(weights, rounding, (_value, tree) => `weight_drop of tree ${tree} is no number`)
        : undefined,
    categories: categories === undefined ? undefined : plainValue(categories),
  };
}
