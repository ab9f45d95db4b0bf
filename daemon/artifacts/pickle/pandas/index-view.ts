// Indexes as labels, and the arrays that hold indexes (categories, intervals): every kind of pandas 0.25 to 3.1.

import { sequence, smallInt } from "../constructors/arguments.ts";
import { dictGet } from "../dict.ts";
import { timeUnitText } from "../numpy-elements.ts";
import { attributeOf } from "../instance-state.ts";
import { floatOf, isNode, type DictValue, type ObjectValue, type PickleValue } from "../values.ts";
import { arrayClass, attributeIn, extensionVector, isNamed, partsOf, zonedDtype } from "./extension-arrays.ts";
import { ndarrayOf, plainVector, slabVector, type Categories, type VectorView } from "./vector-view.ts";

/** Labels of an axis. */
export interface IndexView extends VectorView {
  /** pandas' class; `Index` also for the Int64Index, UInt64Index and Float64Index of pandas before 2.0. */
  readonly type: string;
  /** Of a MultiIndex the name of its first level. */
  readonly name: PickleValue;
  /** One name, of a MultiIndex one for each level. */
  readonly names: readonly PickleValue[];
  /** Start, stop and step of a RangeIndex. */
  readonly range: readonly [number, number, number] | undefined;
  /** MultiIndex only: each level's labels by row. A row of the index is a tuple of them. */
  readonly levels: readonly VectorView[] | undefined;
}

/** Classes that hold one array. */
const PLAIN = new Set(["Index", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex", "CategoricalIndex", "IntervalIndex"]);
const NUMERIC = new Set(["Int64Index", "UInt64Index", "Float64Index"]);

/** The calls that make indexes, `(class, {…})`. */
const CALLS = new Set(["_new_Index", "_new_DatetimeIndex", "_new_TimedeltaIndex", "_new_IntervalIndex", "_new_PeriodIndex"]);

/** An index: `_new_Index(class, {…})` and its like; undefined for anything else. */
export function indexOf(value: PickleValue | undefined): IndexView | undefined {
  if (
    !isNode(value) ||
    value.kind !== "object" ||
    !value.known ||
    !CALLS.has(value.name) ||
    !value.module.startsWith("pandas.core.indexes.")
  )
    return undefined;
  const [cls, parts] = value.args;
  if (!isNode(cls) || cls.kind !== "global" || !isNode(parts) || parts.kind !== "dict") return undefined;
  if (cls.module !== "pandas" && !cls.module.startsWith("pandas.core.indexes.")) return undefined;
  if (cls.name === "RangeIndex") return rangeIndex(parts);
  if (cls.name === "MultiIndex") return multiIndex(parts);
  if (!PLAIN.has(cls.name) && !NUMERIC.has(cls.name)) return undefined;
  const inner = dataOf(parts);
  const name = dictGet(parts, "name") ?? null;
  return inner && { ...inner, type: NUMERIC.has(cls.name) ? "Index" : cls.name, name, names: [name], range: undefined, levels: undefined };
}

/** The labels of a single level: an array, or the two bounds of intervals. */
function dataOf(parts: DictValue): VectorView | undefined {
  const data = dictGet(parts, "data");
  const array = ndarrayOf(data);
  const zone = dictGet(parts, "tz");
  // Before pandas 1.0 the zone stood beside plain times.
  if (array?.dtype?.letter === "M" && zone !== undefined && zone !== null) {
    return slabVector(array, 0, zonedDtype(timeUnitText(array.dtype), zone));
  }
  if (array !== undefined) return plainVector(array, 0);
  if (isNode(data) && data.kind === "object") return arrayVector(data, 0) ?? indexOf(data);
  return intervalVector(dictGet(parts, "left"), dictGet(parts, "right"), dictGet(parts, "closed"));
}

function rangeIndex(parts: DictValue): IndexView | undefined {
  const [start, stop, step] = ["start", "stop", "step"].map((part) =>
    smallInt(dictGet(parts, part), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  );
  if (start === undefined || stop === undefined || step === undefined || step === 0) return undefined;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const name = dictGet(parts, "name") ?? null;
  return {
    type: "RangeIndex",
    name,
    names: [name],
    range: [start, stop, step],
    levels: undefined,
    dtype: "int64",
    length,
    at: (place) => (place < length ? start + place * step : null),
  };
}

/** `{levels, codes, sortorder, names}`: each level's codes point into its labels, −1 where one is missing. */
function multiIndex(parts: DictValue): IndexView | undefined {
  const labels = sequence(dictGet(parts, "levels"))?.items.map(indexOf) ?? [];
  const codes = sequence(dictGet(parts, "codes") ?? dictGet(parts, "labels"))?.items.map(ndarrayOf) ?? [];
  const names = sequence(dictGet(parts, "names"))?.items ?? [];
  if (labels.length === 0 || labels.length !== codes.length || names.length !== labels.length) return undefined;
  const levels: VectorView[] = [];
  for (const [i, level] of labels.entries()) {
    const places = codes[i] && plainVector(codes[i], 0);
    if (level === undefined || places === undefined || places.length !== (levels[0] ?? places).length) return undefined;
    levels.push(levelVector(level, places));
  }
  return {
    type: "MultiIndex",
    name: names[0] ?? null,
    names,
    range: undefined,
    levels,
    dtype: "object",
    length: levels[0]?.length ?? 0,
    at: (place) => ({ kind: "tuple", items: levels.map((level) => level.at(place)) }),
  };
}

/** What stands for a label that is missing. */
function missingOf(dtype: string): PickleValue {
  return /^(datetime|timedelta|period)/.test(dtype) ? { kind: "missing", name: "NaT" } : Number.NaN;
}

function levelVector(labels: IndexView, places: VectorView): VectorView {
  const missing = missingOf(labels.dtype);
  return {
    dtype: labels.dtype,
    ...(labels.categories === undefined ? {} : { categories: labels.categories }),
    length: places.length,
    at: (place) => {
      if (place >= places.length) return null;
      const code = places.at(place);
      return typeof code === "number" && code >= 0 && code < labels.length ? labels.at(code) : missing;
    },
  };
}

/** Row `row` of an array of any of pandas' own kinds; undefined for anything else, and when its parts do not fit. */
export function arrayVector(value: PickleValue | undefined, row: number): VectorView | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  switch (arrayClass(value)) {
    case "Categorical":
      return categorical(value, row);
    case "IntervalArray":
      return intervals(value);
    default:
      return extensionVector(value, row);
  }
}

/** Codes into the categories; −1 is missing. */
function categorical(value: ObjectValue, row: number): VectorView | undefined {
  const { array, dtype } = partsOf(value);
  const categories = categoriesOf(dtype);
  const codes = array && plainVector(array, row);
  if (categories === undefined || codes === undefined || !/^int(8|16|32|64)$/.test(codes.dtype)) return undefined;
  const { values } = categories;
  const missing = missingOf(values.dtype);
  return {
    dtype: "category",
    categories,
    length: codes.length,
    at: (place) => {
      if (place >= codes.length) return null;
      const code = codes.at(place);
      return typeof code === "number" && code >= 0 && code < values.length ? values.at(code) : missing;
    },
  };
}

/** The categories of a CategoricalDtype. */
function categoriesOf(dtype: PickleValue | undefined): Categories | undefined {
  if (!isNamed(dtype, "CategoricalDtype")) return undefined;
  const values = indexOf(attributeOf(dtype, "categories") ?? attributeOf(dtype, "_categories"));
  const ordered = attributeOf(dtype, "ordered") ?? attributeOf(dtype, "_ordered");
  return values && { ordered: ordered === true, values };
}

function intervals(value: ObjectValue): VectorView | undefined {
  const dtype = attributeIn(value, "_dtype");
  const closed = attributeIn(value, "_closed") ?? (isNamed(dtype, "IntervalDtype") ? attributeOf(dtype, "closed") : undefined);
  return intervalVector(attributeIn(value, "_left"), attributeIn(value, "_right"), closed);
}

/** Pairs of bounds; NaN where there is none. */
function intervalVector(
  leftValue: PickleValue | undefined,
  rightValue: PickleValue | undefined,
  closed: PickleValue | undefined,
): VectorView | undefined {
  const left = boundsOf(leftValue);
  const right = boundsOf(rightValue);
  if (left === undefined || left.length !== right?.length || typeof closed !== "string") return undefined;
  return {
    dtype: `interval[${left.dtype}, ${closed}]`,
    length: left.length,
    at: (place) => {
      if (place >= left.length) return null;
      const from = left.at(place);
      return Number.isNaN(floatOf(from)) ? Number.NaN : { kind: "tuple", items: [from, right.at(place)] };
    },
  };
}

function boundsOf(value: PickleValue | undefined): VectorView | undefined {
  const array = ndarrayOf(value);
  if (array !== undefined) return plainVector(array, 0);
  return indexOf(value) ?? arrayVector(value, 0);
}
