// The category values of a training frame (`cats`, 3.1 and later) as fields, with the integer types that UBJSON wants to know.

import { isJsonObject, memberOf, type JsonValue } from "../../json/json-value.ts";
import type { Field, FieldObject, PackedField } from "./fields.ts";

/** A reader that meets no categories expects these three lists, empty. */
const NONE: FieldObject = { enc: [], feature_segments: new Int32Array(), sorted_idx: new Int32Array() };

/** XGBoost's numbers for the types of integer categories (src/data/array_interface.h); categories that are texts have none. */
const PACKERS: ReadonlyMap<number, (values: readonly bigint[]) => PackedField> = new Map<
  number,
  (values: readonly bigint[]) => PackedField
>([
  [9, (values) => Int8Array.from(values, Number)],
  [10, (values) => Uint8Array.from(values, Number)],
  [11, (values) => Int16Array.from(values, Number)],
  [12, (values) => Uint16Array.from(values, Number)],
  [13, (values) => Int32Array.from(values, Number)],
  [14, (values) => Uint32Array.from(values, Number)],
  [15, (values) => BigInt64Array.from(values)],
  [16, (values) => BigUint64Array.from(values)],
]);

/** `cats` of a document. */
export function frameCategoryFields(categories: JsonValue | undefined): FieldObject {
  const features = memberOf(categories, "enc");
  if (!Array.isArray(features)) return NONE;
  return {
    enc: features.map(featureFields),
    feature_segments: int32s(memberOf(categories, "feature_segments")),
    sorted_idx: int32s(memberOf(categories, "sorted_idx")),
  };
}

/** True when a frame's categories are stored, and not only the three empty lists. */
export function hasFrameCategories(categories: JsonValue | undefined): boolean {
  const features = memberOf(categories, "enc");
  return Array.isArray(features) && features.length > 0;
}

/** The categories of one feature: texts as bytes with their offsets, or integers of one type. */
function featureFields(feature: JsonValue): Field {
  const values = integers(memberOf(feature, "values"));
  const type = isJsonObject(feature) && typeof feature["type"] === "number" ? feature["type"] : undefined;
  if (type === undefined) return { offsets: int32s(memberOf(feature, "offsets")), values: Int8Array.from(values, Number) };
  return { type, values: PACKERS.get(type)?.(values) ?? BigInt64Array.from(values) };
}

function integers(value: JsonValue | undefined): readonly bigint[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry) =>
    typeof entry === "bigint" ? entry : typeof entry === "number" && Number.isInteger(entry) ? BigInt(entry) : 0n,
  );
}

function int32s(value: JsonValue | undefined): Int32Array {
  return Int32Array.from(integers(value), Number);
}
