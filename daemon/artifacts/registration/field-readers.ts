// Readers of single metadata fields: a JSON value in, what the field means out; what is wrong is noted with its path.

import { setJsonMember, isJsonObject, type JsonObject } from "../json/json-value.ts";
import type { PythonJson } from "./python-json.ts";

/** Where a value stands, and where its faults go. */
export interface Place {
  readonly path: string;
  readonly note: (text: string) => void;
}

/** Notes what is wrong with the value at a place: `faultAt(place, "is empty")`. */
export function faultAt(place: Place, text: string): void {
  place.note(`${place.path} ${text}`);
}

/** Reads one value. Total: after a fault it gives something of the right type that nobody uses. */
export type Reader<T> = (value: PythonJson, place: Place) => T;

/** `metrics.ic`, `metrics["my metric"]`, `factor_list[3]`. */
export function below(place: Place, name: string | number): Place {
  const step = typeof name === "number" ? `[${name}]` : /^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  return { path: place.path + step, note: place.note };
}

/** A value as a message names it. */
export function shownValue(value: PythonJson): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (Array.isArray(value)) return "a list";
  return isJsonObject(value) ? "an object" : String(value).slice(0, 60);
}

function isNot(place: Place, value: PythonJson, wanted: string): void {
  faultAt(place, `is ${shownValue(value)}, no ${wanted}`);
}

/** Any text. */
export function anyText(value: PythonJson, place: Place): string {
  if (typeof value === "string") return value;
  isNot(place, value, "text");
  return "";
}

/** A text that says something. */
export function filledText(value: PythonJson, place: Place): string {
  const read = anyText(value, place);
  if (typeof value === "string" && read.trim() === "") faultAt(place, "is empty");
  return read;
}

/** A text or null. */
export function textOrNull(value: PythonJson, place: Place): string | null {
  return value === null ? null : anyText(value, place);
}

/** A list of texts. */
export function textList(value: PythonJson, place: Place): readonly string[] {
  if (Array.isArray(value)) return value.map((item, i) => anyText(item, below(place, i)));
  isNot(place, value, "list");
  return [];
}

/** A list of texts or null. */
export function textListOrNull(value: PythonJson, place: Place): readonly string[] | null {
  return value === null ? null : textList(value, place);
}

/** An object of any values, which are kept as they are. */
export function anyObject(value: PythonJson, place: Place): JsonObject {
  if (isJsonObject(value)) return value;
  isNot(place, value, "object");
  return {};
}

function objectOf<T>(member: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, place) => {
    const read: Record<string, T> = {};
    for (const [name, item] of Object.entries(anyObject(value, place))) {
      const at = below(place, name);
      if (name.trim() === "") faultAt(at, "has an empty name");
      setJsonMember(read, name, member(item, at));
    }
    return read;
  };
}

/** Names and texts, both saying something. */
export const filledTexts: Reader<Readonly<Record<string, string>>> = objectOf(filledText);

/** Metrics: names and finite numbers. Text, truth values and null are no numbers. */
export const finiteNumbers: Reader<Readonly<Record<string, number>>> = objectOf((value, place) => {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number") isNot(place, value, "number");
  else if (Number.isFinite(number)) return number;
  else if (typeof value === "bigint") faultAt(place, "is too large a number");
  else faultAt(place, `is ${shownValue(value)}, no finite number`);
  return 0;
});

/** At least one dataset with its version. */
export function datasetVersions(value: PythonJson, place: Place): Readonly<Record<string, string>> {
  const read = filledTexts(value, place);
  if (isJsonObject(value) && Object.keys(value).length === 0) faultAt(place, "is empty: name at least one dataset and its version");
  return read;
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?$/i;

/** A time in UTC that says so, as microseconds since 1970; digits behind the sixth are cut. */
export function utcMicros(value: PythonJson, place: Place): bigint {
  if (typeof value !== "string") {
    isNot(place, value, "time such as 2026-01-05T09:30:00Z");
    return 0n;
  }
  const [, day = "", minute = "", second = "00", fraction = "", zone] = TIME.exec(value) ?? [];
  const ms = Date.parse(`${day}T${minute}:${second}Z`);
  // The calendar of Date.parse knows a 24:00 and takes the 31st of a shorter month for the 1st of the next.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== `${day}T${minute}:${second}`) {
    isNot(place, value, "time such as 2026-01-05T09:30:00Z");
    return 0n;
  }
  if (zone === undefined) faultAt(place, `is ${shownValue(value)}, which has no time zone; it must be UTC`);
  else if (!/^(Z|[+-]00:?00)$/i.test(zone)) faultAt(place, `is ${shownValue(value)}; it must be UTC, not ${zone}`);
  return BigInt(ms) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}
