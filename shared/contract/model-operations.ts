// The part of the table that concerns what a model is and says: its summary, predictions, renderings, and a look at stored artifacts.

import { z } from "zod";
import { CONTENT_KINDS, REGISTERED_KINDS } from "../domain/artifact-kinds.ts";
import { GOLDEN_STATES } from "../domain/description.ts";
import type { Operation } from "./operation.ts";

const line = z.string().min(1).max(600).describe("a line: SOURCE/GROUP_KEY");
const version = z.string().min(1).max(40).optional().describe("a version label such as v3 (default: what is live)");
const release = z.string().min(1).max(40).describe("an XGBoost version such as 1.7.6");

/** What a prediction gives for each row. */
export const PREDICTION_KINDS = ["prediction", "margin", "leaf", "contribs"] as const;
export type PredictionKind = (typeof PREDICTION_KINDS)[number];

/** JSON has no NaN and no infinity: they are null. */
const number = z.number().nullable();

const featureImportance = z.object({
  feature: z.number().int(),
  name: z.string(),
  weight: z.number().describe("splits by this feature"),
  gain: number.describe("mean gain of its splits"),
  cover: number.describe("mean hessian sum of the nodes that it splits"),
  total_gain: number,
  total_cover: number,
});

/** How kept rows came out, none of them with infinities: what a person compares another system's answers with. */
const sampleRow = z.object({ row: z.array(number), margin: z.array(number), prediction: z.array(number) });

export const modelView = z.object({
  line: z.string(),
  version: z.string(),
  document: z
    .enum(["model_json", "converted_json", "model_file"])
    .describe("converted_json: made from the model pickle or the registered file; model_file: that file itself"),
  sha256: z.string().describe("of the document as served"),
  xgboost_version: z.string().describe("of the writer; 0.0.0 when the file does not tell"),
  booster: z.string(),
  objective: z.string(),
  num_feature: z.number().int(),
  outputs: z.number().int().describe("numbers of one row's margin"),
  base_score: z.array(number),
  rounds: z.number().int().nullable(),
  num_trees: z.number().int(),
  num_parallel_tree: z.number().int(),
  splits: z.number().int(),
  leaves: z.number().int(),
  depth: z.number().int(),
  best_iteration: z.number().int().nullable(),
  importance: z.array(featureImportance).describe("features that some tree splits by; those of the largest total gain first"),
  importance_total: z.number().int(),
  coefficients: z.array(z.array(number)).describe("gblinear: of each feature one number an output"),
  parameters: z
    .array(z.tuple([z.string(), z.unknown()]))
    .describe("scikit-learn parameters from the pickle that were set, else the objective's own"),
  pickle: z
    .object({
      class_name: z.string(),
      protocol: z.number().int(),
      container: z.string(),
      globals: z.array(z.string()).describe("module.name of everything that loading it with Python would import"),
      globals_total: z.number().int(),
      unknown_calls: z.array(z.string()).describe("calls of functions that are not known to be data"),
      classes: z.array(z.unknown()).nullable(),
      client_objective: z.string().nullable().describe("an objective of the client's own, which nobody else can apply"),
      warnings: z.array(z.string()),
    })
    .nullable()
    .describe("null: the version has no model pickle, or it cannot be read"),
  golden: z.enum(GOLDEN_STATES),
  golden_detail: z.string().describe("the first row that differs; empty = none"),
  proof_rows: z.number().int().describe("rows that are kept with their margins; 0 = none"),
  evaluator: z.number().int().describe("version of the evaluator that gave those margins"),
  samples: z.array(sampleRow).describe("the first of the kept rows"),
});
export type ModelView = z.infer<typeof modelView>;

/** A document in pieces, after what is to be said about it. */
const documentParts = z.discriminatedUnion("part", [
  z.object({
    part: z.literal("head"),
    line: z.string(),
    version: z.string(),
    format: z.enum(["json", "ubj"]),
    release: z.string().describe("the XGBoost release whose layout it has"),
    sha256: z.string(),
    total_bytes: z.number().int(),
    notes: z.array(z.string()).describe("what was changed on the way"),
  }),
  z.object({ part: z.literal("data"), base64: z.string() }),
]);

/** Values of one question, each row counted as one more: what fits a frame of the socket. More rows take several questions, or `predict --file`. */
const MOST_VALUES = 8000;

export const MODEL_OPERATIONS = {
  "line.model": {
    kind: "query",
    scope: "model:read",
    summary: "the model of a line: trees, objective, parameters, importance, pickle, golden state",
    input: z.object({ line, version, importance: z.number().int().min(0).max(10_000).default(200).describe("features to list") }),
    output: modelView,
  },
  "model.predict": {
    kind: "query",
    scope: "model:read",
    summary: "what a model answers for rows of features, bit for bit as XGBoost does",
    input: z.object({
      line,
      version,
      rows: z
        .array(z.array(z.number().nullable()).max(MOST_VALUES))
        .max(MOST_VALUES)
        .refine(
          (rows) => rows.reduce((sum, row) => sum + row.length + 1, 0) <= MOST_VALUES,
          `at most ${MOST_VALUES} values in one question, each row counted as one more`,
        )
        .describe("one list of features a row; null = missing"),
      kind: z.enum(PREDICTION_KINDS).default("prediction"),
    }),
    output: z.object({
      line: z.string(),
      version: z.string(),
      sha256: z.string(),
      kind: z.enum(PREDICTION_KINDS),
      rows: z.number().int(),
      outputs: z.number().int().describe("numbers in each row's answer"),
      values: z.array(z.array(number)).describe("each number reads back as the same float32; null = NaN"),
    }),
  },
  "model.render": {
    kind: "stream",
    scope: "model:read",
    summary: "the document that a client's XGBoost reads with the same margins, or why there is none",
    input: z.object({ line, version, xgboost_version: release }),
    output: documentParts,
  },
  "model.convert": {
    kind: "stream",
    scope: "model:read",
    summary: "the model as JSON or UBJSON",
    input: z.object({
      line,
      version,
      format: z.enum(["json", "ubj"]).default("json"),
      xgboost_version: release.optional().describe("for this XGBoost version (default: the one that wrote the model)"),
    }),
    output: documentParts,
  },
  "artifact.inspect": {
    kind: "query",
    scope: "model:read",
    summary: "what one stored artifact of a version says: facts, value, or why it is refused",
    input: z.object({ line, version, kind: z.enum([...CONTENT_KINDS, ...REGISTERED_KINDS]).describe("which file") }),
    output: z.object({
      line: z.string(),
      version: z.string(),
      path: z.string(),
      facts: z.unknown(),
      value: z.unknown(),
      rejected: z.object({ offset: z.number().int(), reason: z.string() }).nullable(),
    }),
  },
} as const satisfies Record<string, Operation>;
