// `<group>_series.csv` (DESIGN §8.4) as numbers: what a version's IC and return were on each date.

import type { SeriesRow } from "./gates.ts";

const HEADER = "date,ic,ret";
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["infinity", Infinity],
  ["-infinity", -Infinity],
]);

/** The rows, or why there are none: the first line that is wrong, counted from 1. An empty field is a missing value; NaN and Infinity stay what they are. */
export function parseSeries(
  text: string,
): { readonly ok: true; readonly rows: readonly SeriesRow[] } | { readonly ok: false; readonly reason: string } {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const header = fieldsOf(lines[0] ?? "").join();
  if (header !== HEADER) return { ok: false, reason: `the header is ${JSON.stringify(header.slice(0, 80))}, not ${HEADER}` };
  const rows: SeriesRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "") continue;
    const [date = "", ic, ret, ...more] = fieldsOf(line);
    const values = [numberOf(ic), numberOf(ret)];
    if (date === "" || more.length > 0 || values.includes(undefined))
      return { ok: false, reason: `line ${index + 1} is no date with two numbers: ${JSON.stringify(line.slice(0, 80))}` };
    rows.push({ date, ic: values[0] ?? null, ret: values[1] ?? null });
  }
  return { ok: true, rows };
}

function fieldsOf(line: string): string[] {
  return line.split(",").map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
}

/** Null: missing; undefined: no number. */
function numberOf(field: string | undefined): number | null | undefined {
  if (field === undefined) return undefined;
  if (field === "") return null;
  return NUMBER.test(field) ? Number(field) : NOT_FINITE.get(field.toLowerCase());
}
