// Names that benign files hold and that stay records: known by name, described by name, arguments and state, never rebuilt.

import type { ConstructorRows } from "./constructor.ts";

const NAMES: readonly (readonly [module: string, names: readonly string[]])[] = [
  ["decimal", ["Decimal"]],
  ["fractions", ["Fraction"]],
  ["pytz", ["_p", "FixedOffset"]],
  ["numpy.random", ["__RandomState_ctor"]],
  ["numpy.random._pickle", ["__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"]],
  ["numpy.random.bit_generator", ["__pyx_unpickle_SeedSequence"]],
  [
    "pandas",
    [
      "BooleanDtype",
      "CategoricalDtype",
      "DatetimeTZDtype",
      "Float32Dtype",
      "Float64Dtype",
      "Int8Dtype",
      "Int16Dtype",
      "Int32Dtype",
      "Int64Dtype",
    ],
  ],
  ["pandas", ["UInt8Dtype", "UInt64Dtype", "Interval", "IntervalDtype", "Period", "PeriodDtype"]],
  ["pandas.arrays", ["ArrowStringArray", "BooleanArray", "FloatingArray", "IntegerArray"]],
  ["pandas._libs.interval", ["Interval", "__pyx_unpickle_IntervalMixin"]],
  ["pandas._libs.tslibs.offsets", ["Day", "Hour", "Minute", "MonthEnd"]],
  ["pandas._libs.tslibs.period", ["Period", "__pyx_unpickle_PeriodMixin"]],
  ["pandas.core.arrays.boolean", ["BooleanArray", "BooleanDtype"]],
  ["pandas.core.arrays.categorical", ["Categorical"]],
  ["pandas.core.arrays.datetimes", ["DatetimeArray"]],
  ["pandas.core.arrays.floating", ["Float32Dtype", "Float64Dtype", "FloatingArray"]],
  ["pandas.core.arrays.integer", ["Int8Dtype", "Int16Dtype", "Int32Dtype", "Int64Dtype", "UInt8Dtype", "UInt64Dtype", "IntegerArray"]],
  ["pandas.core.arrays.period", ["PeriodArray"]],
  ["pandas.core.arrays.string_arrow", ["ArrowStringArray"]],
  ["pandas.core.arrays.timedeltas", ["TimedeltaArray"]],
  ["pandas.core.dtypes.dtypes", ["CategoricalDtype", "DatetimeTZDtype", "IntervalDtype", "PeriodDtype"]],
  ["pandas.core.indexes.datetimes", ["_new_DatetimeIndex"]],
  ["pandas.core.indexes.interval", ["_new_IntervalIndex"]],
  ["pandas.core.indexes.timedeltas", ["_new_TimedeltaIndex"]],
  ["pandas.tseries.offsets", ["Day", "Hour", "Minute", "MonthEnd"]],
  ["pyarrow.lib", ["_restore_array", "chunked_array", "py_buffer", "type_for_alias"]],
];

export const INERT_ROWS: ConstructorRows = NAMES.flatMap(([module, names]) =>
  names.map((name) => [module, name, { record: true }] as const),
);
