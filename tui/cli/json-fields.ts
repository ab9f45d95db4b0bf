// A JSON object of unknown shape as `label  value` lines.

import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { cutCells } from "../format/cell-width.ts";

/** Nested values are shown by their beginning; `--json` shows them whole. */
const VALUE_CELLS = 160;

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return cutCells(typeof value === "string" ? value : stringifyExact(value), VALUE_CELLS);
}

/** The members of an object, nulls and empty texts left out; nothing for anything else. */
export function jsonFields(value: unknown): (readonly [string, string])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const text = valueText(member);
    return text === "" ? [] : [[key, text] as const];
  });
}
