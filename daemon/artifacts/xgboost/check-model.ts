// Checks that a JSON document is an XGBoost model which a client can load and predict with, and reads its facts.
// Format: XGBoost's doc/tutorials/saving_model and its writers from 1.0 to 3.4.

import type { ExactJson } from "../../../shared/lib/exact-json.ts";
import type { ModelMeta } from "../../../shared/domain/description.ts";
import { intFromText } from "../lenient.ts";
import { checkFeatureCount, checkLinear, checkOutputCount, checkRounds, checkTreeGroups, checkTreeWeights } from "./booster-rules.ts";
import { documentMember, isDocumentObject, isList, listEntries, type DocumentValue } from "./document-value.ts";
import { ModelFault, modelFault } from "./model-fault.ts";
import { readTree } from "./read-tree.ts";

/** What a model document says, and what is wrong with it. */
export interface ModelCheck {
  /** Null when the document is no object. */
  readonly meta: ModelMeta | null;
  /** Why no client can be given this document; undefined when it is fine. Names tree and node where there are some. */
  readonly fault: string | undefined;
  /** `learner.feature_names`; empty when the model has none. */
  readonly featureNames: readonly string[];
}

/** The lenient reading of the old services: `"12"` and 12 count, `"3.0"`, Infinity and the missing are undefined. */
export function lenientInt(value: DocumentValue | undefined): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  const number = typeof value === "string" ? intFromText(value.trim()) : undefined;
  return typeof number === "number" ? number : undefined;
}

function textOf(value: DocumentValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** The versions list as it stands, when it is small and flat; else null. */
function versionOf(value: DocumentValue | undefined): ExactJson {
  if (!isList(value) || value.length > 16) return null;
  const parts = listEntries(value).filter((part) => part === null || typeof part !== "object");
  return parts.length === value.length ? parts.map((part) => (typeof part === "number" && !Number.isFinite(part) ? null : part)) : null;
}

/** Where the trees of `learner.gradient_booster` are: `model`, or up to 3.2 one level deeper for dart. */
export function treeModel(booster: DocumentValue | undefined): DocumentValue | undefined {
  return documentMember(booster, "model") ?? documentMember(documentMember(booster, "gbtree"), "model");
}

function metaOf(document: DocumentValue): ModelMeta {
  const learner = documentMember(document, "learner");
  const booster = documentMember(learner, "gradient_booster");
  const counts = documentMember(treeModel(booster), "gbtree_model_param");
  const best = lenientInt(documentMember(documentMember(learner, "attributes"), "best_iteration"));
  return {
    feature_dim: lenientInt(documentMember(documentMember(learner, "learner_model_param"), "num_feature")) ?? 0,
    objective: textOf(documentMember(documentMember(learner, "objective"), "name")),
    num_trees: lenientInt(documentMember(counts, "num_trees")) ?? null,
    num_parallel_tree: lenientInt(documentMember(counts, "num_parallel_tree")) ?? null,
    version: versionOf(documentMember(document, "version")),
    booster: textOf(documentMember(booster, "name")),
    best_iteration: best !== undefined && best >= 0 ? best : null,
  };
}

/** How one tree is checked against the model's numbers of features and outputs; throws ModelFault. */
export type TreeCheck = (tree: DocumentValue, number: number, features: number, outputs: number) => void;

const readAndForget: TreeCheck = (tree, number, features, outputs) => {
  readTree(tree, number, features, outputs, { isDoubtful: false });
};

/** Reads and checks a parsed document. Never throws. */
export function checkModel(document: DocumentValue, check: TreeCheck = readAndForget): ModelCheck {
  if (!isDocumentObject(document))
    return {
      meta: null,
      fault: `the document is ${isList(document) ? "a list" : "no object"}, not an XGBoost model`,
      featureNames: [],
    };
  const meta = metaOf(document);
  const names = documentMember(documentMember(document, "learner"), "feature_names");
  const featureNames = isList(names) ? listEntries(names).filter((name) => typeof name === "string") : [];
  try {
    checkDocument(document, meta.feature_dim, featureNames, check);
    return { meta, fault: undefined, featureNames };
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    return { meta, fault: error.message, featureNames };
  }
}

function checkDocument(document: DocumentValue, features: number, names: readonly string[], check: TreeCheck): void {
  const learner = documentMember(document, "learner");
  if (!isDocumentObject(learner)) modelFault("there is no learner, so this is not an XGBoost model");
  const param = documentMember(learner, "learner_model_param");
  if (!isDocumentObject(param)) modelFault("learner.learner_model_param is missing");
  checkFeatureCount(features, documentMember(param, "num_feature") ?? null);
  if (names.length > 0 && names.length !== features) modelFault(`feature_names has ${names.length} names for ${features} features`);
  if (textOf(documentMember(documentMember(learner, "objective"), "name")) === null) modelFault("learner.objective.name is missing");
  const booster = documentMember(learner, "gradient_booster");
  const outputs = outputsOf(param);
  checkOutputCount(outputs);
  const name = textOf(documentMember(booster, "name"));
  if (name === "gblinear") checkLinear(documentMember(documentMember(booster, "model"), "weights"), features, outputs);
  else if (name === "gbtree" || name === "dart") checkTrees(booster, features, outputs, check);
  else
    modelFault(
      name === null
        ? "learner.gradient_booster.name is missing"
        : `booster ${JSON.stringify(name)} is unknown (gbtree, dart and gblinear exist)`,
    );
}

/** How many numbers a row's margin has. */
export function outputsOf(param: DocumentValue | undefined): number {
  return Math.max(1, lenientInt(documentMember(param, "num_class")) ?? 0, lenientInt(documentMember(param, "num_target")) ?? 0);
}

/** `weight_drop` of dart: beside the trees' holder, or from 3.4 on within it. */
export function treeWeights(booster: DocumentValue | undefined): DocumentValue | undefined {
  return documentMember(booster, "weight_drop") ?? documentMember(treeModel(booster), "weight_drop");
}

function checkTrees(booster: DocumentValue | undefined, features: number, outputs: number, check: TreeCheck): void {
  const model = treeModel(booster);
  const trees = documentMember(model, "trees");
  if (!isList(trees)) modelFault("learner.gradient_booster has no trees");
  const declared = lenientInt(documentMember(documentMember(model, "gbtree_model_param"), "num_trees"));
  if (declared !== trees.length) modelFault(`num_trees is ${declared ?? "missing"}, but there are ${trees.length} trees`);
  checkTreeGroups(documentMember(model, "tree_info"), trees.length, outputs);
  checkRounds(documentMember(model, "iteration_indptr"), trees.length);
  checkTreeWeights(treeWeights(booster), trees.length, textOf(documentMember(booster, "name")) === "dart");
  listEntries(trees).forEach((tree, number) => check(tree, number, features, outputs));
}
