// pandas objects as tables: reads the recorded frames, series, indexes and arrays of pandas 1.5 to 3.1 without pandas.

import { sequence, smallInt } from "./constructors/arguments.ts";
import { dictGet } from "./dict.ts";
import { arrayElement, dtypeName } from "./numpy-elements.ts";
import { floatOf, isNode, type DictValue, type NdarrayValue, type ObjectValue, type PickleValue, type RangeValue } from "./values.ts";

/** A one-dimensional array of known length. */
export interface VectorView {
  readonly dtype: string;
  readonly length: number;
  /** The element; null beyond the end. */
  at(place: number): PickleValue;
}

/** Labels of an axis. */
export interface IndexView extends VectorView {
  readonly type: "Index" | "RangeIndex";
  readonly name: PickleValue;
  /** Start, stop and step of a RangeIndex. */
  readonly range: readonly [number, number, number] | undefined;
}

export interface FrameView {
  readonly columns: IndexView;
  readonly index: IndexView;
  /** The column at a place; undefined when its block is missing or of a kind that we do not read. */
  column(place: number): VectorView | undefined;
}

export interface SeriesView {
  readonly name: PickleValue;
  readonly index: IndexView;
  readonly values: VectorView;
}

function isNamed(value: PickleValue | undefined, name: string, ...modules: readonly string[]): value is ObjectValue {
  return isNode(value) && value.kind === "object" && value.known && value.name === name && modules.includes(value.module);
}

function dictState(value: ObjectValue): DictValue | undefined {
  return isNode(value.state) && value.state.kind === "dict" ? value.state : undefined;
}

function arrayVector(array: NdarrayValue): VectorView | undefined {
  const dtype = array.dtype;
  if (dtype === undefined || array.shape.length !== 1) return undefined;
  return {
    dtype: dtypeName(dtype),
    length: array.shape[0] ?? 0,
    at: (place) => (place < (array.shape[0] ?? 0) ? arrayElement(array, place) : null),
  };
}

/** `str[python]` marks missing text by NaN, `string[python]` by NA. */
function stringDtype(value: PickleValue | undefined): { readonly text: string; readonly missing: PickleValue } | undefined {
  if (!isNamed(value, "StringDtype", "pandas", "pandas.core.arrays.string_")) return undefined;
  const state = dictState(value);
  const storage = value.args[0] ?? (state === undefined ? "python" : dictGet(state, "storage"));
  if (typeof storage !== "string") return undefined;
  const nan = Number.isNaN(floatOf(value.args[1]));
  return nan ? { text: `str[${storage}]`, missing: Number.NaN } : { text: `string[${storage}]`, missing: { kind: "missing", name: "NA" } };
}

/** pandas' array of texts: `__pyx_unpickle_NDArrayBacked(class, checksum, None)` with state `(dtype, ndarray[, {}])`, or NEWOBJ with `_ndarray`. */
function stringVector(value: ObjectValue): VectorView | undefined {
  const [cls] = value.args;
  const backed =
    isNamed(value, "__pyx_unpickle_NDArrayBacked", "pandas._libs.arrays") &&
    isNode(cls) &&
    cls.kind === "global" &&
    cls.name === "StringArray";
  const [type, array] = backed ? (sequence(value.state)?.items ?? []) : [];
  const dtype = stringDtype(type);
  if (dtype === undefined || !isNode(array) || array.kind !== "ndarray") return undefined;
  const inner = arrayVector(array);
  return inner && { dtype: dtype.text, length: inner.length, at: (place) => textOr(inner.at(place), dtype.missing) };
}

function textOr(value: PickleValue, missing: PickleValue): PickleValue {
  return typeof value === "string" ? value : missing;
}

/** Any one-dimensional array that we can read. */
export function vectorOf(value: PickleValue | undefined): VectorView | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "ndarray") return arrayVector(value);
  return value.kind === "object" ? stringVector(value) : undefined;
}

/** An index: `_new_Index(class, {…})`. */
export function indexOf(value: PickleValue | undefined): IndexView | undefined {
  if (!isNamed(value, "_new_Index", "pandas.core.indexes.base")) return undefined;
  const [cls, parts] = value.args;
  if (!isNode(cls) || cls.kind !== "global" || !isNode(parts) || parts.kind !== "dict") return undefined;
  const name = dictGet(parts, "name") ?? null;
  if (cls.name === "RangeIndex") return rangeIndex(parts, name);
  if (cls.name !== "Index" && !/^(Int64|UInt64|Float64)Index$/.test(cls.name)) return undefined;
  const inner = vectorOf(dictGet(parts, "data"));
  return inner && { type: "Index", name, range: undefined, dtype: inner.dtype, length: inner.length, at: inner.at };
}

function rangeIndex(parts: DictValue, name: PickleValue): IndexView | undefined {
  const [start, stop, step] = ["start", "stop", "step"].map((part) =>
    smallInt(dictGet(parts, part), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  );
  if (start === undefined || stop === undefined || step === undefined || step === 0) return undefined;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  return {
    type: "RangeIndex",
    name,
    range: [start, stop, step],
    dtype: "int64",
    length,
    at: (place) => (place < length ? start + place * step : null),
  };
}

/** The places of the columns that a block holds: a slice or an array of places. At most `most` are listed. */
function placement(value: PickleValue | undefined, most: number): readonly number[] | undefined {
  if (isNode(value) && value.kind === "slice") return slicePlaces(value, most);
  const places = vectorOf(value);
  if (places === undefined || !/^int(32|64)$/.test(places.dtype)) return undefined;
  const listed: number[] = [];
  for (let i = 0; i < Math.min(places.length, most); i++) listed.push(smallInt(places.at(i), 0, most) ?? -1);
  return listed;
}

function slicePlaces(slice: RangeValue, most: number): readonly number[] | undefined {
  const start = smallInt(slice.start, 0, Number.MAX_SAFE_INTEGER);
  const stop = smallInt(slice.stop, -1, Number.MAX_SAFE_INTEGER);
  const step = slice.step === null ? 1 : smallInt(slice.step, -1e9, 1e9);
  if (start === undefined || stop === undefined || step === undefined || step === 0) return undefined;
  const listed: number[] = [];
  for (let place = start; (step > 0 ? place < stop : place > stop) && listed.length < most; place += step) listed.push(place);
  return listed;
}

/** Row `row` of a block's values as a column. */
function blockColumn(values: PickleValue | undefined, row: number, rows: number): VectorView | undefined {
  if (isNode(values) && values.kind === "ndarray" && values.shape.length === 2) {
    const dtype = values.dtype;
    if (dtype === undefined || values.shape[1] !== rows || row >= (values.shape[0] ?? 0)) return undefined;
    return { dtype: dtypeName(dtype), length: rows, at: (place) => (place < rows ? arrayElement(values, row * rows + place) : null) };
  }
  const vector = row === 0 ? vectorOf(values) : undefined;
  return vector?.length === rows ? vector : undefined;
}

/** A DataFrame whose manager was made from `_unpickle_block` calls (pandas 1.5 and later). */
export function frameOf(value: PickleValue | undefined): FrameView | undefined {
  if (!isNamed(value, "DataFrame", "pandas", "pandas.core.frame")) return undefined;
  const state = dictState(value);
  const manager = state && dictGet(state, "_mgr");
  if (!isNamed(manager, "BlockManager", "pandas.core.internals.managers")) return undefined;
  const [blocks, axes] = manager.args.map((part) => sequence(part)?.items);
  const columns = indexOf(axes?.[0]);
  const index = indexOf(axes?.[1]);
  if (blocks === undefined || columns === undefined || index === undefined) return undefined;
  const where = new Map<number, readonly [values: PickleValue | undefined, row: number]>();
  for (const block of blocks) {
    if (!isNamed(block, "_unpickle_block", "pandas._libs.internals")) continue;
    const places = placement(block.args[1], columns.length) ?? [];
    places.forEach((place, row) => where.set(place, [block.args[0], row]));
  }
  return {
    columns,
    index,
    column: (place) => {
      const found = where.get(place);
      return found && blockColumn(found[0], found[1], index.length);
    },
  };
}

/** The column under a text label; the first one when several have it. */
export function columnNamed(frame: FrameView, label: string): VectorView | undefined {
  for (let place = 0; place < frame.columns.length; place++) {
    if (frame.columns.at(place) === label) return frame.column(place);
  }
  return undefined;
}

/** A Series: manager state `(axes, values, items, {…})`. */
export function seriesOf(value: PickleValue | undefined): SeriesView | undefined {
  if (!isNamed(value, "Series", "pandas", "pandas.core.series")) return undefined;
  const state = dictState(value);
  const manager = state && dictGet(state, "_mgr");
  if (state === undefined || !isNamed(manager, "SingleBlockManager", "pandas.core.internals.managers")) return undefined;
  const [axes, arrays] = (sequence(manager.state)?.items ?? []).map((part) => sequence(part)?.items);
  const index = indexOf(axes?.[0]);
  const values = vectorOf(arrays?.[0]);
  if (index === undefined || values === undefined || index.length !== values.length) return undefined;
  return { name: dictGet(state, "_name") ?? dictGet(state, "name") ?? null, index, values };
}
