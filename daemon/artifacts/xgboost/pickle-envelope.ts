// What a pickle says around the booster that it holds: class, scikit-learn parameters, curves, the best round, classes.

import type { TrainingCurve } from "../../../shared/domain/description.ts";
import type { ExactJson } from "../../../shared/lib/exact-json.ts";
import { curvesFrom } from "../curves.ts";
import { elementsOf, lenientInt } from "../info-values.ts";
import { describeValue, python3Name } from "../pickle/describe.ts";
import { dictEntries, dictGet } from "../pickle/dict.ts";
import type { PickleFacts } from "../pickle/facts.ts";
import { typeName } from "../pickle/python-text.ts";
import { isNode, type DictValue, type PickleValue } from "../pickle/values.ts";
import { rejected, type Rejected } from "../rejected.ts";

/** What a pickle says around the booster that it holds. */
export interface PickleEnvelope {
  /** `xgboost.core.Booster`, `xgboost.sklearn.XGBRegressor`, … as the file names it. */
  readonly className: string;
  /** The scikit-learn wrapper's parameters by name, as tagged JSON (describe.ts); null for a plain Booster. */
  readonly parameters: { readonly [name: string]: ExactJson } | null;
  /** `evals_result_` of the wrapper. */
  readonly curves: readonly TrainingCurve[];
  /** The round with the best score, from Python's state (up to 1.7) or the model's attributes (2.0 and later); null when none is told. Up to 1.7 the last round stands there even without early stopping. */
  readonly bestIteration: number | null;
  /** `classes_` of a classifier, by number of the output, as tagged JSON; null when the file has none (2.0 and later keep none). */
  readonly classes: readonly ExactJson[] | null;
  /** The objective's name when it is a function of the client's own: what the model's outputs mean is up to it ("needs client objective"). Else null. */
  readonly clientObjective: string | null;
  /** Names, calls and limits of the pickle. */
  readonly facts: PickleFacts;
  /** What was passed over. */
  readonly warnings: readonly string[];
}

/** A booster in a pickle: its bytes and Python state, and the wrapper around it. */
export interface PickledBooster {
  readonly ok: true;
  readonly handle: Uint8Array;
  readonly state: DictValue;
  readonly className: string;
  readonly wrapper: DictValue | undefined;
}

const MAX_CLASSES = 10_000;
/** Estimators have some forty. */
const MAX_PARAMETERS = 1000;

/** Attributes of a wrapper that are no parameters although their names look like it. */
const NO_PARAMETERS: ReadonlySet<string> = new Set(["best_iteration", "best_ntree_limit", "best_score", "kwargs"]);

/** Finds the booster in what a pickle holds: a Booster, or any object that keeps one in `_Booster`. */
export function findBooster(root: PickleValue): PickledBooster | Rejected {
  const outer = stateOf(root);
  const className = isNode(root) && root.kind === "object" ? python3Name(root.module, root.name) : typeName(root);
  const kept = outer === undefined ? undefined : dictGet(outer, "_Booster");
  const state = kept === undefined ? outer : stateOf(kept);
  const handle = state === undefined ? undefined : dictGet(state, "handle");
  if (outer === undefined || state === undefined || handle === undefined) {
    // From 1.3 on an estimator has no `_Booster` before it is fitted.
    const isOurs = isNode(root) && root.kind === "object" && root.module.startsWith("xgboost.");
    return kept === null || (isOurs && kept === undefined)
      ? unfitted(className)
      : rejected(`the pickle holds a ${className}, which is no XGBoost model`);
  }
  if (handle === null) return unfitted(className);
  if (!isNode(handle) || (handle.kind !== "bytearray" && handle.kind !== "bytes"))
    return rejected(`the handle of the ${className} in the pickle is not plain bytes`);
  return { ok: true, handle: handle.bytes, state, className, wrapper: kept === undefined ? undefined : outer };
}

function unfitted(className: string): Rejected {
  return rejected(`the ${className} in the pickle was never fitted: it holds no booster, so there is no model to read`);
}

function stateOf(value: PickleValue | undefined): DictValue | undefined {
  if (!isNode(value) || value.kind !== "object" || !isNode(value.state)) return undefined;
  return value.state.kind === "dict" ? value.state : undefined;
}

/** Describes what stands around the booster. `attributes` are the model's own. */
export function envelopeOf(found: PickledBooster, attributes: ReadonlyMap<string, string>, facts: PickleFacts): PickleEnvelope {
  const { wrapper } = found;
  const warnings: string[] = [];
  if (facts.trailing > 0) warnings.push(`${facts.trailing} bytes follow the pickle and are ignored`);
  const { curves, fault } = curvesFrom(wrapper && dictGet(wrapper, "evals_result_"));
  if (fault !== undefined) warnings.push(fault.replace("evals_result", "evals_result_"));
  return {
    className: found.className,
    parameters: wrapper === undefined ? null : parametersOf(wrapper, warnings),
    curves,
    bestIteration: bestIteration(found, attributes),
    classes: wrapper === undefined ? null : classesOf(wrapper),
    clientObjective: wrapper === undefined ? null : clientObjective(dictGet(wrapper, "objective")),
    facts,
    warnings,
  };
}

/** Everything but what fitting adds (names that end in `_`) and what is private. `kwargs` of old wrappers counts as parameters, too. */
function parametersOf(wrapper: DictValue, warnings: string[]): { readonly [name: string]: ExactJson } {
  const more = dictGet(wrapper, "kwargs");
  const names: string[] = [];
  const items: PickleValue[] = [];
  for (const [name, value] of [...dictEntries(wrapper), ...(isNode(more) && more.kind === "dict" ? dictEntries(more) : [])]) {
    if (typeof name !== "string" || /^_|_$/.test(name) || NO_PARAMETERS.has(name)) continue;
    if (names.length === MAX_PARAMETERS) {
      warnings.push(`only the first ${MAX_PARAMETERS} parameters are shown`);
      break;
    }
    names.push(name);
    items.push(value);
  }
  const { values, truncated } = describeAll(items);
  if (truncated) warnings.push("the parameters are too large or contain themselves; a part of them is left out");
  return Object.fromEntries(names.map((name, place) => [name, values[place] ?? null]));
}

/** Tagged JSON of each value, within one budget. */
function describeAll(items: PickleValue[]): { readonly values: readonly ExactJson[]; readonly truncated: boolean } {
  const { json, truncated } = describeValue({ kind: "list", items });
  return { values: isJsonList(json) ? json : [], truncated };
}

function isJsonList(json: ExactJson): json is readonly ExactJson[] {
  return Array.isArray(json);
}

function bestIteration(found: PickledBooster, attributes: ReadonlyMap<string, string>): number | null {
  const best = lenientInt(dictGet(found.state, "best_iteration") ?? attributes.get("best_iteration"));
  return typeof best === "number" && best >= 0 ? best : null;
}

function classesOf(wrapper: DictValue): readonly ExactJson[] | null {
  const items = elementsOf(dictGet(wrapper, "classes_"), MAX_CLASSES);
  return items === undefined ? null : describeAll([...items]).values;
}

/** A text names one of XGBoost's own objectives; anything else is a function. */
function clientObjective(value: PickleValue | undefined): string | null {
  if (value === undefined || value === null || typeof value === "string") return null;
  if (isNode(value) && (value.kind === "global" || value.kind === "object")) return python3Name(value.module, value.name);
  return typeName(value);
}
