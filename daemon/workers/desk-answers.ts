// How the model desk answers each question: the daemon's artifact readers, behind one table.

import { hash } from "node:crypto";
import type { DeskAnswer, DeskQuestion, DeskQuestions, MadeDocument } from "../app/ports.ts";
import { parseGolden } from "../artifacts/golden.ts";
import { inspectBytes } from "../artifacts/inspect.ts";
import { describeModel } from "../artifacts/model-view.ts";
import { predictRows } from "../artifacts/predict-rows.ts";
import { standingFailure } from "../artifacts/prove-model.ts";
import { readModelFile } from "../artifacts/registration/model-file.ts";
import { rejectionText, type Rejected } from "../artifacts/rejected.ts";
import type { XgboostModel } from "../artifacts/xgboost/model.ts";
import { readXgboost } from "../artifacts/xgboost/read-xgboost.ts";
import { ownRelease } from "../artifacts/xgboost/render/convert.ts";
import { renderFor, renderForRelease, type Rendering } from "../artifacts/xgboost/render/render-for.ts";
import { refusalText } from "../artifacts/xgboost/render/target.ts";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import type { DeskJob } from "./desk-job.ts";

interface Refused {
  readonly outcome: "refused";
  readonly reason: string;
}

function refused(reason: string): Refused {
  return { outcome: "refused", reason };
}

function done<T>(value: T): { readonly outcome: "done"; readonly value: T } {
  return { outcome: "done", value };
}

/** Reads the document and goes on with its model. */
function withModel<T>(document: Uint8Array, use: (model: XgboostModel) => T): T | Refused {
  const read = readXgboost(document);
  return read.ok ? use(read.model) : refused(`the model document cannot be read: ${rejectionText(read)}`);
}

function toMade({ document, release, notes }: Rendering, isAsWritten: boolean): MadeDocument {
  return { bytes: document, sha256: hash("sha256", document), release: release.join("."), notes, isAsWritten };
}

/** A release reads what its own minor release wrote. */
function isOwnRelease(model: XgboostModel, { release }: Rendering): boolean {
  return model.encoding === "json" && model.version[0] === release[0] && model.version[1] === release[1];
}

const ANSWERS: { readonly [Q in DeskQuestion]: (input: DeskQuestions[Q]["input"]) => DeskAnswer<Q> } = {
  describe: (input) => {
    const described = describeModel(input);
    return described.ok ? done(described.view) : refused(rejectionText(described));
  },

  predict: ({ document, rows, kind }) =>
    withModel(document, (model) => {
      const packed = packRows(rows, model.numFeature);
      if ("reason" in packed) return refused(packed.reason);
      const answers = predictRows(model, kind, packed, rows.length);
      if (!answers.ok) return refused(rejectionText(answers));
      const { outputs, values } = answers;
      const rowOf = (row: number): (number | null)[] => Array.from(values.subarray(row * outputs, (row + 1) * outputs), finiteOrNull);
      return done({ outputs, values: rows.map((_, row) => rowOf(row)) });
    }),

  render: ({ document, release }) =>
    withModel(document, (model) => {
      const rendering = renderFor(model, release);
      if (!rendering.ok) return refused(refusalText(rendering));
      if (!isOwnRelease(model, rendering)) return done(toMade(rendering, false));
      return done({ ...toMade({ ...rendering, document, notes: [] }, true) });
    }),

  convert: ({ document, format, release }) =>
    withModel(document, (model) => {
      const made = release === undefined ? renderForRelease(model, ownRelease(model, format), format) : renderFor(model, release, format);
      return made.ok ? done(toMade(made, false)) : refused(refusalText(made));
    }),

  prove: ({ document, golden: bytes, proof }) =>
    withModel(document, (model) => {
      const golden = bytes === null ? undefined : parseGolden(bytes);
      if (golden?.ok === false) return done({ failure: `the golden rows cannot be read: ${rejectionText(golden)}` });
      return done({ failure: standingFailure(model, golden?.golden, proof) });
    }),

  structure: ({ bytes, form }) => {
    const read = readModelFile(bytes, form);
    return read.ok ? done({ format: read.file.format }) : refused(rejectionText(read));
  },

  inspect: ({ name, bytes }) => done({ text: stringifyExact(inspectBytes(name, bytes)) }),
};

/** Rows one after the other as float32; refused when one is not as wide as the model. */
function packRows(rows: readonly (readonly (number | null)[])[], features: number): Float32Array | Rejected {
  const packed = new Float32Array(rows.length * features);
  for (const [row, values] of rows.entries()) {
    if (values.length !== features)
      return { ok: false, offset: 0, reason: `row ${row} has ${values.length} values, but the model has ${features} features` };
    for (const [feature, value] of values.entries()) packed[row * features + feature] = value ?? Number.NaN;
  }
  return packed;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Answers one question. Faults of the bytes are refusals; throws only for a bug. */
export function answerQuestion<Q extends DeskQuestion>({ question, input }: Extract<DeskJob, { question: Q }>): DeskAnswer<Q> {
  return ANSWERS[question](input);
}
