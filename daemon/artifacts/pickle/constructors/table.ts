// The closed table: exact (module, name) → how its calls become data. A new library is one more file here.

import type { PickleValue } from "../values.ts";
import type { Constructor } from "./constructor.ts";
import { MODEL_ROWS } from "./models.ts";
import { NUMPY_ROWS } from "./numpy.ts";
import { PANDAS_ROWS } from "./pandas.ts";
import { STDLIB_ROWS } from "./stdlib.ts";
import { TIME_ROWS } from "./times.ts";

const ROWS = [...STDLIB_ROWS, ...TIME_ROWS, ...NUMPY_ROWS, ...PANDAS_ROWS, ...MODEL_ROWS];

/** By name, then by module: there are many calls, and joining both to one key would cost more than looking twice. */
const TABLE = new Map<string, Map<string, Constructor>>();
for (const [module, name, entry] of ROWS) {
  const modules = TABLE.get(name) ?? new Map<string, Constructor>();
  TABLE.set(name, modules.set(module, entry));
}

/** The entry of a name, compared exactly. */
export function constructorOf(module: string, name: string): Constructor | undefined {
  return TABLE.get(name)?.get(module);
}

/** The value that a name stands for by itself, without a call: pandas' NA. */
export function constantOf(module: string, name: string): PickleValue | undefined {
  return name === "NA" && (module === "pandas._libs.missing" || module === "pandas") ? { kind: "missing", name: "NA" } : undefined;
}
