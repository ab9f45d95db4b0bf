// The objective that a release knows a model by.

import { isBefore } from "../../predict/release.ts";
import { currentName, objectiveEntry } from "../write/objectives.ts";
import { fitted, minorText, refused, type Step } from "./target.ts";

/** An older name for the same margins and outputs where the release lacks the objective. Refused where there is none. */
export const fitObjective: Step = (model, target) => {
  const name = currentName(model.objective.name);
  const renamed = name === model.objective.name ? model : { ...model, objective: { ...model.objective, name } };
  const known = objectiveEntry(name);
  if (known === undefined)
    return refused(
      `the objective ${JSON.stringify(name.slice(0, 60))} is not known here, so it is not known what XGBoost ${minorText(target.release)} makes of it`,
      `use XGBoost ${minorText(model.version)}, which wrote the model`,
    );
  if (!isBefore(target.release, ...known.since)) return fitted(renamed);
  if (known.standIn === undefined)
    return refused(
      `XGBoost ${minorText(target.release)} has no objective ${name}: the first release with it is ${known.since.join(".")}`,
      `upgrade the client to XGBoost ${known.since.join(".")} or later`,
    );
  return fitted(
    { ...renamed, objective: { name: known.standIn, parameters: {} } },
    `the objective is ${known.standIn}, since XGBoost ${minorText(target.release)} has no ${name}: margins and predictions are the same, training on is not`,
  );
};

/** Releases up to 1.5 know several outputs as classes only. */
export const fitTargets: Step = (model, target) =>
  model.numTarget > 1 && !target.layout.hasTargets
    ? refused(
        `the model has ${model.numTarget} targets, and XGBoost ${minorText(target.release)} predicts one`,
        "upgrade the client to XGBoost 1.6 or later",
      )
    : fitted(model);

/** What a reader may wonder about: what the layout has no place for. */
export const noteDifferences: Step = (model, target, source) => {
  const notes: string[] = [];
  const { booster } = model;
  if (booster.kind === "trees" && booster.numParallelTree > 1 && !target.layout.hasTargets)
    notes.push(
      `XGBoost ${minorText(target.release)} stores no num_parallel_tree (${booster.numParallelTree} here): to it each tree of a forest is a round`,
    );
  if (model.featureNames.length > 0 && !target.layout.hasFeatureNames)
    notes.push(`documents of XGBoost ${minorText(target.release)} have no feature names: columns must come in the order of training`);
  if (
    source.objective.name === "reg:quantileerror" &&
    source.numTarget > 1 &&
    isBefore(source.version, 3, 4) !== isBefore(target.release, 3, 4)
  )
    notes.push(
      "XGBoost 3.4 sorts the quantiles of a row when it predicts, earlier releases do not: where they cross, predictions differ; margins are the same",
    );
  return fitted(model, ...notes);
};
