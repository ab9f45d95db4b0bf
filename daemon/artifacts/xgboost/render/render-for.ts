// A model as a document that a client's release of XGBoost reads with the same margins, or why there is none.

import { isBefore, type Release } from "../../predict/release.ts";
import type { XgboostModel } from "../model.ts";
import { layoutOf, NEWEST_LAYOUT } from "../write/layouts.ts";
import { currentName, objectiveEntry } from "../write/objectives.ts";
import { writeModelJson, writeModelUbjson } from "../write/write-model.ts";
import { parseClientRelease } from "./client-release.ts";
import { fitIntercept } from "./fit-intercept.ts";
import { fitObjective, fitTargets, noteDifferences } from "./fit-objective.ts";
import { fitCategoricalSplits, fitCategoryRange, fitDeletedNodes, fitFrameCategories } from "./fit-trees.ts";
import { disproof } from "./prove.ts";
import { fitted, minorText, refused, type Fitted, type Refusal, type Step, type Target } from "./target.ts";
import { fitVectorLeaves } from "./vector-leaves.ts";

export type DocumentFormat = "json" | "ubj";

/** A document for one release. */
export interface Rendering {
  readonly ok: true;
  readonly format: DocumentFormat;
  /** JSON in UTF-8, or UBJSON. */
  readonly document: Uint8Array;
  /** The release that it is written for. */
  readonly release: Release;
  /** What was changed and what the client must know, each a plain sentence; empty when nothing was. */
  readonly notes: readonly string[];
}

/** In this order: what a later step decides by, an earlier one has settled. */
const STEPS: readonly Step[] = [
  fitObjective,
  fitTargets,
  fitCategoricalSplits,
  fitDeletedNodes,
  fitVectorLeaves,
  fitIntercept,
  noteDifferences,
];

/**
 * Renders a model for the client whose XGBoost calls itself `clientRelease` ("1.7", "2.1.4"). The margins are those of the model's own release, bit for
 * bit; where only the order of summation differs (across 1.2 and 1.3, for dart 1.3 and 1.4) a note says so. Refused: a text that is no release, a release
 * without the format, and whatever the release would misread or refuse.
 */
export function renderFor(model: XgboostModel, clientRelease: string, format: DocumentFormat = "json"): Rendering | Refusal {
  const release = parseClientRelease(clientRelease);
  if (release === undefined)
    return refused(`${JSON.stringify(clientRelease.slice(0, 40))} is no release of XGBoost`, 'name it as "2.1" or "2.1.4"');
  return renderForRelease(model, release, format);
}

/** The same for a release that is known by its numbers. */
export function renderForRelease(model: XgboostModel, release: Release, format: DocumentFormat = "json"): Rendering | Refusal {
  const layout = layoutOf(release);
  if (layout === undefined)
    return refused(`XGBoost ${minorText(release)} reads no JSON models`, "upgrade the client to XGBoost 1.0 or later");
  if (format === "ubj" && !layout.hasUbjson)
    return refused(`XGBoost ${minorText(release)} reads no UBJSON`, "ask for JSON, or upgrade the client to XGBoost 1.6 or later");
  const fit = fitModel(model, { release, layout });
  if (!fit.ok) return fit;
  const document = format === "json" ? writeModelJson(fit.model, release) : writeModelUbjson(fit.model, release);
  return { ok: true, format, document, release, notes: fit.notes };
}

/** Taken after the proof: 1.6 decides by sets as these steps say, which the proof does not know, and the frame's categories tell how many there are. */
const LAST_STEPS: readonly Step[] = [fitCategoryRange, fitFrameCategories];

/** The model that is written for a target. */
export function fitModel(source: XgboostModel, target: Target): Fitted | Refusal {
  // Nothing can be computed for it, and nothing needs to be: whatever it means, it means the same within a layout.
  if (objectiveEntry(currentName(source.objective.name)) === undefined && layoutOf(source.version) === target.layout)
    return fitted(
      { ...source, version: target.release },
      "the objective is not known here: the document is not proved to predict the same",
    );
  const fit = take(STEPS, fitted(source), target, source);
  if (!fit.ok) return fit;
  const fault = isSame(source, fit.model, target) ? undefined : disproof(source, fit.model, target, fit.isFolded === true);
  if (fault !== undefined) return fault;
  const last = take(LAST_STEPS, fit, target, source);
  if (!last.ok) return last;
  return fitted({ ...last.model, version: target.release }, ...last.notes, ...newestNotes(target.release));
}

/** Nothing was changed that a margin depends on, and the same release reads it: there is nothing to prove. */
function isSame(source: XgboostModel, model: XgboostModel, { release }: Target): boolean {
  return (
    minorText(source.version) === minorText(release) &&
    model.booster === source.booster &&
    model.baseScore === source.baseScore &&
    model.objective === source.objective
  );
}

/** One step after the other; the first refusal ends it. */
function take(steps: readonly Step[], start: Fitted, target: Target, source: XgboostModel): Fitted | Refusal {
  let { model, isFolded = false } = start;
  const notes = [...start.notes];
  for (const step of steps) {
    const fit = step(model, target, source);
    if (!fit.ok) return fit;
    model = fit.model;
    isFolded ||= fit.isFolded === true;
    notes.push(...fit.notes);
  }
  return { ok: true, model, notes, isFolded };
}

function newestNotes(release: Release): readonly string[] {
  const [major, minor] = NEWEST_LAYOUT.since;
  if (isBefore(release, major, minor + 1)) return [];
  return [
    `XGBoost ${minorText(release)} is newer than any known here: the document is one of ${major}.${minor}, which later releases promise to read`,
  ];
}
