// For whom a model is rendered, and what comes of it.

import type { Release } from "../../predict/release.ts";
import type { XgboostModel } from "../model.ts";
import type { Layout } from "../write/layouts.ts";

/** The release that will read the document, and its layout. */
export interface Target {
  readonly release: Release;
  readonly layout: Layout;
}

/** A model made to suit a target, and what whoever reads it must know. */
export interface Fitted {
  readonly ok: true;
  readonly model: XgboostModel;
  readonly notes: readonly string[];
  /** True when the intercepts went into the leaves. */
  readonly isFolded?: boolean;
}

/** Why a release cannot be given a model, and what to do about it. Both are plain sentences. */
export interface Refusal {
  readonly ok: false;
  readonly reason: string;
  readonly remedy: string;
}

/** A step of fitting; steps are taken one after the other. */
export type Step = (model: XgboostModel, target: Target, source: XgboostModel) => Fitted | Refusal;

/** A step that went well. */
export function fitted(model: XgboostModel, ...notes: readonly string[]): Fitted {
  return { ok: true, model, notes };
}

/** Makes a refusal. */
export function refused(reason: string, remedy: string): Refusal {
  return { ok: false, reason, remedy };
}

/** A refusal in one text, with what can be done. */
export function refusalText({ reason, remedy }: Refusal): string {
  return remedy === "" ? reason : `${reason}; ${remedy}`;
}

/** "1.7" for 1.7.6: what notes and refusals call a release. Files of before 1.0 do not say which one wrote them. */
export function minorText([major, minor]: Release): string {
  return major + minor === 0 ? "before 1.0" : `${major}.${minor}`;
}
