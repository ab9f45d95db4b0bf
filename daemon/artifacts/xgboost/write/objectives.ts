// What each objective of XGBoost is called, since when, and which parameter blocks each release wants to find beside its name.

import { isBefore, type Release } from "../../predict/release.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/json-value.ts";
import type { ModelObjective } from "../model.ts";
import type { FieldObject } from "./fields.ts";

type Since = readonly [number, number];

/** A block of parameters beside an objective's name. */
interface Block {
  readonly name: string;
  /** First release that writes it; always when undefined. */
  readonly since?: Since;
  /** First release that no longer does. */
  readonly until?: Since;
  /** Parameters with what XGBoost gives them when nothing is said, and the first release that has them. */
  readonly parameters: readonly (readonly [name: string, usual: string, since?: Since])[];
}

/** An objective that XGBoost registers by name. */
export interface ObjectiveEntry {
  /** First release that knows it in a model document. */
  readonly since: Since;
  readonly blocks: readonly Block[];
  /** An older objective whose predictions are the same function of the margins. */
  readonly standIn: string | undefined;
}

const SCALE: Block["parameters"] = [["scale_pos_weight", "1"]];
const SLOPE: Block["parameters"] = [["huber_slope", "1"]];
const REGRESSION: Block = { name: "reg_loss_param", parameters: SCALE };
const CLASSES: Block = { name: "softmax_multiclass_param", parameters: [["num_class", "1"]] };
const RANKING: readonly Block[] = [
  {
    name: "lambda_rank_param",
    until: [2, 0],
    parameters: [
      ["fix_list_weight", "0"],
      ["num_pairsample", "1"],
    ],
  },
  {
    name: "lambdarank_param",
    since: [2, 0],
    parameters: [
      ["lambdarank_bias_norm", "1"],
      ["lambdarank_normalization", "1", [2, 1]],
      ["lambdarank_num_pair_per_sample", "4294967295"],
      ["lambdarank_pair_method", "topk"],
      ["lambdarank_score_normalization", "1", [3, 0]],
      ["lambdarank_unbiased", "0"],
      ["ndcg_exp_gain", "1"],
    ],
  },
];

function entry(blocks: readonly Block[], since: Since = [1, 0], standIn?: string): ObjectiveEntry {
  return { since, blocks, standIn };
}

const OBJECTIVES: ReadonlyMap<string, ObjectiveEntry> = new Map([
  ["reg:squarederror", entry([REGRESSION])],
  ["reg:squaredlogerror", entry([{ ...REGRESSION, until: [3, 0] }])],
  ["reg:logistic", entry([REGRESSION])],
  ["binary:logistic", entry([REGRESSION])],
  ["binary:logitraw", entry([REGRESSION])],
  ["binary:hinge", entry([])],
  // Written from 2.1 on. 2.1 and 3.0 refuse a document without it, so older ones have it here too.
  ["reg:gamma", entry([REGRESSION])],
  ["count:poisson", entry([{ name: "poisson_regression_param", parameters: [["max_delta_step", "0.699999988"]] }])],
  ["reg:tweedie", entry([{ name: "tweedie_regression_param", parameters: [["tweedie_variance_power", "1.5"]] }])],
  ["survival:cox", entry([])],
  [
    "survival:aft",
    entry(
      [
        {
          name: "aft_loss_param",
          parameters: [
            ["aft_loss_distribution", "normal"],
            ["aft_loss_distribution_scale", "1"],
          ],
        },
      ],
      [1, 1],
      "survival:cox",
    ),
  ],
  ["multi:softmax", entry([CLASSES])],
  ["multi:softprob", entry([CLASSES])],
  ["rank:pairwise", entry(RANKING)],
  ["rank:ndcg", entry(RANKING)],
  ["rank:map", entry(RANKING)],
  [
    "reg:pseudohubererror",
    entry(
      [
        { ...REGRESSION, until: [1, 6] },
        // Misspelled by XGBoost for one release.
        { name: "pseduo_huber_param", since: [1, 6], until: [1, 7], parameters: SLOPE },
        { name: "pseudo_huber_param", since: [1, 7], parameters: SLOPE },
      ],
      [1, 2],
      "reg:squarederror",
    ),
  ],
  ["reg:absoluteerror", entry([], [1, 7], "reg:squarederror")],
  ["reg:quantileerror", entry([{ name: "quantile_loss_param", parameters: [["quantile_alpha", "[5E-1]"]] }], [2, 0], "reg:squarederror")],
  ["reg:expectileerror", entry([{ name: "expectile_loss_param", parameters: [["expectile_alpha", "[5E-1]"]] }], [3, 3])],
]);

/** Names that releases before 1.0 gave to objectives. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([["reg:linear", "reg:squarederror"]]);

/** The name that releases since 1.0 know: without the mark of the GPU twins of 0.7 and 0.8. */
export function currentName(name: string): string {
  const plain = name.startsWith("gpu:") ? name.slice("gpu:".length) : name;
  return OLD_NAMES.get(plain) ?? plain;
}

/** What is known of an objective; undefined for a name that no release so far has. */
export function objectiveEntry(name: string): ObjectiveEntry | undefined {
  return OBJECTIVES.get(name);
}

/**
 * `learner.objective` of a release's document: the name and its blocks, with the model's own values where it has them under any block's name.
 * The blocks of an objective that is not known here are kept as they are.
 */
export function objectiveFields(objective: ModelObjective, numClass: number, release: Release): FieldObject {
  const known = OBJECTIVES.get(objective.name);
  if (known === undefined) return { ...plainFields(objective.parameters), name: objective.name };
  const blocks = known.blocks
    .filter(({ since, until }) => isThere(since, release) && !(until !== undefined && isThere(until, release)))
    .map(({ name, parameters }) => {
      const members = parameters
        .filter(([, , since]) => isThere(since, release))
        .map(([parameter, usual]) => {
          const stored = storedParameter(objective.parameters, parameter);
          return [parameter, stored ?? (parameter === "num_class" ? String(numClass) : usual)] as const;
        });
      return [name, Object.fromEntries(members)] as const;
    });
  return { ...Object.fromEntries(blocks), name: objective.name };
}

function isThere(since: Since | undefined, release: Release): boolean {
  return since === undefined || !isBefore(release, ...since);
}

function storedParameter(parameters: JsonObject, parameter: string): string | undefined {
  for (const block of Object.values(parameters)) {
    const value = isJsonObject(block) && Object.hasOwn(block, parameter) ? block[parameter] : undefined;
    if (typeof value === "string") return value;
  }
  return undefined;
}

/** Objects of texts as fields; nothing else stands among an objective's parameters. */
function plainFields(value: JsonObject): FieldObject {
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => plainField(name, member)));
}

function plainField(name: string, value: JsonValue): readonly (readonly [string, string | FieldObject])[] {
  if (typeof value === "string") return [[name, value]];
  return isJsonObject(value) ? [[name, plainFields(value)]] : [];
}
