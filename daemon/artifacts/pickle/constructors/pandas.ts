// pandas' names: times become data at once; frames, indexes and arrays stay records that the views in pandas-view.ts read.

import { isInt, isNode, type PickleValue, type TimeUnit } from "../values.ts";
import type { ConstructorRows, Rebuild } from "./constructor.ts";

/** pandas' codes of time units. */
const UNITS: Readonly<Record<number, TimeUnit>> = { 7: "s", 8: "ms", 9: "us", 10: "ns" };

function unitOf(code: PickleValue | undefined): TimeUnit | undefined {
  if (code === undefined) return "ns";
  return typeof code === "number" ? UNITS[code] : undefined;
}

function inInt64(value: PickleValue | undefined): value is number | bigint {
  return isInt(value) && value >= -(2n ** 63n) && value < 2n ** 63n;
}

/** `(value, freq, tz[, unit])`: the value counts its own unit; nanoseconds where none is given. */
const timestamp: Rebuild = (args) => {
  const [value, , zone = null, code] = args;
  const unit = unitOf(code);
  if (args.length < 3 || args.length > 4 || !inInt64(value) || unit === undefined) return undefined;
  if (zone !== null && !(isNode(zone) && (zone.kind === "zone" || zone.kind === "object"))) return undefined;
  return { kind: "timestamp", value: BigInt(value), unit, zone };
};

const timedelta: Rebuild = (args) => {
  const [value, code] = args;
  const unit = unitOf(code);
  if (args.length < 1 || args.length > 2 || !inInt64(value) || unit === undefined) return undefined;
  return { kind: "pandas_timedelta", value: BigInt(value), unit };
};

const notATime: Rebuild = (args) => (args.length === 1 && args[0] === null ? { kind: "missing", name: "NaT" } : undefined);

/** Module and name of everything whose calls and instances stay records. */
const RECORDS: readonly (readonly [string, readonly string[]])[] = [
  ["pandas", ["DataFrame", "Series", "StringDtype"]],
  ["pandas.core.frame", ["DataFrame"]],
  ["pandas.core.series", ["Series"]],
  ["pandas.core.internals.managers", ["BlockManager", "SingleBlockManager"]],
  ["pandas._libs.internals", ["_unpickle_block"]],
  ["pandas._libs.arrays", ["__pyx_unpickle_NDArrayBacked"]],
  ["pandas.core.indexes.base", ["_new_Index"]],
  ["pandas.arrays", ["StringArray"]],
  ["pandas.core.arrays.string_", ["StringArray", "StringDtype"]],
];

export const PANDAS_ROWS: ConstructorRows = [
  ["pandas._libs.tslibs.timestamps", "_unpickle_timestamp", { call: timestamp }],
  ["pandas._libs.tslibs.timestamps", "Timestamp", { call: timestamp }],
  ["pandas._libs.tslibs.timedeltas", "_timedelta_unpickle", { call: timedelta }],
  ["pandas._libs.tslibs.timedeltas", "Timedelta", { call: timedelta }],
  ["pandas._libs.tslibs.nattype", "__nat_unpickle", { call: notATime }],
  ["pandas._libs.tslibs.nattype", "_nat_unpickle", { call: notATime }],
  ...RECORDS.flatMap(([module, names]) => names.map((name) => [module, name, { record: true }] as const)),
];
