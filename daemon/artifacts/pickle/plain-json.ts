// A value as plain JSON for people and old clients: types give way to what JSON has (contract §1.4, "JSON-ising rules"),
// except that arrays and series are written out and not printed in part.

import { dictEntries } from "./dict.ts";
import { arrayElement, arrayLength, scalarElement } from "./numpy-elements.ts";
import { OutputTree, setMember, type Encoded, type OpenJson, type OutputLimits } from "./output-tree.ts";
import { frameOf, indexOf, seriesOf, vectorOf, type FrameView, type IndexView, type VectorView } from "./pandas-view.ts";
import { isoText, pythonText } from "./python-text.ts";
import {
  isNode,
  type DictValue,
  type NdarrayValue,
  type NumpyScalarValue,
  type ObjectValue,
  type PickleNode,
  type PickleValue,
} from "./values.ts";

const LIMITS: OutputLimits = { maxCost: 100_000, maxText: 1024 * 1024, maxDepth: 64 };

/** Plain JSON of any value, bounded; `truncated` says that something was left out. NaN and infinities become null. */
export function plainJson(value: PickleValue, limits: OutputLimits = LIMITS): Encoded {
  return new OutputTree(limits, (why) => `(left out: ${why})`).run(value, encode);
}

function encode(value: PickleValue, tree: OutputTree): OpenJson {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return isNode(value) ? encodeNode(value, tree) : value;
}

function encodeNode(value: PickleNode, tree: OutputTree): OpenJson {
  switch (value.kind) {
    case "float":
      return value.value;
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
    case "deque":
      return tree.list(value.items);
    case "dict":
      return encodeDict(value, tree);
    case "npscalar":
      return encodeScalar(value, tree);
    case "ndarray":
      return encodeArray(value, tree);
    case "object":
      return encodeObject(value, tree);
    case "complex":
      return `(${value.re}${value.im < 0 ? "" : "+"}${value.im}j)`;
    default: {
      const text = isoText(value) ?? pythonText(value);
      return tree.text(text) ? text : tree.cut("limit");
    }
  }
}

function encodeDict(dict: DictValue, tree: OutputTree): OpenJson {
  const out: { [key: string]: OpenJson } = {};
  const entries = dictEntries(dict);
  const room = tree.room(entries.length);
  for (const [key, value] of entries.slice(0, room)) putMember(pythonText(key), value, out, tree);
  if (room < entries.length) setMember(out, "…", tree.cut("limit"));
  return out;
}

/** Reserves the member's place now, so that the order of writing is kept. */
function putMember(name: string, value: PickleValue, out: { [key: string]: OpenJson }, tree: OutputTree): void {
  if (!tree.text(name)) return;
  setMember(out, name, null);
  tree.later(value, out, name);
}

function encodeScalar(scalar: NumpyScalarValue, tree: OutputTree): OpenJson {
  const time = isoText(scalar);
  if (time !== undefined) return time;
  const element = scalarElement(scalar);
  return isNode(element) && element.kind === "npscalar" ? pythonText(element) : encode(element, tree);
}

function encodeArray(array: NdarrayValue, tree: OutputTree): OpenJson {
  const length = arrayLength(array);
  if (length === 1) return encodeLater(arrayElement(array, 0), tree);
  const flat = elements(length, (place) => arrayElement(array, place), tree);
  if (flat.length !== length) return flat;
  // Groups the flat elements axis by axis, from the last one.
  let level: OpenJson[] = flat;
  for (let axis = array.shape.length - 1; axis > 0; axis--) {
    const size = array.shape[axis] ?? 1;
    const grouped: OpenJson[] = [];
    for (let at = 0; size > 0 && at < level.length; at += size) grouped.push(level.slice(at, at + size));
    level = grouped;
  }
  return level;
}

/** Elements that are scalars, written at once; nested ones only in one-dimensional data. */
function elements(length: number, at: (place: number) => PickleValue, tree: OutputTree): OpenJson[] {
  const room = tree.room(length);
  const out: OpenJson[] = [];
  for (let place = 0; place < room; place++) out.push(encodeLater(at(place), tree));
  if (room < length) out.push(tree.cut("limit"));
  return out;
}

/** A scalar as JSON; a container inside an array as the text of its type. */
function encodeLater(value: PickleValue, tree: OutputTree): OpenJson {
  tree.spend(1);
  if (!isNode(value)) return typeof value === "string" && !tree.text(value) ? tree.cut("limit") : encode(value, tree);
  if (value.kind === "missing") return null;
  if (value.kind === "float") return value.value;
  return value.kind === "npscalar" ? encodeScalar(value, tree) : pythonText(value);
}

function encodeObject(value: ObjectValue, tree: OutputTree): OpenJson {
  const frame = frameOf(value);
  if (frame !== undefined) return encodeFrame(frame, tree);
  const series = seriesOf(value);
  if (series !== undefined) {
    return series.values.length === 1 ? encodeLater(series.values.at(0), tree) : encodeLabelled(series.values, series.index, tree);
  }
  const vector = indexOf(value) ?? vectorOf(value);
  if (vector === undefined) return pythonText(value);
  return vector.length === 1 ? encodeLater(vector.at(0), tree) : elements(vector.length, (place) => vector.at(place), tree);
}

/** A Series with the default index is a list; with labels of its own (factor names) it keeps them. */
function encodeLabelled(values: VectorView, index: IndexView, tree: OutputTree): OpenJson {
  if (index.range?.[0] === 0 && index.range[2] === 1) return elements(values.length, (place) => values.at(place), tree);
  return column(values, index, tree);
}

function column(values: VectorView, index: IndexView, tree: OutputTree): OpenJson {
  const out: { [key: string]: OpenJson } = {};
  const room = tree.room(values.length);
  for (let place = 0; place < room; place++) {
    const label = pythonText(index.at(place));
    if (!tree.text(label)) break;
    setMember(out, label, encodeLater(values.at(place), tree));
  }
  if (room < values.length) setMember(out, "…", tree.cut("limit"));
  return out;
}

/** `{column: {index: value}}`. */
function encodeFrame(frame: FrameView, tree: OutputTree): OpenJson {
  const out: { [key: string]: OpenJson } = {};
  const room = tree.room(frame.columns.length);
  for (let place = 0; place < room; place++) {
    const values = frame.column(place);
    const label = pythonText(frame.columns.at(place));
    if (!tree.text(label)) break;
    setMember(out, label, values === undefined ? tree.cut("a column of a kind that is not read") : column(values, frame.index, tree));
  }
  return out;
}
