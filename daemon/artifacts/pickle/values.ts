// The values that a pickle can hold, as inert data. Nothing here can run or be looked up.
//
// Plain JavaScript values stand for the common scalars:
//   null, boolean, string (may hold lone surrogates)
//   number that is a whole number and not -0 = Python int; bigint = Python int beyond 2^53
//   number with a fraction, NaN, an infinity or -0 = Python float; a whole-numbered float is a FloatValue
// so that an int and a float never mix, and a million floats cost no objects.

/** A float without a fraction: `3.0`. */
export interface FloatValue {
  readonly kind: "float";
  readonly value: number;
}

export interface ListValue {
  readonly kind: "list";
  items: PickleValue[];
}

export interface TupleValue {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

export interface SetValue {
  readonly kind: "set" | "frozenset";
  items: PickleValue[];
}

/** A dict or one of its standard kinds. Keys and values alternate in `flat` in the order of writing; a key may occur twice (see dict.ts). */
export interface DictValue {
  readonly kind: "dict";
  readonly type: "dict" | "OrderedDict" | "defaultdict" | "Counter";
  flat: PickleValue[];
  /** defaultdict only. */
  readonly factory: PickleValue;
}

export interface DequeValue {
  readonly kind: "deque";
  items: PickleValue[];
  readonly maxlen: PickleValue;
}

export interface BytesValue {
  readonly kind: "bytes" | "bytearray";
  /** A view of the file's bytes; never written to. */
  readonly bytes: Uint8Array;
}

export interface ComplexValue {
  readonly kind: "complex";
  readonly re: number;
  readonly im: number;
}

export interface RangeValue {
  readonly kind: "range" | "slice";
  readonly start: PickleValue;
  readonly stop: PickleValue;
  readonly step: PickleValue;
}

/** The name of a class or function. It is never looked up. */
export interface GlobalValue {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
}

/** Something that lies outside the file: a persistent id, or an out-of-band buffer (id null). */
export interface ExternalValue {
  readonly kind: "external";
  readonly id: PickleValue;
}

/** The opcodes that call something or make an instance of it. */
export type CallOpcode = "REDUCE" | "INST" | "OBJ" | "NEWOBJ" | "NEWOBJ_EX";

/**
 * A call or an instance, recorded and not made. `known`: the name is one that benign files hold, and its shape was as expected.
 * For an instance, `args` are what `__new__` would get, and `state` is what BUILD gave it (`instance-state.ts` reads its attributes).
 */
export interface ObjectValue {
  readonly kind: "object";
  /** How it came to be; NEWOBJ for instances, also for those that Python's copyreg restores. */
  readonly opcode: CallOpcode;
  readonly module: string;
  readonly name: string;
  readonly args: readonly PickleValue[];
  readonly kwargs: PickleValue;
  known: boolean;
  /** The state of BUILD; undefined without one. Of several dicts all entries, the later ones behind. */
  state: PickleValue | undefined;
  /** What APPEND(S) and ADDITEMS added. */
  items: PickleValue[] | undefined;
  /** What SETITEM(S) set: keys and values alternate. */
  flat: PickleValue[] | undefined;
}

export interface DateValue {
  readonly kind: "date";
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export interface TimeValue {
  readonly kind: "time";
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  readonly fold: 0 | 1;
  readonly zone: PickleValue;
}

export interface DateTimeValue {
  readonly kind: "datetime";
  readonly date: DateValue;
  readonly time: TimeValue;
}

export interface TimedeltaValue {
  readonly kind: "timedelta";
  readonly days: number;
  readonly seconds: number;
  readonly micros: number;
}

/** A time zone: a fixed offset in seconds, or a name. */
export interface ZoneValue {
  readonly kind: "zone";
  readonly offsetSeconds: number | undefined;
  readonly key: string | undefined;
}

export type TimeUnit = "s" | "ms" | "us" | "ns";

/** A pandas Timestamp: `value` counts `unit` since 1970 UTC. */
export interface TimestampValue {
  readonly kind: "timestamp";
  readonly value: bigint;
  readonly unit: TimeUnit;
  readonly zone: PickleValue;
}

/** A pandas Timedelta. */
export interface PandasTimedeltaValue {
  readonly kind: "pandas_timedelta";
  readonly value: bigint;
  readonly unit: TimeUnit;
}

/** pandas' missing values. */
export interface MissingValue {
  readonly kind: "missing";
  readonly name: "NaT" | "NA";
}

/** One field of a structured dtype. */
export interface DtypeField {
  readonly name: string;
  readonly dtype: DtypeValue;
  readonly offset: number;
}

/** A numpy dtype; completed by BUILD. */
export interface DtypeValue {
  readonly kind: "dtype";
  readonly origin: GlobalValue;
  /** One of numpy's kind letters: b i u f c S U V O M m, and T for texts of any length (numpy 2). */
  letter: string;
  itemSize: number;
  order: "<" | ">" | "|";
  /** datetime64 and timedelta64: unit name and count. */
  unit: { readonly name: string; readonly count: number } | undefined;
  fields: readonly DtypeField[] | undefined;
  subarray: { readonly base: DtypeValue; readonly shape: readonly number[] } | undefined;
  /** Scalars in one element: more than one in structured dtypes and sub-arrays. */
  leaves: number;
  /** Something was laid out by it: it may not change any more. */
  sealed: boolean;
}

/** A numpy array; completed by BUILD when it came from `_reconstruct`. */
export interface NdarrayValue {
  readonly kind: "ndarray";
  readonly origin: GlobalValue;
  /** The subclass's name when it is not numpy.ndarray. */
  readonly subclass: GlobalValue | undefined;
  dtype: DtypeValue | undefined;
  shape: readonly number[];
  fortran: boolean;
  /** Raw elements in the order of `fortran`, or the members of an array of objects or texts in C order. */
  data: Uint8Array | readonly PickleValue[];
  /** The state of an array whose dtype is of a kind that we do not know: it stays as it is, and the array without dtype and elements. */
  unread: PickleValue | undefined;
}

/** A numpy scalar: raw element bytes, or the object itself. */
export interface NumpyScalarValue {
  readonly kind: "npscalar";
  readonly dtype: DtypeValue;
  readonly bytes: Uint8Array;
}

/** A decimal.Decimal, by its text. */
export interface DecimalValue {
  readonly kind: "decimal";
  readonly text: string;
}

/** A fractions.Fraction in lowest terms, as Python keeps it. */
export interface FractionValue {
  readonly kind: "fraction";
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A pandas Period: the `ordinal`-th one of its frequency (`M`, `D`, `2h` …) since 1970. */
export interface PeriodValue {
  readonly kind: "period";
  readonly ordinal: bigint;
  readonly freq: string;
}

/** A pandas Interval. */
export interface IntervalValue {
  readonly kind: "interval";
  readonly left: PickleValue;
  readonly right: PickleValue;
  readonly closed: string;
}

/** A path of Python's pathlib. */
export interface PathValue {
  readonly kind: "path";
  readonly origin: GlobalValue;
  readonly text: string;
}

export type PickleNode =
  | PathValue
  | DecimalValue
  | FractionValue
  | PeriodValue
  | IntervalValue
  | FloatValue
  | ListValue
  | TupleValue
  | SetValue
  | DictValue
  | DequeValue
  | BytesValue
  | ComplexValue
  | RangeValue
  | GlobalValue
  | ExternalValue
  | ObjectValue
  | DateValue
  | TimeValue
  | DateTimeValue
  | TimedeltaValue
  | ZoneValue
  | TimestampValue
  | PandasTimedeltaValue
  | MissingValue
  | DtypeValue
  | NdarrayValue
  | NumpyScalarValue;

export type PickleValue = null | boolean | number | bigint | string | PickleNode;

/** True for a value that is not one of the plain scalars. */
export function isNode(value: PickleValue | undefined): value is PickleNode {
  return typeof value === "object" && value !== null;
}

/** True for a Python int. */
export function isInt(value: PickleValue | undefined): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value) && !Object.is(value, -0));
}

/** The number of a Python float; undefined for anything else (an int, too). */
export function floatOf(value: PickleValue | undefined): number | undefined {
  if (typeof value === "number") return isInt(value) ? undefined : value;
  return isNode(value) && value.kind === "float" ? value.value : undefined;
}

/** A Python float as a value. */
export function makeFloat(value: number): PickleValue {
  return Number.isInteger(value) && !Object.is(value, -0) ? { kind: "float", value } : value;
}

/** A Python int as a value: a number when a double holds it exactly. */
export function makeInt(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}
