// The closed table: exact (module, name) → how its calls become data. A new library is one more file here.

import type { Constructor } from "./constructor.ts";
import { INERT_ROWS } from "./inert.ts";
import { NUMPY_ROWS } from "./numpy.ts";
import { PANDAS_ROWS } from "./pandas.ts";
import { STDLIB_ROWS } from "./stdlib.ts";

const ROWS = [...INERT_ROWS, ...STDLIB_ROWS, ...NUMPY_ROWS, ...PANDAS_ROWS];

/** By name, then by module: there are many calls, and joining both to one key would cost more than looking twice. */
const TABLE: ReadonlyMap<string, ReadonlyMap<string, Constructor>> = new Map(
  ROWS.map(([, name]) => [name, new Map(ROWS.filter((row) => row[1] === name).map(([module, , entry]) => [module, entry]))]),
);

/** The entry of a name, compared exactly. */
export function constructorOf(module: string, name: string): Constructor | undefined {
  return TABLE.get(name)?.get(module);
}
