// Instances of the standard library that are one text to people.

import { attributeOf, isInstanceOf } from "./instance-state.ts";
import { isInt, type ObjectValue } from "./values.ts";

/** The text of a uuid.UUID; undefined for anything else. */
export function uuidText(value: ObjectValue): string | undefined {
  const int = isInstanceOf(value, "uuid", "UUID") ? attributeOf(value, "int") : undefined;
  if (!isInt(int) || int < 0 || int >= 2n ** 128n) return undefined;
  const hex = BigInt(int).toString(16).padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
