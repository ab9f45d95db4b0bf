// A value as tagged JSON that keeps Python's types apart: {"$":"tuple","v":[…]}, {"$":"int","v":"…"} and so on.

import { Buffer } from "node:buffer";
import { clockText, dateText, wallText } from "./date-text.ts";
import { describeFrame, describeIndex, describeSeries, describeVector } from "./describe-pandas.ts";
import { dtypeJson, floatJson, putTyped, typedFloat } from "./describe-typed.ts";
import { dictFlat } from "./dict.ts";
import { uuidText } from "./instance-texts.ts";
import { arrayElement, arrayLength, scalarElement } from "./numpy-elements.ts";
import { OUTPUT_LIMITS, OutputTree, type Encoded, type OpenJson, type OutputLimits } from "./output-tree.ts";
import { frameOf, indexOf, seriesOf, vectorOf } from "./pandas-view.ts";
import {
  isNode,
  makeInt,
  type DictValue,
  type DtypeValue,
  type NdarrayValue,
  type NumpyScalarValue,
  type ObjectValue,
  type PickleNode,
  type PickleValue,
  type ZoneValue,
} from "./values.ts";

/** Describes any value, bounded; `truncated` says that something was left out. Non-ASCII text stays as it is. */
export function describeValue(value: PickleValue, limits: OutputLimits = OUTPUT_LIMITS): Encoded {
  return new OutputTree(limits, (why) => ({ $: "cut", why })).run(value, describeOne);
}

function describeOne(value: PickleValue, tree: OutputTree): OpenJson {
  if (isNode(value)) return describeNode(value, tree);
  if (typeof value === "bigint") return exactInt(value);
  return typeof value === "number" && (Object.is(value, -0) || !Number.isInteger(value)) ? floatJson(value) : value;
}

function describeNode(value: PickleNode, tree: OutputTree): OpenJson {
  switch (value.kind) {
    case "float":
      return floatJson(value.value);
    case "list":
      return tree.list(value.items);
    case "tuple":
    case "set":
    case "frozenset":
      return { $: value.kind, v: tree.list(value.items) };
    case "dict":
      return describeDict(value, tree);
    case "deque":
      return { $: "deque", maxlen: typeof value.maxlen === "number" ? value.maxlen : null, v: tree.list(value.items) };
    case "bytes":
    case "bytearray":
      return describeBytes(value.kind, value.bytes, tree);
    case "complex":
      return { $: "complex", v: [typedFloat(value.re), typedFloat(value.im)] };
    case "range":
    case "slice":
      return { $: value.kind, v: tree.list([value.start, value.stop, value.step]) };
    case "global":
      return { $: "global", v: python3Name(value.module, value.name) };
    case "path":
      return { $: "path", class: python3Name(value.origin.module, value.origin.name), v: value.text };
    case "external":
      return { $: "external", id: tree.list([value.id]) };
    case "object":
      return describeObject(value, tree);
    case "dtype":
      return { $: "dtype", v: dtypeJson(value, tree) };
    case "ndarray":
      return describeArray(value, tree);
    case "npscalar":
      return describeScalar(value, tree);
    case "decimal":
      return { $: "Decimal", v: tree.text(value.text) ? value.text : tree.cut("limit") };
    case "fraction":
      return { $: "Fraction", v: [String(value.numerator), String(value.denominator)] };
    case "period":
      return { $: "Period", ordinal: exactInt(value.ordinal), freq: value.freq };
    case "interval":
      return { $: "Interval", v: tree.list([value.left, value.right]), closed: value.closed };
    default:
      return describeTime(value);
  }
}

/** An int: a number when a double holds it exactly. */
function exactInt(value: bigint): OpenJson {
  const int = makeInt(value);
  return typeof int === "bigint" ? { $: "int", v: String(int) } : int;
}

function describeTime(
  value: Extract<PickleNode, { kind: "date" | "time" | "datetime" | "timedelta" | "zone" | "timestamp" | "pandas_timedelta" | "missing" }>,
): OpenJson {
  switch (value.kind) {
    case "date":
      return { $: "date", v: dateText(value) };
    case "time":
      return { $: "time", v: clockText(value), tz: zoneJson(value.zone), fold: value.fold };
    case "datetime":
      return { $: "datetime", v: wallText(value), tz: zoneJson(value.time.zone), fold: value.time.fold };
    case "timedelta":
      return { $: "timedelta", v: [value.days, value.seconds, value.micros] };
    case "zone":
      return describeZone(value);
    case "timestamp":
      return { $: "Timestamp", v: String(value.value), unit: value.unit, tz: zoneJson(value.zone) };
    case "pandas_timedelta":
      return { $: "Timedelta", v: String(value.value), unit: value.unit };
    case "missing":
      return { $: value.name };
  }
}

function zoneJson(zone: PickleValue): OpenJson {
  if (zone === null) return null;
  return isNode(zone) && zone.kind === "zone" ? describeZone(zone) : { $: "opaque" };
}

function describeZone(zone: ZoneValue): OpenJson {
  if (zone.offsetSeconds === undefined || zone.key === "UTC") return { $: "tz", key: zone.key ?? "UTC" };
  if (zone.offsetSeconds === 0 && zone.key === undefined) return { $: "tz", key: "UTC" };
  return { $: "tz", offset_s: zone.offsetSeconds, ...(zone.key === undefined ? {} : { name: zone.key }) };
}

function describeDict(value: DictValue, tree: OutputTree): OpenJson {
  const v = tree.pairs(dictFlat(value));
  if (value.type !== "defaultdict") return { $: value.type, v };
  const factory = isNode(value.factory) && value.factory.kind === "global" ? python3Name(value.factory.module, value.factory.name) : null;
  return { $: "defaultdict", factory, v };
}

function describeBytes(kind: string, bytes: Uint8Array, tree: OutputTree): OpenJson {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoded = bytes.byteLength > 8 * 1024 * 1024 ? "" : text.toString("base64");
  if ((encoded === "" && bytes.byteLength > 0) || !tree.text(encoded)) return { $: kind, bytes: bytes.byteLength, v: tree.cut("limit") };
  return { $: kind, v: encoded };
}

function describeScalar(value: NumpyScalarValue, tree: OutputTree): OpenJson {
  const out: { [key: string]: OpenJson } = { $: "npscalar", dtype: dtypeJson(value.dtype, tree) };
  const time = value.dtype.letter === "M" || value.dtype.letter === "m";
  putTyped(time ? value : scalarElement(value), tree, out, "v");
  return out;
}

function describeArray(value: NdarrayValue, tree: OutputTree): OpenJson {
  const dtype = value.dtype;
  if (dtype === undefined) return describeUnread(value, tree);
  const length = arrayLength(value);
  const width = dtype.leaves === 1 ? 1 : dtype.leaves + 1;
  const room = Math.floor(tree.room(length * width) / width);
  const data: OpenJson[] = [];
  const objects = dtype.letter === "O" || dtype.letter === "T";
  for (let place = 0; place < room; place++) {
    const element = arrayElement(value, place);
    data.push(null);
    if (objects) tree.later(element, data, place);
    else putTyped(element, tree, data, place);
  }
  if (room < length) data.push(tree.cut("limit"));
  const subclass = value.subclass === undefined ? {} : { class: `${value.subclass.module}.${value.subclass.name}` };
  return {
    $: "ndarray",
    ...subclass,
    dtype: dtypeJson(loadedDtype(value, dtype), tree),
    shape: [...value.shape],
    order: value.fortran ? "F" : "C",
    data,
  };
}

/** An array without a dtype that we know: what its record says. */
function describeUnread(value: NdarrayValue, tree: OutputTree): OpenJson {
  const out: { [key: string]: OpenJson } = { $: "object", class: `${value.origin.module}.${value.origin.name}`, args: [] };
  if (value.unread !== undefined) tree.later(value.unread, out, "state");
  return out;
}

/** numpy and joblib turn the bytes of a big-endian array around while they load it; only a protocol 5 buffer stays as it is. */
function loadedDtype(array: NdarrayValue, dtype: DtypeValue): DtypeValue {
  return dtype.order === ">" && array.origin.name !== "_frombuffer" ? { ...dtype, order: "<" } : dtype;
}

function describeObject(value: ObjectValue, tree: OutputTree): OpenJson {
  const frame = frameOf(value);
  if (frame !== undefined) return describeFrame(frame, tree);
  const series = seriesOf(value);
  if (series !== undefined) return describeSeries(series, tree);
  const index = indexOf(value);
  if (index !== undefined) return describeIndex(index, tree);
  const vector = vectorOf(value);
  if (vector !== undefined) return describeVector(vector, tree);
  const uuid = uuidText(value);
  if (uuid !== undefined) return { $: "UUID", v: uuid };
  const out: { [key: string]: OpenJson } = { $: "object", class: python3Name(value.module, value.name), args: tree.list(value.args) };
  if (value.kwargs !== null) tree.later(value.kwargs, out, "kwargs");
  if (value.state !== undefined && !isEmptyState(value)) tree.later(value.state, out, "state");
  if (value.items !== undefined) out["items"] = tree.list(value.items);
  if (value.flat !== undefined) out["pairs"] = tree.pairs(dictFlat({ flat: value.flat }));
  return out;
}

/** An old-style instance of Python 2 is given its attributes even when it has none. */
function isEmptyState(value: ObjectValue): boolean {
  const { state } = value;
  return (value.opcode === "INST" || value.opcode === "OBJ") && isNode(state) && state.kind === "dict" && state.flat.length === 0;
}

const PYTHON3_MODULES: Readonly<Record<string, string>> = { __builtin__: "builtins", copy_reg: "copyreg" };
const PYTHON3_BUILTINS: Readonly<Record<string, string>> = { unicode: "str", long: "int", xrange: "range" };

/** `module.name` with Python 3's names for Python 2's built-ins. */
export function python3Name(module: string, name: string): string {
  const renamed = module === "__builtin__" ? (PYTHON3_BUILTINS[name] ?? name) : name;
  return `${PYTHON3_MODULES[module] ?? module}.${renamed}`;
}
