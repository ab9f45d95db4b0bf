// pandas objects as tagged JSON.

import { putTyped } from "./describe-typed.ts";
import type { OpenJson, OutputTree } from "./output-tree.ts";
import { setMember } from "./output-tree.ts";
import type { FrameView, IndexView, SeriesView, VectorView } from "./pandas-view.ts";
import type { PickleValue } from "./values.ts";

/** The elements of a vector; object columns use the general forms. */
function elements(vector: VectorView, tree: OutputTree): OpenJson[] {
  const room = tree.room(vector.length);
  const out: OpenJson[] = [];
  const general = vector.dtype === "object";
  for (let place = 0; place < room; place++) {
    const value = vector.at(place);
    if (general && value !== null && typeof value !== "string" && typeof value !== "boolean") {
      out.push(null);
      tree.later(value, out, place);
    } else putTyped(value, tree, out, place);
  }
  if (room < vector.length) out.push(tree.cut("limit"));
  return out;
}

function names(value: PickleValue, tree: OutputTree): OpenJson[] {
  const out: OpenJson[] = [];
  putTyped(value, tree, out, 0);
  return out;
}

function indexInfo(index: IndexView, tree: OutputTree): { [key: string]: OpenJson } {
  const info: { [key: string]: OpenJson } = { type: index.type, names: names(index.name, tree), dtype: index.dtype };
  if (index.range !== undefined) info["range"] = [...index.range];
  return info;
}

/** A DataFrame: data by label when the labels are distinct texts, else a list of columns. */
export function describeFrame(frame: FrameView, tree: OutputTree): OpenJson {
  const width = tree.room(frame.columns.length);
  const labels: PickleValue[] = Array.from({ length: width }, (_, place) => frame.columns.at(place));
  const columns = labels.map((_, place) => frame.column(place));
  const data = columns.map((column): OpenJson => (column === undefined ? { $: "opaque" } : elements(column, tree)));
  const texts = labels.filter((label) => typeof label === "string");
  let named: OpenJson = data;
  if (texts.length === labels.length && new Set(texts).size === texts.length) {
    const byLabel: { [key: string]: OpenJson } = {};
    texts.forEach((label, place) => setMember(byLabel, label, data[place] ?? null));
    named = byLabel;
  }
  return {
    $: "DataFrame",
    columns: elements(frame.columns, tree),
    columns_info: indexInfo(frame.columns, tree),
    dtypes: columns.map((column) => column?.dtype ?? null),
    index: elements(frame.index, tree),
    index_info: indexInfo(frame.index, tree),
    data: named,
  };
}

/** A Series with its labels. */
export function describeSeries(series: SeriesView, tree: OutputTree): OpenJson {
  return {
    $: "Series",
    name: names(series.name, tree)[0] ?? null,
    dtype: series.values.dtype,
    index: elements(series.index, tree),
    index_info: indexInfo(series.index, tree),
    data: elements(series.values, tree),
  };
}

/** An index: its type, names and labels. */
export function describeIndex(index: IndexView, tree: OutputTree): OpenJson {
  return { $: "Index", ...indexInfo(index, tree), data: elements(index, tree) };
}

/** An extension array of texts. */
export function describeStringArray(vector: VectorView, tree: OutputTree): OpenJson {
  return { $: "array", dtype: vector.dtype, data: elements(vector, tree) };
}
