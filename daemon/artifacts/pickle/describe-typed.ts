// Elements of arrays and columns as JSON: floats stay plain numbers unless JSON has none; times are decimal text.

import { dtypeCode, scalarElement, timeCount } from "./numpy-elements.ts";
import { setMember, type OpenJson, type OutputTree } from "./output-tree.ts";
import { isNode, type DtypeValue, type PickleNode, type PickleValue } from "./values.ts";

/** A float: plain when it has a fraction, tagged otherwise. */
export function floatJson(value: number): OpenJson {
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  return { $: "float", v: floatText(value) };
}

/** Python's text of a float (`repr`). */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e16 || size < 1e-4) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** A float among typed elements. */
export function typedFloat(value: number): OpenJson {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: "float", v: floatText(value) };
}

/** Writes one element into `target[key]`, at once or, for a nested value, after the current one. */
export function putTyped(
  value: PickleValue,
  tree: OutputTree,
  target: OpenJson[] | { [key: string]: OpenJson },
  key: number | string,
): void {
  const plain = isNode(value) ? typedNode(value, tree) : typedPlain(value, tree);
  if (Array.isArray(target)) target[Number(key)] = plain ?? null;
  else setMember(target, String(key), plain ?? null);
  if (plain === undefined) tree.later(value, target, key);
  else tree.spend(1);
}

function typedPlain(value: Exclude<PickleValue, PickleNode>, tree: OutputTree): OpenJson {
  if (typeof value === "string") return tree.text(value) ? value : tree.cut("limit");
  if (typeof value === "bigint") return { $: "int", v: String(value) };
  return typeof value === "number" ? typedFloat(value) : value;
}

/** Undefined for a value that takes the general form. */
function typedNode(value: PickleNode, tree: OutputTree): OpenJson | undefined {
  switch (value.kind) {
    case "float":
      return value.value;
    case "complex":
      return [typedFloat(value.re), typedFloat(value.im)];
    case "missing":
      return { $: value.name };
    case "period":
      return String(value.ordinal);
    case "npscalar": {
      if (value.dtype.letter !== "M" && value.dtype.letter !== "m") return typedScalar(scalarElement(value), tree);
      const count = timeCount(value);
      return count === undefined ? { $: "NaT" } : String(count);
    }
    case "tuple":
    case "list": {
      // A record or a sub-array of a structured dtype, or the bounds of an interval: as short as the dtype says.
      const out: OpenJson[] = [];
      value.items.forEach((item, place) => putTyped(item, tree, out, place));
      return out;
    }
    default:
      return undefined;
  }
}

function typedScalar(value: PickleValue, tree: OutputTree): OpenJson {
  const holder: OpenJson[] = [];
  putTyped(value, tree, holder, 0);
  return holder[0] ?? null;
}

/** Structured dtypes may hold one another; deeper than this nobody nests them. */
const MAX_DEPTH = 8;

/** A numpy dtype: its short code, or what a structured one is made of. */
export function dtypeJson(dtype: DtypeValue, tree: OutputTree, depth = 0): OpenJson {
  if (depth > MAX_DEPTH) return tree.cut("depth");
  const { subarray, fields } = dtype;
  if (subarray !== undefined) return { $: "dtype", base: dtypeJson(subarray.base, tree, depth + 1), shape: [...subarray.shape] };
  if (fields === undefined) return dtypeCode(dtype);
  const room = tree.room(fields.length);
  const rows: OpenJson[] = [];
  for (const field of fields.slice(0, room)) {
    tree.spend(3);
    rows.push([tree.text(field.name) ? field.name : tree.cut("limit"), dtypeJson(field.dtype, tree, depth + 1), field.offset]);
  }
  if (room < fields.length) rows.push(tree.cut("limit"));
  return { $: "dtype", itemsize: dtype.itemSize, fields: rows };
}
