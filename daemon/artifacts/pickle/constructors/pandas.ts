// pandas' names: times become data at once; frames, indexes and arrays stay records that the views in pandas/ read.

import { frequencyText } from "../pandas/frequency.ts";
import { isInt, isNode, type PickleValue, type TimeUnit } from "../values.ts";
import { anything, bytes, dict, either, flag, global, int, keep, list, none, text } from "./argument-shapes.ts";
import { KEPT, rows, type Constructor, type ConstructorRows, type Rebuild } from "./constructor.ts";

/** pandas' codes of time units. */
const UNITS: Readonly<Record<number, TimeUnit>> = { 7: "s", 8: "ms", 9: "us", 10: "ns" };

function unitOf(code: PickleValue | undefined): TimeUnit | undefined {
  if (code === undefined) return "ns";
  return typeof code === "number" ? UNITS[code] : undefined;
}

function inInt64(value: PickleValue | undefined): value is number | bigint {
  return isInt(value) && value >= -(2n ** 63n) && value < 2n ** 63n;
}

/** `(value, freq, tz[, unit])`: the value counts its own unit; nanoseconds where none is given. */
const timestamp: Rebuild = (args) => {
  const [value, , zone = null, code] = args;
  const unit = unitOf(code);
  if (args.length < 3 || args.length > 4 || !inInt64(value) || unit === undefined) return undefined;
  if (zone !== null && !(isNode(zone) && (zone.kind === "zone" || zone.kind === "object"))) return undefined;
  return { kind: "timestamp", value: BigInt(value), unit, zone };
};

const timedelta: Rebuild = (args) => {
  const [value, code] = args;
  const unit = unitOf(code);
  if (args.length < 1 || args.length > 2 || !inInt64(value) || unit === undefined) return undefined;
  return { kind: "pandas_timedelta", value: BigInt(value), unit };
};

const notATime: Rebuild = (args) => (args.length === 1 && args[0] === null ? { kind: "missing", name: "NaT" } : undefined);

/** `(None, freq, ordinal)`. */
const period: Rebuild = (args) => {
  const [value, freq, ordinal] = args;
  if (args.length !== 3 || value !== null || freq === undefined || !inInt64(ordinal)) return undefined;
  const name = frequencyText(freq);
  return name === undefined ? KEPT : { kind: "period", ordinal: BigInt(ordinal), freq: name };
};

/** `(left, right, closed)`. */
const interval: Rebuild = (args) => {
  const [left, right, closed] = args;
  if (args.length !== 3 || left === undefined || right === undefined || typeof closed !== "string") return undefined;
  return { kind: "interval", left, right, closed };
};

/** Instances made without arguments; BUILD gives them their state. */
const INSTANCE: Constructor = { create: keep([]) };

/** What Cython's own pickling calls: a class, a checksum of its layout, and the state if it is not left to BUILD. */
const CYTHON: Constructor = { call: keep([global, int, either(none, list)]) };

const NUMBERS = ["Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"].map((name) => `${name}Dtype`);

const ARRAYS: ConstructorRows = [
  ...rows(["pandas.core.arrays.boolean", "pandas.arrays"], ["BooleanArray"], INSTANCE),
  ...rows(["pandas.core.arrays.integer", "pandas.arrays"], ["IntegerArray"], INSTANCE),
  ...rows(["pandas.core.arrays.floating", "pandas.arrays"], ["FloatingArray"], INSTANCE),
  ...rows(["pandas.core.arrays.string_", "pandas.arrays"], ["StringArray"], INSTANCE),
  ...rows(["pandas.core.arrays.string_arrow", "pandas.arrays"], ["ArrowStringArray"], INSTANCE),
  ...rows(["pandas.core.arrays.categorical", "pandas"], ["Categorical"], INSTANCE),
  ...rows(["pandas.core.arrays.datetimes", "pandas.arrays"], ["DatetimeArray"], INSTANCE),
  ...rows(["pandas.core.arrays.timedeltas", "pandas.arrays"], ["TimedeltaArray"], INSTANCE),
  ...rows(["pandas.core.arrays.period", "pandas.arrays"], ["PeriodArray"], INSTANCE),
  ...rows(["pandas.core.arrays.interval", "pandas.arrays"], ["IntervalArray"], INSTANCE),
  ...rows(["pandas.core.arrays.numpy_", "pandas.arrays"], ["PandasArray", "NumpyExtensionArray"], INSTANCE),
  ...rows(["pandas.core.arrays.sparse.array", "pandas.core.arrays.sparse", "pandas.arrays"], ["SparseArray"], INSTANCE),
  ...rows(["pandas._libs.sparse"], ["IntIndex", "BlockIndex"], { call: keep([int, anything, anything], 1) }),
  ...rows(["pandas._libs.arrays"], ["__pyx_unpickle_NDArrayBacked"], CYTHON),
  ...rows(["pandas._libs.interval"], ["__pyx_unpickle_IntervalMixin"], CYTHON),
  ...rows(["pandas._libs.tslibs.period"], ["__pyx_unpickle_PeriodMixin"], CYTHON),
];

const DTYPES: ConstructorRows = [
  ...rows(["pandas.core.arrays.integer", "pandas"], NUMBERS, INSTANCE),
  ...rows(["pandas.core.arrays.floating", "pandas"], ["Float32Dtype", "Float64Dtype"], INSTANCE),
  ...rows(["pandas.core.arrays.boolean", "pandas"], ["BooleanDtype"], INSTANCE),
  ...rows(["pandas.core.dtypes.dtypes", "pandas"], ["CategoricalDtype", "DatetimeTZDtype", "IntervalDtype"], INSTANCE),
  ...rows(["pandas.core.dtypes.dtypes", "pandas"], ["PeriodDtype"], { ...INSTANCE, call: keep([anything]) }),
  ...rows(["pandas.core.arrays.string_", "pandas"], ["StringDtype"], { ...INSTANCE, call: keep([text, anything], 1) }),
];

const TABLES: ConstructorRows = [
  ...rows(["pandas.core.frame", "pandas"], ["DataFrame"], INSTANCE),
  ...rows(["pandas.core.series", "pandas"], ["Series"], INSTANCE),
  ...rows(["pandas.core.internals.managers"], ["BlockManager"], { ...INSTANCE, call: keep([list, list]) }),
  ...rows(["pandas.core.internals.managers"], ["SingleBlockManager"], INSTANCE),
  ...rows(["pandas._libs.internals"], ["_unpickle_block"], { call: keep([anything, anything, int]) }),
  ...rows(["pandas.core.indexes.base"], ["_new_Index"], { call: keep([global, dict]) }),
  ...rows(["pandas.core.indexes.datetimes"], ["_new_DatetimeIndex"], { call: keep([global, dict]) }),
  ...rows(["pandas.core.indexes.timedeltas"], ["_new_TimedeltaIndex"], { call: keep([global, dict]) }),
  ...rows(["pandas.core.indexes.interval"], ["_new_IntervalIndex"], { call: keep([global, dict]) }),
  ...rows(["pandas.core.indexes.period"], ["_new_PeriodIndex"], { call: keep([global, dict]) }),
];

const OFFSETS = [
  ...["Day", "Hour", "Minute", "Second", "Milli", "Micro", "Nano", "Week", "BusinessDay"],
  ...["MonthEnd", "MonthBegin", "BusinessMonthEnd", "BusinessMonthBegin", "QuarterEnd", "QuarterBegin", "YearEnd", "YearBegin"],
];

const TIMES: ConstructorRows = [
  ["pandas._libs.tslibs.timestamps", "_unpickle_timestamp", { call: timestamp }],
  ["pandas._libs.tslibs.timestamps", "Timestamp", { call: timestamp }],
  ["pandas._libs.tslibs.timedeltas", "_timedelta_unpickle", { call: timedelta }],
  ["pandas._libs.tslibs.timedeltas", "Timedelta", { call: timedelta }],
  ["pandas._libs.tslibs.nattype", "__nat_unpickle", { call: notATime }],
  ["pandas._libs.tslibs.nattype", "_nat_unpickle", { call: notATime }],
  ...rows(["pandas._libs.tslibs.period", "pandas"], ["Period"], { call: period }),
  ...rows(["pandas._libs.interval", "pandas"], ["Interval"], { call: interval }),
  ...rows(["pandas._libs.tslibs.offsets"], OFFSETS, { call: keep([int, flag, anything, anything], 3) }),
  ...rows(["pandas.tseries.offsets"], OFFSETS, INSTANCE),
];

/** Text columns with storage pyarrow. */
const ARROW: ConstructorRows = [
  ["pyarrow.lib", "_restore_array", { call: keep([list]) }],
  ["pyarrow.lib", "chunked_array", { call: keep([list, anything], 1) }],
  ["pyarrow.lib", "py_buffer", { call: keep([bytes]) }],
  ["pyarrow.lib", "type_for_alias", { call: keep([text]) }],
];

export const PANDAS_ROWS: ConstructorRows = [...ARRAYS, ...DTYPES, ...TABLES, ...TIMES, ...ARROW];
