// Any XGBoost file as a model document of its own release, or of another.

import { isBefore, type Release } from "../../predict/release.ts";
import { objectiveRules } from "../../predict/objectives.ts";
import type { Rejected } from "../../rejected.ts";
import type { XgboostModel } from "../model.ts";
import { readXgboost } from "../read-xgboost.ts";
import { renderFor, renderForRelease, type DocumentFormat, type Rendering } from "./render-for.ts";
import type { Refusal } from "./target.ts";

/** What is asked of a conversion. */
export interface ConvertOptions {
  readonly format: DocumentFormat;
  /** A client's release ("1.7"); by default `ownRelease`. */
  readonly forRelease?: string | undefined;
}

/**
 * Reads a model (pickle, JSON, UBJSON or legacy binary, by content) and writes it as a document. Rejected: what is no model, with the byte; refused: what
 * the release cannot be given.
 */
export function convertModel(bytes: Uint8Array, { format, forRelease }: ConvertOptions): Rendering | Refusal | Rejected {
  const read = readXgboost(bytes);
  if (!read.ok) return read;
  return forRelease === undefined
    ? renderForRelease(read.model, ownRelease(read.model, format), format)
    : renderFor(read.model, forRelease, format);
}

/**
 * The release that a model is written for when nobody says which. It is the model's own: its clients read it, the margins are the very same, and newer
 * releases read it too. Exceptions: a model from before 1.0, when there were no documents, is written as 1.2 does, the last release that sums as it
 * did; one whose base score releases since 1.3 understand otherwise (binary:logitraw) as 1.3 does; and UBJSON as 1.6 does at least.
 */
export function ownRelease(model: XgboostModel, format: DocumentFormat): Release {
  const { name } = model.objective;
  const own: Release = isBefore(model.version, 1, 0) ? [1, 2, 0] : model.version;
  const isReadOtherwise = isBefore(own, 1, 3) && objectiveRules(name, own)?.link !== objectiveRules(name, [1, 3, 0])?.link;
  const suited: Release = isReadOtherwise ? [1, 3, 0] : own;
  return format === "ubj" && isBefore(suited, 1, 6) ? [1, 6, 0] : suited;
}
