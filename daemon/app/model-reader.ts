// GetModel as an answer from memory, and as a stream of pieces for doors that carry text.

import { AppError } from "../../shared/contract/errors.ts";
import type { CallInput, Input, Output } from "../../shared/contract/operations.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Catalog } from "./catalog.ts";
import { toRefusal } from "./disk-faults.ts";
import type { ModelAnswer } from "./doors.ts";
import { findModel } from "./find-model.ts";
import { createLastGood, type LastGood } from "./last-good.ts";
import type { CatalogStore, Log, Renderings, ServedModels, ServedVersion } from "./ports.ts";

/** Bytes of one streamed piece: base64 of it stays below a frame's text limit. */
const PIECE_BYTES = 96 * 1024;

/** Answers remembered between two commits; a catalog with more groups in use than this answers the rest anew. */
const REMEMBERED_ANSWERS = 10_000;

/** The version as a client of that XGBoost release is to be given it, or why it cannot; as written without a release. */
export async function renderedFor(
  renderings: Renderings,
  served: ServedVersion,
  release: string,
): Promise<{ readonly served: ServedVersion } | { readonly reason: string }> {
  if (release === "") return { served };
  const rendering = await renderings.of(served, release);
  if (rendering.outcome === "refused") return { reason: `not rendered for XGBoost ${release}: ${rendering.reason}` };
  if (rendering.outcome === "as_written") return { served };
  return { served: { ...served, sha256: rendering.sha256, renderedFor: release } };
}

/** Answers GetModel. */
export interface ModelReader {
  /** The answer for checked input. */
  read(input: Input<"model.get">): Promise<ModelAnswer>;
  /** The answer that the same plain question got since the last commit, if it was asked; input need not be checked again. */
  recall(input: CallInput<"model.get">): ModelAnswer | undefined;
}

/** What GetModel is answered from. */
export interface ModelReaderDependencies {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly models: ServedModels;
  readonly renderings: Renderings;
  readonly log: Pick<Log, "warn">;
}

/** A reader over what is live; payloads come from the served models' cache. */
export function createModelReader(deps: ModelReaderDependencies): ModelReader {
  const answers = new Map<string, ModelAnswer>();
  const lastGood = createLastGood(deps);
  let asOf = deps.catalog.lastSequence;
  return {
    recall(input) {
      if (asOf !== deps.catalog.lastSequence) return undefined;
      const key = plainQuestion(input);
      return key === undefined ? undefined : answers.get(key);
    },
    async read(input) {
      const { lastSequence } = deps.catalog;
      const answer = await answerOf(deps, lastGood, input);
      if (asOf !== lastSequence) {
        answers.clear();
        asOf = lastSequence;
      }
      const key = plainQuestion(input);
      // What was found while a commit came in between may be of the past already.
      if (key !== undefined && answers.size < REMEMBERED_ANSWERS && lastSequence === deps.catalog.lastSequence) answers.set(key, answer);
      return answer;
    },
  };
}

/** Text that tells plain questions apart; undefined for one about a certain version, a rendering or a known document. */
function plainQuestion(input: CallInput<"model.get">): string | undefined {
  if ((input.version ?? "") !== "" || (input.xgboost_version ?? "") !== "" || (input.known_sha256 ?? "") !== "") return undefined;
  return `${input.source}\u0000${input.symbol ?? ""}\u0000${input.group_key ?? ""}`;
}

async function answerOf(deps: ModelReaderDependencies, lastGood: LastGood, input: Input<"model.get">): Promise<ModelAnswer> {
  const found = await findModel(deps.catalog, deps.store, input);
  if (found.outcome !== "found") return found;
  const release = input.xgboost_version;
  // As written it is loaded only when the answer is asked for its bytes.
  const rendered = await (release === ""
    ? { served: found.served }
    : lastGood.orElse(found.served, (served) => renderedFor(deps.renderings, served, release)).catch(refuse));
  if ("reason" in rendered) return { outcome: "refused", message: rendered.reason, code: "wrong_state" };
  const { served } = rendered;
  if (input.known_sha256 !== "" && input.known_sha256 === served.sha256) return { outcome: "not_modified", sha256: served.sha256 };
  const isText = served.form !== "bytes";
  return {
    outcome: "found",
    atHand: () => (isText ? deps.models.atHand(served) : undefined),
    payload: () => (isText ? lastGood.orElse(served, (one) => deps.models.payload(one)).catch(refuse) : Promise.reject(noText(served))),
    async parts() {
      const { document, description, metadata } = await lastGood.orElse(served, (one) => deps.models.parts(one)).catch(refuse);
      return { metadata, dimFactors: description.dim_factors, document };
    },
  };
}

/** The old answer carries text only. */
function noText({ modelName, groupKey, label }: ServedVersion): AppError {
  const name = lineName(modelName, groupKey);
  return new AppError(
    "wrong_state",
    `the document of ${name} ${label} is no text: the call GetModelBytes sends it, and so does: model-manager get ${modelName} ${groupKey}`,
  );
}

/** Doors ask for payloads outside of the dispatcher's gate, and a disk that cannot be read is no bug. */
function refuse(error: unknown): never {
  throw toRefusal(error);
}

/** The answer as items: a refusal, "not modified", or a head and then the document in pieces. */
export async function* streamModel(model: ModelReader, input: Input<"model.get">): AsyncIterable<Output<"model.get">> {
  const answer = await model.read(input);
  if (answer.outcome === "refused") {
    yield { part: "refused", message: answer.message };
    return;
  }
  if (answer.outcome === "not_modified") {
    yield { part: "not_modified", sha256: answer.sha256 };
    return;
  }
  const { metadata, dimFactors, document } = await answer.parts();
  yield { part: "head", metadata, total_bytes: document.length, dim_factors: [...dimFactors] };
  for (let at = 0; at < document.length; at += PIECE_BYTES)
    yield { part: "data", base64: document.toString("base64", at, Math.min(at + PIECE_BYTES, document.length)) };
}
