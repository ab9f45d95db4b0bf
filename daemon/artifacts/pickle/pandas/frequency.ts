// Frequencies of periods: recorded pandas offsets as the short texts that pandas prints.

import { attributeOf } from "../instance-state.ts";
import { isNode, type PickleValue } from "../values.ts";

const CODES: Readonly<Record<string, string>> = {
  Day: "D",
  BusinessDay: "B",
  Hour: "h",
  Minute: "min",
  Second: "s",
  Milli: "ms",
  Micro: "us",
  Nano: "ns",
  MonthEnd: "M",
};

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/** Offsets that are anchored: their code, the attribute that says where, and the third argument's names (months count from 1). */
const ANCHORED: Readonly<Record<string, { readonly code: string; readonly attribute: string; readonly names: readonly string[] }>> = {
  QuarterEnd: { code: "Q", attribute: "startingMonth", names: ["", ...MONTHS] },
  YearEnd: { code: "Y", attribute: "month", names: ["", ...MONTHS] },
  Week: { code: "W", attribute: "weekday", names: DAYS },
};

/** `M`, `2h`, `Q-DEC`; undefined for what is no such offset. Arguments are `(n, normalize[, anchor])`, older releases keep them in the state. */
export function frequencyText(value: PickleValue | undefined): string | undefined {
  if (!isNode(value) || value.kind !== "object" || !value.known || !value.module.endsWith(".offsets")) return undefined;
  const count = value.args[0] ?? attributeOf(value, "n") ?? 1;
  if (typeof count !== "number" || !Number.isInteger(count)) return undefined;
  const prefix = count === 1 ? "" : String(count);
  const code = CODES[value.name];
  if (code !== undefined) return prefix + code;
  const anchored = ANCHORED[value.name];
  const anchor = anchored && (value.args[2] ?? attributeOf(value, anchored.attribute));
  const place = typeof anchor === "number" ? anchored?.names[anchor] : undefined;
  return place === undefined ? undefined : `${prefix}${anchored?.code}-${place}`;
}

/** Codes of pandas before 2.2 that have another form since. */
const FORMER: Readonly<Record<string, string>> = { H: "h", T: "min", S: "s", L: "ms", U: "us", N: "ns", A: "Y" };

/** A frequency's text in its present form: `2H` becomes `2h`, `A-DEC` becomes `Y-DEC`. */
export function presentFrequency(text: string): string {
  return text.replace(/^(\d*)([HTSLUNA])(?=-|$)/, (_all, count: string, code: string) => count + (FORMER[code] ?? code));
}
