// Reading single members of an info dict the lenient way of the old services.

import { stripText } from "../../shared/domain/names.ts";
import { exactInt, floatFromText, intFromText } from "./lenient.ts";
import { arrayElement, arrayLength, scalarElement } from "./pickle/numpy-elements.ts";
import { indexOf, seriesOf, vectorOf } from "./pickle/pandas-view.ts";
import { isoText, pythonText } from "./pickle/python-text.ts";
import { floatOf, isInt, isNode, type PickleValue } from "./pickle/values.ts";

/** The plain value inside a numpy scalar or an array of one element; anything else as it is. */
function unwrap(value: PickleValue | undefined): PickleValue | undefined {
  if (!isNode(value)) return value;
  if (value.kind === "npscalar") return scalarElement(value);
  if (value.kind === "ndarray" && arrayLength(value) === 1) return arrayElement(value, 0);
  return value;
}

/** An int: floats lose their fraction, digit texts count, True is 1; anything else is null. */
export function lenientInt(wrapped: PickleValue | undefined): number | bigint | null {
  const value = unwrap(wrapped);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (isInt(value)) return value;
  if (typeof value === "string") return intFromText(stripText(value)) ?? null;
  const float = floatOf(value);
  return float !== undefined && Number.isFinite(float) ? exactInt(BigInt(Math.trunc(float))) : null;
}

/** A float as Python's `float()` gives it, NaN and infinities included; undefined for what is none. */
export function lenientFloat(wrapped: PickleValue | undefined): number | undefined {
  const value = unwrap(wrapped);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (isInt(value)) return Number(value);
  return typeof value === "string" ? floatFromText(stripText(value)) : floatOf(value);
}

/** Text: as is; another value as Python prints it; null for None and the missing. */
export function optionalText(value: PickleValue | undefined): string | null {
  return value === undefined || value === null ? null : pythonText(value);
}

/** ISO text of dates of any library, else Python's text; null for None and the missing. */
export function dateField(value: PickleValue | undefined): string | null {
  return value === undefined || value === null ? null : (isoText(value) ?? pythonText(value));
}

/** The elements of a list, tuple, set, array, Series or Index; undefined for anything else. At most `most` are returned. */
export function elementsOf(value: PickleValue | undefined, most: number): readonly PickleValue[] | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "list" || value.kind === "tuple" || value.kind === "set" || value.kind === "frozenset" || value.kind === "deque")
    return value.items.slice(0, most);
  if (value.kind === "ndarray") return Array.from({ length: Math.min(most, arrayLength(value)) }, (_, place) => arrayElement(value, place));
  const vector = seriesOf(value)?.values ?? indexOf(value) ?? vectorOf(value);
  return vector && Array.from({ length: Math.min(most, vector.length) }, (_, place) => vector.at(place));
}
