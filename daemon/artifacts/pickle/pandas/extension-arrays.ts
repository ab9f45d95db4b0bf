// pandas' own arrays as vectors: times with a zone, periods, nullable numbers, texts. Layouts of pandas 0.25 to 3.1.

import { sequence } from "../constructors/arguments.ts";
import { dictGet } from "../dict.ts";
import { attributeOf } from "../instance-state.ts";
import { timeUnitText } from "../numpy-elements.ts";
import { floatOf, isInt, isNode, type NdarrayValue, type ObjectValue, type PickleValue } from "../values.ts";
import { arrowTexts } from "./arrow-text.ts";
import { frequencyText, presentFrequency } from "./frequency.ts";
import { ndarrayOf, plainVector, slabVector, type VectorView } from "./vector-view.ts";
import { zoneText } from "./zone-text.ts";

const NOT_A_TIME: PickleValue = { kind: "missing", name: "NaT" };
const NOT_AVAILABLE: PickleValue = { kind: "missing", name: "NA" };
const INT64_MIN = -(2n ** 63n);

/** What an array is made of, whatever the release stored it in. */
export interface Parts {
  readonly dtype: PickleValue | undefined;
  readonly array: NdarrayValue | undefined;
}

/** The class of an array of pandas: that of the instance, or the one that Cython's pickling names; empty for anything else. */
export function arrayClass(value: ObjectValue): string {
  const [cls] = value.args;
  const { module, name } = value.name.startsWith("__pyx_unpickle_") && isNode(cls) && cls.kind === "global" ? cls : value;
  return value.known && (module.startsWith("pandas.") || module === "pandas") ? name : "";
}

/** An instance's state may be a dict of attributes, or (Cython's pickling) a tuple of that dict alone. */
export function attributeIn(value: ObjectValue, name: string): PickleValue | undefined {
  const [inner] = sequence(value.state)?.items ?? [];
  return isNode(inner) && inner.kind === "dict" ? dictGet(inner, name) : attributeOf(value, name);
}

/** The parts of an array: state `(dtype, array, …)` from pandas 1.3 on; before, a dict of attributes. */
export function partsOf(value: ObjectValue): Parts {
  const items = sequence(value.state)?.items ?? [];
  // Cython keeps the parts in its own order: whichever is the array.
  const found = items.map(ndarrayOf).find((part) => part !== undefined);
  if (found !== undefined)
    return { dtype: items.find((part) => isNode(part) && (part.kind === "dtype" || part.kind === "object")), array: found };
  const array = ["_ndarray", "_data", "_codes"].map((name) => ndarrayOf(attributeIn(value, name))).find((part) => part !== undefined);
  return { dtype: attributeIn(value, "_dtype"), array };
}

/** Row `row` of an array of one of pandas' own kinds; undefined for anything else, and when its parts do not fit. */
export function extensionVector(value: ObjectValue, row: number): VectorView | undefined {
  return READERS[arrayClass(value)]?.(value, row);
}

type Reader = (value: ObjectValue, row: number) => VectorView | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  DatetimeArray: datetimes,
  TimedeltaArray: plain,
  PandasArray: plain,
  NumpyExtensionArray: plain,
  PeriodArray: periods,
  IntegerArray: masked,
  FloatingArray: masked,
  BooleanArray: masked,
  StringArray: texts,
  ArrowStringArray: arrowStrings,
};

function plain(value: ObjectValue, row: number): VectorView | undefined {
  const { array } = partsOf(value);
  return array && plainVector(array, row);
}

/** `datetime64[ns]`, or with the zone of its dtype `datetime64[ns, Europe/Berlin]`. */
function datetimes(value: ObjectValue, row: number): VectorView | undefined {
  const { array, dtype } = partsOf(value);
  if (array?.dtype === undefined) return undefined;
  if (!isNamed(dtype, "DatetimeTZDtype")) return plainVector(array, row);
  return slabVector(array, row, zonedDtype(timeUnitText(array.dtype), attributeOf(dtype, "tz") ?? null));
}

/** The dtype of times with a zone. */
export function zonedDtype(unit: string, zone: PickleValue): string {
  return `datetime64[${unit}, ${zoneText(zone) ?? "an unknown zone"}]`;
}

/** An instance of one of pandas' dtypes, under any of the modules that it had. */
export function isNamed(value: PickleValue | undefined, name: string): value is ObjectValue {
  return isNode(value) && value.kind === "object" && value.known && value.name === name && value.module.startsWith("pandas");
}

/** Ordinals; the smallest integer is NaT. */
function periods(value: ObjectValue, row: number): VectorView | undefined {
  const { array, dtype } = partsOf(value);
  const freq = periodFrequency(dtype) ?? frequencyText(attributeIn(value, "_freq"));
  if (array === undefined || freq === undefined) return undefined;
  return slabVector(array, row, `period[${freq}]`, (ordinal) => {
    if (!isInt(ordinal)) return null;
    return BigInt(ordinal) === INT64_MIN ? NOT_A_TIME : { kind: "period", ordinal: BigInt(ordinal), freq };
  });
}

/** `PeriodDtype("period[M]")`, or its frequency in the arguments or the state. */
function periodFrequency(dtype: PickleValue | undefined): string | undefined {
  if (!isNamed(dtype, "PeriodDtype")) return undefined;
  const [name] = dtype.args;
  if (typeof name === "string") return presentFrequency(/^[Pp]eriod\[(.{1,40})\]$/.exec(name)?.[1] ?? name);
  return frequencyText(name) ?? frequencyText(attributeOf(dtype, "freq") ?? attributeOf(dtype, "_freq"));
}

const MASKED_NAMES: Readonly<Record<string, string>> = { bool: "boolean" };

/** Numbers beside a mask of what is missing; what lies under the mask is of no meaning. */
function masked(value: ObjectValue, row: number): VectorView | undefined {
  const data = ndarrayOf(attributeOf(value, "_data"));
  const mask = ndarrayOf(attributeOf(value, "_mask"));
  const numbers = data && plainVector(data, row);
  const missing = mask && plainVector(mask, row);
  if (numbers === undefined || missing?.length !== numbers.length || missing.dtype !== "bool") return undefined;
  return {
    dtype:
      MASKED_NAMES[numbers.dtype] ??
      numbers.dtype.replace(/^(u?)(.)/, (_all, u: string, first: string) => (u === "" ? first.toUpperCase() : `U${first.toUpperCase()}`)),
    length: numbers.length,
    at: (place) => (missing.at(place) === true ? NOT_AVAILABLE : numbers.at(place)),
  };
}

/** `str[python]` marks missing text by NaN, `string[python]` by NA. */
function stringDtype(
  value: PickleValue | undefined,
  storage: string,
): { readonly text: string; readonly missing: PickleValue } | undefined {
  if (value === undefined) return { text: `string[${storage}]`, missing: NOT_AVAILABLE };
  if (!isNamed(value, "StringDtype")) return undefined;
  const stored = value.args[0] ?? attributeOf(value, "storage") ?? attributeOf(value, "_storage") ?? storage;
  if (typeof stored !== "string") return undefined;
  return Number.isNaN(floatOf(value.args[1]))
    ? { text: `str[${stored}]`, missing: Number.NaN }
    : { text: `string[${stored}]`, missing: NOT_AVAILABLE };
}

function texts(value: ObjectValue, row: number): VectorView | undefined {
  const { array, dtype } = partsOf(value);
  const type = stringDtype(dtype, "python");
  if (array === undefined || type === undefined) return undefined;
  return slabVector(array, row, type.text, (element) => (typeof element === "string" ? element : type.missing));
}

/** `_data` up to pandas 2.0, `_pa_array` from 2.1. */
function arrowStrings(value: ObjectValue): VectorView | undefined {
  const type = stringDtype(attributeOf(value, "_dtype"), "pyarrow");
  return type && arrowTexts(attributeOf(value, "_pa_array") ?? attributeOf(value, "_data"), type.text, type.missing);
}
