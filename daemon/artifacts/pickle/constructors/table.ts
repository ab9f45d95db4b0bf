// The closed table: exact (module, name) → how its calls become data. A new library is one more file here.

import type { Constructor } from "./constructor.ts";
import { INERT_ROWS } from "./inert.ts";
import { NUMPY_ROWS } from "./numpy.ts";
import { PANDAS_ROWS } from "./pandas.ts";
import { STDLIB_ROWS } from "./stdlib.ts";

const TABLE: ReadonlyMap<string, Constructor> = new Map(
  [...INERT_ROWS, ...STDLIB_ROWS, ...NUMPY_ROWS, ...PANDAS_ROWS].map(([module, name, entry]) => [`${module}\n${name}`, entry]),
);

/** The entry of a name, compared exactly. */
export function constructorOf(module: string, name: string): Constructor | undefined {
  return TABLE.get(`${module}\n${name}`);
}
