// What each objective of XGBoost does with the base score and with the sum of the trees.

import { isBefore, type Release } from "./release.ts";

/** How a base score, in the space of the prediction, becomes a margin. */
export type Link = "identity" | "logit" | "log" | "expectile";

/** How a row's margins become its prediction. */
export type Output = "identity" | "sigmoid" | "exp" | "hinge" | "class" | "softmax" | "sorted" | "expectile";

/** The two halves of an objective. */
export interface ObjectiveRules {
  readonly link: Link;
  readonly output: Output;
}

const plain: ObjectiveRules = { link: "identity", output: "identity" };
const logistic: ObjectiveRules = { link: "logit", output: "sigmoid" };
const logarithmic: ObjectiveRules = { link: "log", output: "exp" };

/** Source: XGBoost's src/objective, 0.72 to 3.4. */
const RULES: Readonly<Record<string, ObjectiveRules>> = {
  "reg:squarederror": plain,
  "reg:linear": plain,
  "reg:squaredlogerror": plain,
  "reg:pseudohubererror": plain,
  "reg:absoluteerror": plain,
  "rank:pairwise": plain,
  "rank:ndcg": plain,
  "rank:map": plain,
  "binary:logitraw": plain,
  "reg:quantileerror": plain,
  "reg:expectileerror": { link: "expectile", output: "expectile" },
  "reg:logistic": logistic,
  "binary:logistic": logistic,
  "binary:hinge": { link: "identity", output: "hinge" },
  "count:poisson": logarithmic,
  "reg:gamma": logarithmic,
  "reg:tweedie": logarithmic,
  "survival:cox": logarithmic,
  "survival:aft": logarithmic,
  "multi:softmax": { link: "identity", output: "class" },
  "multi:softprob": { link: "identity", output: "softmax" },
};

/** Rules that a release changed: before it, or from it on, an objective has these. */
const EXCEPTIONS: readonly {
  readonly name: string;
  readonly holds: (release: Release) => boolean;
  readonly rules: ObjectiveRules;
}[] = [
  { name: "binary:logitraw", holds: (release) => isBefore(release, 1, 3), rules: { link: "logit", output: "identity" } },
  // The quantiles of a row come out in ascending order.
  { name: "reg:quantileerror", holds: (release) => !isBefore(release, 3, 4), rules: { link: "identity", output: "sorted" } },
];

/** What an objective does in a release. Undefined for a name that XGBoost does not have. Names of the GPU twins of 0.7 and 0.8 (`gpu:…`) are known. */
export function objectiveRules(name: string, release: Release): ObjectiveRules | undefined {
  const own = name.startsWith("gpu:") ? name.slice("gpu:".length) : name;
  if (!Object.hasOwn(RULES, own)) return undefined;
  return EXCEPTIONS.find((entry) => entry.name === own && entry.holds(release))?.rules ?? RULES[own];
}
