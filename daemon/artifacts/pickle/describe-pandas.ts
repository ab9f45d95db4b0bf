// pandas objects as tagged JSON.

import { putTyped } from "./describe-typed.ts";
import { setMember, type OpenJson, type OutputTree } from "./output-tree.ts";
import type { FrameView, IndexView, SeriesView, VectorView } from "./pandas-view.ts";
import type { PickleValue } from "./values.ts";

type Target = OpenJson[] | { [key: string]: OpenJson };

/** True when elements take the general forms, which tell 3 from 3.0. */
function isGeneral(vector: VectorView): boolean {
  return vector.dtype === "object" || vector.categories?.values.dtype === "object";
}

/** Writes one element, or one label of a level. */
function putElement(value: PickleValue, general: boolean, tree: OutputTree, target: Target, key: number): void {
  if (general && typeof value !== "string" && typeof value !== "boolean") tree.later(value, target, key);
  else putTyped(value, tree, target, key);
}

/** The elements of a vector. */
function elements(vector: VectorView, tree: OutputTree): OpenJson[] {
  const room = tree.room(vector.length);
  const out: OpenJson[] = [];
  const general = isGeneral(vector);
  for (let place = 0; place < room; place++) {
    out.push(null);
    putElement(vector.at(place), general, tree, out, place);
  }
  if (room < vector.length) out.push(tree.cut("limit"));
  return out;
}

/** The labels of an index; those of a MultiIndex are lists. */
function labels(index: IndexView, tree: OutputTree): OpenJson[] {
  const { levels } = index;
  if (levels === undefined) return elements(index, tree);
  const room = Math.floor(tree.room(index.length * (levels.length + 1)) / (levels.length + 1));
  const out: OpenJson[] = [];
  for (let place = 0; place < room; place++) {
    const row: OpenJson[] = levels.map(() => null);
    levels.forEach((level, i) => putElement(level.at(place), isGeneral(level), tree, row, i));
    tree.spend(1);
    out.push(row);
  }
  if (room < index.length) out.push(tree.cut("limit"));
  return out;
}

/** The name of a dtype; of a categorical one also what its values may be. */
function dtypeJson(vector: VectorView, tree: OutputTree): OpenJson {
  const { categories } = vector;
  if (categories === undefined) return vector.dtype;
  return {
    $: "CategoricalDtype",
    ordered: categories.ordered,
    categories_dtype: categories.values.dtype,
    categories: elements(categories.values, tree),
  };
}

function indexInfo(index: IndexView, tree: OutputTree): { [key: string]: OpenJson } {
  const info: { [key: string]: OpenJson } = { type: index.type, names: tree.list(index.names) };
  if (index.levels === undefined) info["dtype"] = dtypeJson(index, tree);
  else info["level_dtypes"] = index.levels.map((level) => dtypeJson(level, tree));
  if (index.range !== undefined) info["range"] = [...index.range];
  return info;
}

/** A DataFrame: data by label when the labels are distinct texts, else a list of columns. */
export function describeFrame(frame: FrameView, tree: OutputTree): OpenJson {
  const width = tree.room(frame.columns.length);
  const names: PickleValue[] = Array.from({ length: width }, (_, place) => frame.columns.at(place));
  const columns = names.map((_, place) => frame.column(place));
  const data = columns.map((column): OpenJson => (column === undefined ? { $: "opaque" } : elements(column, tree)));
  const texts = names.filter((label) => typeof label === "string");
  let named: OpenJson = data;
  if (texts.length === names.length && new Set(texts).size === texts.length) {
    const byLabel: { [key: string]: OpenJson } = {};
    texts.forEach((label, place) => setMember(byLabel, label, data[place] ?? null));
    named = byLabel;
  }
  const out: { [key: string]: OpenJson } = {
    $: "DataFrame",
    columns: labels(frame.columns, tree),
    columns_info: indexInfo(frame.columns, tree),
    dtypes: columns.map((column) => (column === undefined ? null : dtypeJson(column, tree))),
    index: labels(frame.index, tree),
    index_info: indexInfo(frame.index, tree),
    data: named,
  };
  if (frame.attrs !== undefined) tree.later(frame.attrs, out, "attrs");
  return out;
}

/** A Series with its labels. */
export function describeSeries(series: SeriesView, tree: OutputTree): OpenJson {
  const out: { [key: string]: OpenJson } = {
    $: "Series",
    name: null,
    dtype: dtypeJson(series.values, tree),
    index: labels(series.index, tree),
    index_info: indexInfo(series.index, tree),
    data: elements(series.values, tree),
  };
  tree.later(series.name, out, "name");
  return out;
}

/** An index: its type, names and labels. */
export function describeIndex(index: IndexView, tree: OutputTree): OpenJson {
  return { $: "Index", ...indexInfo(index, tree), data: labels(index, tree) };
}

/** One of pandas' own arrays. */
export function describeVector(vector: VectorView, tree: OutputTree): OpenJson {
  return { $: "array", dtype: dtypeJson(vector, tree), data: elements(vector, tree) };
}
