// Training curves from `evals_result`: {dataset: {metric: [value per round]}}.

import type { TrainingCurve } from "../../shared/domain/description.ts";
import { elementsOf, lenientFloat } from "./info-values.ts";
import { dictEntries } from "./pickle/dict.ts";
import { pythonText } from "./pickle/python-text.ts";
import { isNode, type PickleValue } from "./pickle/values.ts";

const MAX_POINTS = 500_000;
const MAX_CURVES = 200;
const MAX_NAME = 200;

/** Reads the curves; `fault` says what was passed over. */
export function curvesFrom(value: PickleValue | undefined): {
  readonly curves: readonly TrainingCurve[];
  readonly fault: string | undefined;
} {
  if (value === undefined || value === null) return { curves: [], fault: undefined };
  if (!isNode(value) || value.kind !== "dict") return { curves: [], fault: "evals_result is no dict" };
  const curves: TrainingCurve[] = [];
  let left = MAX_POINTS;
  let fault: string | undefined;
  for (const [dataset, metrics] of dictEntries(value)) {
    if (!isNode(metrics) || metrics.kind !== "dict") {
      fault ??= `evals_result[${JSON.stringify(pythonText(dataset).slice(0, MAX_NAME))}] is no dict`;
      continue;
    }
    for (const [metric, points] of dictEntries(metrics)) {
      const values = elementsOf(points, left + 1);
      if (values === undefined || values.length > left || curves.length >= MAX_CURVES) {
        fault ??= `evals_result[${JSON.stringify(pythonText(dataset).slice(0, MAX_NAME))}][${JSON.stringify(pythonText(metric).slice(0, MAX_NAME))}] is ${values === undefined ? "no list" : "too long"}`;
        continue;
      }
      left -= values.length;
      curves.push({
        dataset: pythonText(dataset).slice(0, MAX_NAME),
        metric: pythonText(metric).slice(0, MAX_NAME),
        values: values.map(finiteOrNull),
      });
    }
  }
  return { curves, fault };
}

function finiteOrNull(value: PickleValue): number | null {
  const number = lenientFloat(value);
  return number !== undefined && Number.isFinite(number) ? number : null;
}
