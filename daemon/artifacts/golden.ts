// `<group>_golden.json`: rows and the margins that the model must give for them (DESIGN §8.4). Here only its form is checked.

import { memberOf, type JsonValue } from "./json/json-value.ts";
import { readJson } from "./json/read-json.ts";
import { rejected, type Rejected } from "./rejected.ts";

/** A row holds one value a feature, null = missing; margins one number a row, or a list for several outputs. */
export interface GoldenSet {
  readonly rows: readonly (readonly (number | null)[])[];
  readonly margins: readonly (number | readonly number[])[];
}

export type GoldenResult = { readonly ok: true; readonly golden: GoldenSet } | Rejected;

function numbers(value: JsonValue | undefined): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.filter((item) => typeof item === "number");
  return found.length === value.length ? found : undefined;
}

function row(value: JsonValue): readonly (number | null)[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.filter((item) => item === null || typeof item === "number");
  return found.length === value.length ? found : undefined;
}

/** Reads the file; refuses rows of different lengths and counts that differ. */
export function parseGolden(bytes: Uint8Array): GoldenResult {
  const document = readJson(bytes, 16);
  if (!document.ok) return document;
  const rowValues = memberOf(document.value, "rows");
  const marginValues = memberOf(document.value, "margins");
  if (!Array.isArray(rowValues) || !Array.isArray(marginValues)) return rejected('"rows" and "margins" must be lists');
  if (rowValues.length === 0) return rejected("it has no rows");
  if (rowValues.length !== marginValues.length) return rejected(`${rowValues.length} rows, but ${marginValues.length} margins`);
  const rows: (readonly (number | null)[])[] = [];
  for (const [i, value] of rowValues.entries()) {
    const read = row(value);
    if (read === undefined) return rejected(`row ${i} is no list of numbers and nulls`);
    if (read.length !== (rows[0]?.length ?? read.length))
      return rejected(`row ${i} has ${read.length} values, row 0 has ${rows[0]?.length ?? 0}`);
    rows.push(read);
  }
  const margins: (number | readonly number[])[] = [];
  for (const [i, value] of marginValues.entries()) {
    const read = typeof value === "number" ? value : numbers(value);
    if (read === undefined) return rejected(`margin ${i} is no number`);
    margins.push(read);
  }
  return { ok: true, golden: { rows, margins } };
}
