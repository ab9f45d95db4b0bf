// GetModel as an answer from memory, and as a stream of pieces for doors that carry text.

import type { Input, Output } from "../../shared/contract/operations.ts";
import type { Catalog } from "./catalog.ts";
import type { ModelAnswer } from "./doors.ts";
import { findModel } from "./find-model.ts";
import type { CatalogStore, ServedModels } from "./ports.ts";

/** Bytes of one streamed piece: base64 of it stays below a frame's text limit. */
const PIECE_BYTES = 96 * 1024;

/** Answers GetModel. */
export type ModelReader = (input: Input<"model.get">) => Promise<ModelAnswer>;

/** A reader over what is live; payloads come from the served models' cache. */
export function createModelReader(deps: {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly models: ServedModels;
}): ModelReader {
  return async (input) => {
    const found = await findModel(deps.catalog, deps.store, input);
    if (found.outcome !== "found") return found;
    const { served } = found;
    return {
      outcome: "found",
      payload: () => deps.models.payload(served),
      async parts() {
        const { document, description, metadata } = await deps.models.parts(served);
        return { metadata, dimFactors: description.dim_factors, document };
      },
    };
  };
}

/** The answer as items: a refusal, "not modified", or a head and then the document in pieces. */
export async function* streamModel(read: ModelReader, input: Input<"model.get">): AsyncIterable<Output<"model.get">> {
  const answer = await read(input);
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
